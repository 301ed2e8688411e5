import pytest

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
