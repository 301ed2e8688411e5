"""Reference: a dataset and a model in, held-out text out, scored by the model as samples are."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, stage
from tasks.corpus.choices import DocumentUnit
from tasks.network.numerics import HERE, Numerics, pin
from tasks.network.quiet_import import without_chatter

if TYPE_CHECKING:
    import numpy as np


@stage(libraries=("tensorflow", "tensorflow-cpu", "keras", "llvmlite", "numpy", "pyarrow"))
def reference(
    out: Path,
    dataset: Artifact,
    model: Artifact,
    length: int,
    context: int,
    reset_at: DocumentUnit | None = None,
    computing: Numerics = HERE,
) -> Outcome:
    """Write `reference.parquet`: a row for each window, as long as a sample, after context as long as a prompt.

    And `continuations.parquet`: what follows the beginnings of passages, as long as a sample where their text is.

    With `reset_at` the model's state is reset where such documents begin.
    """
    from tasks.data.batches import kept
    from tasks.data.continuations import write_continuations
    from tasks.data.dataset import Dataset
    from tasks.data.scores import write_windows
    from tasks.quality.windows import held_out_windows

    pin(computing)
    with without_chatter():
        from tasks.network.surprise import surprises
        from tasks.sampling.continuation import continuations
    from tasks.network.loading import load_network
    from tasks.network.resets import before_document, reset_id

    vocabulary, network = Dataset.of(model).vocabulary, load_network(model.path("model.keras"))
    given = Dataset.of(dataset)
    held_out = given.split("validation").ended_by(reset_id(vocabulary, reset_at))
    before = vocabulary.characters.index(before_document(vocabulary, reset_at)) if reset_at else None
    write_continuations(
        out / "continuations.parquet",
        [
            {"offset": one.passage.end, "prompt": one.passage.text, **_scored(vocabulary.decode(one.ids), one.bits)}
            for one in continuations(network, held_out, given.passages, length, before)
        ],
    )
    starts, length, windows = held_out_windows(held_out, length, context, given.seams)
    inputs = windows.shape[1] - 1
    keep = kept(held_out, starts + length - inputs - 1, inputs) if reset_at else None
    bits = surprises(network, windows, keep)[:, -length:]
    scored = map(_scored, map(vocabulary.decode, windows[:, -length:]), bits)
    first = dataset.facts["characters"]["train"]
    rows = [{"offset": first + int(start), **one} for start, one in zip(starts, scored, strict=True)]
    write_windows(out / "reference.parquet", rows)
    return Outcome(facts={"windows": len(windows), "characters": length, "bits_per_character": float(bits.mean())})


def _scored(text: str, bits: "np.ndarray") -> dict[str, Any]:
    """The columns of a text that the model has read, with the bits of each of its characters, `(characters,)`."""
    from tasks.data.samples import pack_surprise

    nats = float(bits.sum(dtype=float)) * math.log(2)
    return {"text": text, "log_probability": -nats, "characters": len(bits), "surprise": pack_surprise(bits)}
