"""Review: scored samples and the model that they came from in, a page for a person to judge them out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, stage

if TYPE_CHECKING:
    from tasks.page.content import Review


@stage(libraries=("jinja2", "markupsafe", "numpy", "pyarrow", "unicode"))
def review(
    out: Path,
    text: Artifact,
    encoded: Artifact,
    dataset: Artifact,
    training: Artifact,
    continuations: Artifact,
    scores: Artifact,
    stop: str | None = None,
    minimum_length: int = 0,
) -> Outcome:
    """Write `review.html`, which opens from disk, and `review.md`, a summary of it.

    Args:
        out: where it goes.
        text: as normalised, with what was found in it.
        encoded: the ids, with what became of rare characters.
        dataset: the shards.
        training: the record of training, `training.json` and `metrics.jsonl`, which the model's digest leaves out.
        continuations: what really follows the beginnings of held-out passages.
        scores: the scored samples.
        stop: the text that ended samples, and ends what really follows their prompts; None: there is none.
        minimum_length: characters before which it ends nothing.
    """
    from tasks.data.continuations import read_continuations
    from tasks.data.dataset import Dataset
    from tasks.data.scores import read_first
    from tasks.page.markdown import markdown
    from tasks.page.rendering import render
    from tasks.page.sample_data import EMBEDDED_CHARACTERS

    samples, total = read_first(scores.path("samples.parquet"), EMBEDDED_CHARACTERS)
    prompts, path = {sample["prompt"] for sample in samples}, continuations.path("continuations.parquet")
    real = read_continuations(path, prompts, Dataset.of(dataset).vocabulary, stop, minimum_length)
    sampled = {"samples": samples, "total_samples": total, "continuations": real}
    shown = _review(text, encoded, dataset, training, scores, **sampled)
    for name, content in (("review.html", render(shown)), ("review.md", markdown(shown))):
        (out / name).write_text(content, encoding="utf-8", newline="")
    return Outcome(facts={"samples": total})


def _review(
    text: Artifact, encoded: Artifact, dataset: Artifact, training: Artifact, scores: Artifact, **sampled: Any
) -> "Review":
    """What there is to review: what the artifacts say, with what was sampled."""
    from tasks.data.dataset import Dataset
    from tasks.page.content import OPENING_CHARACTERS, Review
    from tasks.quality.learning_curve import read_curve

    given = Dataset.of(dataset)
    with text.path("text.txt").open(encoding="utf-8", newline="") as file:
        opening = file.read(OPENING_CHARACTERS)
    return Review(
        opening=opening,
        text={**text.facts, "findings": [*text.facts["findings"], *encoded.facts["findings"]]},
        warnings=[*dataset.facts["findings"], *scores.facts["findings"]],
        vocabulary=given.vocabulary,
        splits=dataset.facts["characters"],
        floors=given.floors,
        compressed=dataset.facts["compressed_characters"],
        train=given.split("train"),
        training=json.loads(training.path("training.json").read_text(encoding="utf-8")),
        points=read_curve(training.path("metrics.jsonl")),
        scores=json.loads(scores.path("scores.json").read_text(encoding="utf-8")),
        **sampled,
    )
