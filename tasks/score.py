"""Score: samples and held-out windows in, what is known of each and of each temperature out."""

import json
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("llvmlite", "numpy", "pyarrow", "pydivsufsort", "unicode"))
def score(out: Path, dataset: Artifact, reference: Artifact, samples: list[Artifact]) -> Outcome:
    """Write `samples.parquet`, all samples with their measures, and `scores.json`, what those come to.

    Raises:
        ValueError: a sample has a character that the corpus lacks.
    """
    import pyarrow.parquet as pq

    from tasks.data.dataset import Dataset
    from tasks.data.scores import read_chunks, read_measures, scored
    from tasks.data.shown_samples import schema_of, shown
    from tasks.quality.measuring import CHUNK_CHARACTERS, Ground, measured
    from tasks.quality.summary import findings, summary

    given = Dataset.of(dataset)
    ground = Ground.of(given.vocabulary, given.split("train"), given.split("validation"))
    windows = pq.read_table(reference.path("reference.parquet"), page_checksum_verification=True)
    beside = measured(windows["text"].to_pylist(), windows["log_probability"].to_numpy(), ground)
    paths = [artifact.path("samples.parquet") for artifact in samples]
    schema = schema_of(given.vocabulary)
    with pq.ParquetWriter(out / "samples.parquet", schema, compression="zstd", write_page_checksum=True) as writer:
        for chunk in read_chunks(paths, CHUNK_CHARACTERS):
            found = measured(chunk["text"].to_pylist(), chunk["log_probability"].to_numpy(), ground, beside.least_copy)
            writer.write_table(shown(scored(chunk, found), given.vocabulary))
    unit = given.vocabulary.level
    scores = summary(beside, **read_measures(out / "samples.parquet"), unit=unit)
    (out / "scores.json").write_text(json.dumps(scores, indent=1), encoding="ascii")
    return Outcome(facts={"recommended": scores["recommended"], "findings": findings(beside, unit)})
