"""Sample: a model in, samples at one temperature out."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, resume_folder, stage
from tasks.network.numerics import HERE, Numerics, pin
from tasks.network.parameters import SamplingParameters
from tasks.network.quiet_import import without_chatter

if TYPE_CHECKING:
    from tasks.sampling.generation import Sample


@stage(
    libraries=("tensorflow", "tensorflow-cpu", "keras", "llvmlite", "numpy", "pyarrow", "unicode"), label="temperature"
)
def sample(
    out: Path,
    model: Artifact,
    temperature: float,
    sampling: SamplingParameters,
    computing: Numerics = HERE,
) -> Outcome:
    """Write `samples.parquet`: a row for each sample, with all that is known of how it was drawn.

    A stage that was killed goes on from its last chunk of characters.
    """
    from tasks.data.samples import write_samples

    pin(computing)
    with without_chatter():
        from tasks.sampling.generation import Generation
    from tasks.network.loading import load_network
    from tasks.text.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_json(model.path("vocabulary.json").read_text(encoding="ascii"))
    network = load_network(model.path("model.keras"))
    generation = Generation(network, vocabulary, temperature, sampling, resume_folder(out))
    count, characters, nats = 0, 0, 0.0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal count, characters, nats
        for one in generation:
            count, characters, nats = count + 1, characters + len(one.text), nats - one.log_probability
            yield {"temperature": temperature, "seed": sampling.seed, **_row(one)}

    write_samples(out / "samples.parquet", rows())
    return Outcome(
        facts={
            "count": count,
            "characters": characters,
            "bits_per_character": nats / characters / math.log(2),
        },
        notes={
            "seconds": round(generation.seconds, 3),
            "characters_per_second": round(characters / generation.seconds) if generation.seconds else None,
        },
        resumed_from=f"character {generation.resumed:,}" if generation.resumed else None,
    )


def _row(one: "Sample") -> dict[str, Any]:
    """The columns of a sample that are its own."""
    from tasks.data.samples import pack_surprise

    return {
        "prompt": one.prompt,
        "index": one.index,
        "text": one.text,
        "log_probability": one.log_probability,
        "characters": len(one.text),
        "surprise": pack_surprise(one.surprise),
    }
