"""Score: samples and held-out windows in, what is known of each, of each temperature and of the model out."""

import json
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("llvmlite", "numpy", "pyarrow", "pydivsufsort", "unicode"))
def score(out: Path, dataset: Artifact, training: Artifact, reference: Artifact, samples: list[Artifact]) -> Outcome:
    """Write `samples.parquet`, all samples with their measures, and `scores.json`, what those come to.

    Args:
        out: where they go.
        dataset: the shards, with the floors.
        training: the record of training, `training.json` and `metrics.jsonl`.
        reference: the held-out windows.
        samples: those of each temperature.

    Raises:
        ValueError: a sample has a character that the corpus lacks.
    """
    import pyarrow.parquet as pq

    from tasks.data.dataset import Dataset
    from tasks.data.scores import read_chunks, read_measures, read_texts, scored
    from tasks.data.shown_samples import schema_of, shown
    from tasks.quality.learning_curve import read_curve
    from tasks.quality.measuring import CHUNK_CHARACTERS, RULE_CHARACTERS, Ground, copy_rule_of, measured
    from tasks.quality.summary import findings, summary
    from tasks.quality.verdict import of_model
    from tasks.quality.whole_lines import whole_lines

    given = Dataset.of(dataset)
    ground = Ground.of(given.vocabulary, given.split("train"), given.split("validation"))
    windows = pq.read_table(reference.path("reference.parquet"), page_checksum_verification=True)
    texts = windows["text"].to_pylist()
    is_short = max(map(len, texts)) < RULE_CHARACTERS
    rule = copy_rule_of(given.split("validation"), ground) if is_short else None
    beside = measured(texts, windows["log_probability"].to_numpy(), ground, rule)
    paths = [artifact.path("samples.parquet") for artifact in samples]
    schema = schema_of(given.vocabulary)
    with pq.ParquetWriter(out / "samples.parquet", schema, compression="zstd", write_page_checksum=True) as writer:
        for chunk in read_chunks(paths, CHUNK_CHARACTERS):
            found = measured(chunk["text"].to_pylist(), chunk["log_probability"].to_numpy(), ground, beside.rule)
            writer.write_table(shown(scored(chunk, found), given.vocabulary))
    record = json.loads(training.path("training.json").read_text(encoding="utf-8"))
    model = of_model(record, read_curve(training.path("metrics.jsonl")), given.floors)
    scores = summary(beside, **read_measures(out / "samples.parquet"), findings=model)
    for finding in (one for one in scores["findings"] if one["code"] == "copies-untold"):
        texts = read_texts(out / "samples.parquet", scores["recommended"]["temperature"])
        finding["numbers"] |= whole_lines(texts, ground.training, given.vocabulary)
    (out / "scores.json").write_text(json.dumps(scores, indent=1), encoding="ascii")
    facts = {"recommended": scores["recommended"], "verdict": scores["findings"]}
    has_documents = any(begun.any() for begun in ground.training.starts())
    return Outcome(facts={**facts, "findings": findings(beside, given.vocabulary.level, has_documents)})
