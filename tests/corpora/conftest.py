"""Corpora on their way from where they lie to a text, and on to splits, by the stages themselves in this process."""

from dataclasses import dataclass

import pytest

from tasks.caching import Artifact, Session, leased
from tasks.caching.running.execute import execute
from tasks.caching.running.report import StageError
from tasks.data.dataset import Dataset
from tasks.download import download
from tasks.encode import encode
from tasks.normalise import normalise
from tasks.shard import shard
from tests.corpus.server import running_server


@dataclass(frozen=True)
class Read:
    """A corpus that was read: its text, and the lines that a run says of it."""

    artifact: Artifact
    text: str
    said: str


@dataclass(frozen=True)
class Held:
    """A corpus that was divided: its splits as texts, and what is said of them."""

    train: str
    validation: str
    said: list[str]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    with leased(tmp_path_factory.mktemp("corpora") / "store", "a-run") as store:
        session = Session(store=store, answer=execute)
        with session.active():
            yield session


@pytest.fixture
def read(session):
    def read(*sources, **options):
        artifact = normalise([download(source=str(source)) for source in sources], **options)
        return Read(artifact, artifact.path("text.txt").read_bytes().decode(), "\n".join(artifact.facts["findings"]))

    return read


@pytest.fixture
def refused(read):
    """What is said of a corpus that is refused."""

    def refused(*sources, **options):
        with pytest.raises(StageError) as caught:
            read(*sources, **options)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return refused


@pytest.fixture
def held(read):
    def held(*sources, hold_out="tail", **options):
        text = read(*sources, **options).artifact
        divided = shard(encode(text), text, hold_out=hold_out)
        data = Dataset.of(divided)
        train, validation = (data.vocabulary.decode(data.split(name)[:]) for name in ("train", "validation"))
        return Held(train, validation, divided.facts["findings"])

    return held


@pytest.fixture
def file(tmp_path):
    def file(content, name="corpus.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


@pytest.fixture(scope="module")
def server():
    with running_server() as started:
        yield started
