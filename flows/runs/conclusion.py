"""The end of a run in a terminal: a few short samples, and what to think of the model."""

import json
import textwrap
from collections.abc import Iterator

from flows.recipe import Results
from flows.runs.description import said
from tasks.page.judgements import recommendation
from tasks.page.measures import named
from tasks.page.words import further, verdict
from tasks.text.characters import visible

SAMPLES, LINES, WIDTH = 3, 4, 100


def conclusion(results: Results) -> list[str]:
    """Samples of the recommended temperature, then the verdict in a few lines, as the page has it."""
    *lines, why = judged(results)
    return [*_samples(results, why), *map(visible, lines)]


def judged(results: Results) -> list[str]:
    """What was found, the loss beside the floors and at the end, warnings, and why the recommended temperature is."""
    unit = said(results.text).get("level", "character")
    scores = json.loads(results.scores.path("scores.json").read_text(encoding="ascii"))
    told = verdict(scores, results.dataset.facts["floors"], unit)
    loss, _, *others = told.sentences
    warnings = [one for made in (results.dataset, results.scores) for one in said(made).get("findings", [])]
    after = further(said(results.model), warnings, unit)
    return [" ".join([told.headline, *others]), loss, *after, recommendation(scores, unit)]


def _samples(results: Results, why: str) -> Iterator[str]:
    from tasks.data.scores import read_some

    temperature = results.scores.facts["recommended"]["temperature"]
    found = read_some(results.scores.path("samples.parquet"), temperature, SAMPLES)
    yield f"samples at temperature {named(temperature)}, the recommended one. {why}"
    for sample in found:
        yield from (f"{' ' if place else '·'} {line}" for place, line in enumerate(beginning(sample)))


def beginning(sample: dict[str, str]) -> list[str]:
    """The first lines of a sample after its prompt, wrapped for a terminal, which obeys nothing in them."""
    written = (sample["prompt"] + sample["text"]).split("\n")
    lines = [part for line in written for part in textwrap.wrap(visible(line, kept="\t"), WIDTH)]
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1]} …"]
