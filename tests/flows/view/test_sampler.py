import json

import pytest

from tasks.network.files import save_model
from tasks.sampling.finished_model import FinishedModel
from tests.byte_level import byte_vocabulary
from tests.tiny_models import VOCABULARY, random_network

CARD = {"cell": "LSTM", "layers": 1, "units": 12, "bits": 2.0, "cold": 3.0, "prompt": "\n"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("vocabulary", "prompt"), [(VOCABULARY, "the q"), (VOCABULARY, ""), (byte_vocabulary("für den König\n"), "für ")]
)
def test_a_sample_is_that_of_the_same_values_anywhere(artifacts, ask, vocabulary, prompt):
    folder = artifacts / "latest/model"
    save_model(folder, random_network(size=vocabulary.size), vocabulary, {"card": CARD})
    asked = {"prompt": prompt, "temperature": 0.7, "seed": 3, "length": 61}
    lines = [json.loads(line) for line in ask("/sample/two%20words", "POST", asked).content.splitlines()]

    prompts = [prompt] if prompt else []
    (sample,) = FinishedModel.load(folder).samples(*prompts, temperature=0.7, seed=3, length=61)
    assert (lines[0]["prompt"], lines[-1]) == (sample.prompt, {"done": True})
    assert "".join(line["text"] for line in lines[1:-1]) == sample.text
    assert len(lines) > 10
