"""Reference: a dataset and a model in, held-out text out, scored by the model as samples are."""

import math
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage
from tasks.corpus.choices import DocumentUnit
from tasks.network.numerics import HERE, Numerics, pin
from tasks.network.quiet_import import without_chatter


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
    from tasks.data.samples import pack_surprise
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
            {
                "offset": one.passage.end,
                "prompt": one.passage.text,
                "text": vocabulary.decode(one.ids),
                "log_probability": -float(one.bits.sum(dtype=float)) * math.log(2),
                "characters": len(one.ids),
                "surprise": pack_surprise(one.bits),
            }
            for one in continuations(network, held_out, given.passages, length, before)
        ],
    )
    starts, length, windows = held_out_windows(held_out, length, context, given.seams)
    inputs = windows.shape[1] - 1
    keep = kept(held_out, starts + length - inputs - 1, inputs) if reset_at else None
    bits = surprises(network, windows, keep)[:, -length:]
    write_windows(
        out / "reference.parquet",
        [
            {
                "offset": dataset.facts["characters"]["train"] + int(start),
                "text": vocabulary.decode(window[-length:]),
                "log_probability": -float(each.sum(dtype=float)) * math.log(2),
                "characters": length,
                "surprise": pack_surprise(each),
            }
            for start, window, each in zip(starts, windows, bits, strict=True)
        ],
    )
    return Outcome(facts={"windows": len(windows), "characters": length, "bits_per_character": float(bits.mean())})
