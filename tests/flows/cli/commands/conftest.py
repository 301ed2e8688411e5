import sys

import pytest

from tasks.network.files import save_model
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary
from tests.tiny_models import VOCABULARY, random_network

CARD = {"cell": "LSTM", "layers": 1, "units": 12, "bits": 2.0, "cold": 3.0, "prompt": "\n"}


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The folder of a finished model."""
    folder = tmp_path_factory.mktemp("model")
    save_model(folder, random_network(), VOCABULARY, {"card": CARD})
    return folder


@pytest.fixture(scope="session")
def hostile_model(tmp_path_factory):
    """The folder of a model that writes what a terminal would obey."""
    folder, vocabulary = tmp_path_factory.mktemp("hostile"), vocabulary_of("\x1b\u202e\x07ab\n\t")
    save_model(folder, random_network(size=vocabulary.size), vocabulary, {"card": CARD})
    return folder


@pytest.fixture(scope="session")
def byte_model(tmp_path_factory):
    """The folder of a model of bytes, few of which begin or end a character where they should."""
    folder, vocabulary = tmp_path_factory.mktemp("bytes"), byte_vocabulary("für den König\n")
    save_model(folder, random_network(size=vocabulary.size), vocabulary, {"card": CARD})
    return folder


@pytest.fixture
def terminal(capsys, monkeypatch):
    """Standard output taken for a terminal."""
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)
