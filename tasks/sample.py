"""Sample: a model in, samples at one temperature out."""

import time
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage
from tasks.model.importing import without_chatter
from tasks.model.numerics import HERE, Numerics, pin
from tasks.model.parameters import SamplingParameters


@stage(libraries=("tensorflow", "tensorflow-cpu", "keras", "numpy", "pyarrow"), label="temperature")
def sample(
    out: Path,
    model: Artifact,
    temperature: float,
    sampling: SamplingParameters,
    computing: Numerics = HERE,
) -> Outcome:
    """Write `samples.parquet`: a row for each sample, with all that is known of how it was drawn."""
    import math

    from tasks.data.samples import pack_surprise, write_samples

    pin(computing)
    with without_chatter():
        from tasks.model.generation import generate
    from tasks.model.loading import load_network
    from tasks.text.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_json(model.path("vocabulary.json").read_text(encoding="ascii"))
    network = load_network(model.path("model.keras"))
    started = time.monotonic()
    drawn = list(generate(network, vocabulary, temperature, sampling))
    seconds = time.monotonic() - started
    write_samples(
        out / "samples.parquet",
        [
            {
                "temperature": temperature,
                "prompt": sampling.prompt,
                "seed": sampling.seed,
                "index": one.index,
                "text": one.text,
                "log_probability": one.log_probability,
                "characters": len(one.text),
                "surprise": pack_surprise(one.surprise),
            }
            for one in drawn
        ],
    )
    characters = sum(len(one.text) for one in drawn)
    bits = -sum(one.log_probability for one in drawn) / characters / math.log(2)
    return Outcome(
        facts={
            "count": len(drawn),
            "characters": characters,
            "seconds": round(seconds, 3),
            "characters_per_second": round(characters / seconds),
            "bits_per_character": bits,
        }
    )
