import pytest

from tests.corpus.server import running_server


@pytest.fixture
def server():
    with running_server() as started:
        yield started
