import pytest

from tasks.corpus import fetch as fetching
from tasks.corpus.web import Validators, get
from tests.corpus.server import running_server

NOTHING = Validators()


@pytest.fixture
def server():
    with running_server() as started:
        yield started


@pytest.fixture
def destination(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "corpus"


@pytest.fixture
def partial(tmp_path):
    return tmp_path / "partial"


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch, tmp_path):
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.fixture
def slept():
    return []


@pytest.fixture
def fetch(server, destination, partial, slept):
    def fetch(known=NOTHING, url=None, headers=()):
        return get(url or server.url, destination, known, partial=partial, headers=headers, sleep=slept.append)

    return fetch


@pytest.fixture
def fetched(destination, partial):
    """What comes of a source, whose bytes are then at the destination."""

    def fetched(source, known=None):
        destination.unlink(missing_ok=True)
        return fetching.fetch(source, destination, known, partial=partial)

    return fetched
