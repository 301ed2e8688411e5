"""PyTorch beside charflow in sampling: its own layers a step at a time, and a step that is written by hand.

The latter has a table in place of embedding and input product, `(characters, 4 units)`, and is measured compiled, too,
its weights packed at compile time. All flush denormal numbers to zero and use every processor.
"""

import functools
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.peers.draws import CHARACTERS, EMBEDDING, TEMPERATURE, UNITS, Draw, Way
from benchmarks.peers.torch_training import prepare

if TYPE_CHECKING:
    import torch

Setting = Literal["float32", "autocast", "bfloat16", "int8"]


def stock(rows: int, length: int, setting: Setting) -> Draw:
    """`nn.LSTM`, in a precision, or with weights in int8 by dynamic quantisation."""
    import torch

    prepare("float32")
    embedding = torch.nn.Embedding(CHARACTERS, EMBEDDING)
    layers = torch.nn.ModuleDict({"lstm": torch.nn.LSTM(EMBEDDING, UNITS), "dense": torch.nn.Linear(UNITS, CHARACTERS)})
    if setting == "bfloat16":
        embedding, layers = embedding.bfloat16(), layers.bfloat16()
    if setting == "int8":
        kinds = {torch.nn.LSTM, torch.nn.Linear}
        layers = torch.ao.quantization.quantize_dynamic(layers.eval(), kinds, dtype=torch.qint8)

    @torch.inference_mode()
    def draw() -> None:
        ids, state = torch.ones(rows, dtype=torch.long), None
        with torch.autocast("cpu", torch.bfloat16, enabled=setting == "autocast"):
            for _ in range(length):
                outputs, state = layers["lstm"](embedding(ids)[None], state)
                ids = _chosen(layers["dense"](outputs[-1]))

    return draw


def by_hand(rows: int, length: int, dtype: str, compiled: bool) -> Draw:
    """A step of a look-up, the recurrent product, gates, the output product and the choice; state in float32."""
    import torch

    prepare("float32")
    step = _step(getattr(torch, dtype))
    if compiled:
        step = torch.compile(step, options={"freezing": True})

    @torch.no_grad()
    def draw() -> None:
        ids, cells = torch.ones(rows, dtype=torch.long), torch.zeros(rows, UNITS)
        hidden = cells.to(getattr(torch, dtype))
        for _ in range(length):
            ids, hidden, cells = step(ids, hidden, cells)

    return draw


def _step(dtype: "torch.dtype") -> Any:
    import torch

    class Step(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = torch.nn.Embedding(CHARACTERS, 4 * UNITS)
            self.recurrent = torch.nn.Linear(UNITS, 4 * UNITS, bias=False, dtype=dtype)
            self.dense = torch.nn.Linear(UNITS, CHARACTERS, dtype=dtype)

        def forward(self, ids: Any, hidden: Any, cells: Any) -> tuple[Any, Any, Any]:
            i, f, g, o = (self.table(ids) + self.recurrent(hidden)).chunk(4, 1)
            cells = torch.sigmoid(f) * cells + torch.sigmoid(i) * torch.tanh(g)
            hidden = (torch.sigmoid(o) * torch.tanh(cells)).to(dtype)
            return _chosen(self.dense(hidden)), hidden, cells

    return Step().eval()


def _chosen(logits: "torch.Tensor") -> "torch.Tensor":
    import torch

    return torch.multinomial(torch.softmax(logits.float() / TEMPERATURE, 1), 1)[:, 0]


WAYS: dict[str, Way] = {
    "PyTorch nn.LSTM, float32": functools.partial(stock, setting="float32"),
    "PyTorch nn.LSTM, bfloat16 autocast": functools.partial(stock, setting="autocast"),
    "PyTorch nn.LSTM, bfloat16": functools.partial(stock, setting="bfloat16"),
    "PyTorch nn.LSTM, int8": functools.partial(stock, setting="int8"),
    "PyTorch by hand, float32": functools.partial(by_hand, dtype="float32", compiled=False),
    "PyTorch by hand, bfloat16": functools.partial(by_hand, dtype="bfloat16", compiled=False),
    "PyTorch by hand, float32, compiled": functools.partial(by_hand, dtype="float32", compiled=True),
    "PyTorch by hand, bfloat16, compiled": functools.partial(by_hand, dtype="bfloat16", compiled=True),
}
