import math

import numpy as np
import pytest

from tasks.network import surprise as module
from tasks.network.surprise import surprises
from tests.tiny_models import lines, losses, losses_by_line, noise, random_network


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_each_character_takes_the_bits_that_the_stock_model_gives_it(monkeypatch, cell):
    monkeypatch.setattr(module, "ROWS", 2)
    monkeypatch.setattr(module, "STEPS", 5)
    network, ids = random_network(cell), noise(3 * 8, seed=1).reshape(3, 8)

    bits = surprises(network, ids)

    assert bits.shape == (3, 7)
    assert bits == pytest.approx(np.stack([losses(network, row) for row in ids]) / math.log(2), rel=1e-4)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_with_resets_each_document_of_a_row_is_by_itself(monkeypatch, cell):
    monkeypatch.setattr(module, "ROWS", 2)
    monkeypatch.setattr(module, "STEPS", 5)
    network, ids = random_network(cell), lines(3 * 16, seed=1).reshape(3, 16)
    keep = (ids[:, :-1] != 0).astype(np.float32)

    bits = surprises(network, ids, keep)

    assert (keep[:, 1:] == 0).any(1).all()
    assert bits == pytest.approx(np.stack([losses_by_line(network, row) for row in ids]) / math.log(2), rel=1e-4)
