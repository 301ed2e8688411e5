"""Review: samples and the model that they came from in, a page for a person to judge them out."""

import json
from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("pyarrow", "jinja2"))
def review(out: Path, text: Artifact, dataset: Artifact, model: Artifact, scores: Artifact) -> Outcome:
    """Write `review.html`, which opens from disk."""
    from tasks.data.blocks import read_ids
    from tasks.data.samples import read_samples
    from tasks.page.content import OPENING_CHARACTERS, Review
    from tasks.page.curve import read_curve
    from tasks.page.rendering import render
    from tasks.text.vocabulary import Vocabulary

    rows = read_samples([scores.path("samples.parquet")])
    training = json.loads(model.path("training.json").read_text(encoding="utf-8"))
    with text.path("text.txt").open(encoding="utf-8", newline="") as file:
        opening = file.read(OPENING_CHARACTERS)
    first = next(name for name in dataset.names if name.startswith("train-"))
    page = render(
        Review(
            opening=opening,
            text=text.facts,
            vocabulary=Vocabulary.from_json(dataset.path("vocabulary.json").read_text(encoding="utf-8")),
            splits=dataset.facts["characters"],
            floors=json.loads(dataset.path("floors.json").read_text(encoding="utf-8")),
            window=read_ids([dataset.path(first)])[: training["hyperparameters"]["sequence_length"] + 1].tolist(),
            training=training,
            points=read_curve(model.path("metrics.jsonl")),
            samples=rows,
        )
    )
    (out / "review.html").write_text(page, encoding="utf-8", newline="")
    return Outcome(facts={"samples": len(rows)})
