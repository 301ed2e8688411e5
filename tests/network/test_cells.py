import pytest

from tasks.network.cells import CELLS, cell_named, cell_of
from tests.tiny_models import random_network


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_a_cell_says_what_the_stock_layer_has(cell):
    network = random_network(cell.name)
    layer = network.get_layer(f"{cell.name}_1")
    _, recurrent, _ = layer.get_weights()

    assert cell_of(layer) is cell_named(cell.name) is cell
    assert [state.name for state in network.inputs[1:]] == [f"{name}_1" for name in cell.states]
    assert recurrent.shape == (12, cell.gates * 12)
