from urllib.parse import urlsplit

import pytest

from tests.corpus.server import Answer, Document, running_server
from tests.flows.orchestration.canaries import ENVIRONMENT
from tests.flows.orchestration.deployed import deployed
from tests.flows.project import corpus_text

BUSY = Answer(status=503, headers={"Retry-After": "0"})
CORPUS = corpus_text(seed=2).encode()


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    with deployed(tmp_path_factory.mktemp("deployed"), **ENVIRONMENT) as server:
        yield server


@pytest.fixture(scope="package")
def site():
    """A server of corpora: one that is there, and some that are not or not yet."""
    answers = {
        "/corpus.txt": Document(body=CORPUS, etag='"1"'),
        "/missing.txt": lambda request: Answer(status=404),
        "/busy.txt": lambda request: BUSY,
        "/later.txt": lambda request: later.pop(),
        "/hangs.txt": lambda request: Answer(body=CORPUS, sent=10, hangs=True),
    }
    later = [Answer(body=corpus_text().encode()), *[BUSY] * 10]
    with running_server() as site:
        site.answer = lambda request: answers[urlsplit(request.path).path](request)
        yield site


@pytest.fixture
def asked_for(site):
    """What was asked of the site since the test began, by path."""
    before = len(site.requests)
    return lambda path: [one for one in site.requests[before:] if urlsplit(one.path).path == path]
