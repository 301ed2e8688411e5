"""The report of a run in the Prefect UI: a summary, the stages, the loss curve, the way to the page."""

import base64
import shlex
from typing import Any

from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact

from flows.recipe import Results
from flows.runs.conclusion import judged
from flows.runs.presentation import presented
from tasks.corpus.choices import Level
from tasks.page.curve import curve_svg
from tasks.page.markdown import escaped, fenced
from tasks.page.measures import FLOORS
from tasks.page.staleness import staleness
from tasks.quality.learning_curve import read_curve
from tasks.text.units import in_units

EXCERPT_CHARACTERS = 300


def publish(run: dict[str, Any], results: Results) -> None:
    """Create the artifacts of the flow run."""
    run = presented(run)
    floors = results.dataset.facts["floors"]
    create_markdown_artifact(summary(run, floors, results), key="charflow-summary", description="The run in short")
    create_table_artifact(
        [{name: str(stage[name]) for name in ("name", "state", "seconds", "why")} for stage in run["stages"]],
        key="charflow-stages",
        description="What became of each stage, and why",
    )
    unit = run["corpus"].get("level", "character")
    svg = in_units(curve_svg(read_curve(results.model.path("metrics.jsonl")), floors), unit)
    image = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    create_image_artifact(image, key="charflow-loss", description=f"Loss in bits per {unit}")
    create_markdown_artifact(way_to(run["run"]), key="charflow-review", description="The page to review")


def summary(run: dict[str, Any], floors: dict[str, float], results: Results) -> str:
    """The run in Markdown; sample text stands in fences that it cannot break out of."""
    corpus, model = run["corpus"], run["model"]
    unit = corpus.get("level", "character")
    ordered = sorted(floors.items(), key=lambda floor: -floor[1])
    rows = "\n".join(f"| {FLOORS.get(name, name)} | {bits:.3f} |" for name, bits in ordered)
    stale = "".join(f"{fenced(sentence)}\n\n" for sentence in staleness(corpus))
    told = "\n\n".join(map(escaped, judged(results)))
    return f"""# {run["run"]}

{stale}{corpus["characters"]:,} {unit}s, {corpus["vocabulary_size"]} distinct; {model["parameters"]:,} parameters, \
{model["steps"]:,} steps, {model["train_seconds"]:,.0f} s of training.

| bits per {unit} | |
|---|---|
{rows}
| **this model, on held-out text** | **{model["validation_bits_per_character"]:.3f}** |

{told}

{_excerpts(results, unit)}
{way_to(run["run"])}
"""


def way_to(run: str) -> str:
    """How to open the page, in Markdown; not as a link, because no server has to be there that answers it."""
    name = shlex.quote(run)
    return f"""The page to review is on the machine of the worker. There, in charflow's folder, this opens it,
and a page to sample from the model:

{fenced(f"python flows/main.py view {name} --open", "sh")}

Without a server, open `review.html` in `artifacts/runs/` and the run's name; `review.md` there is a summary to pass on.
"""


def _excerpts(results: Results, level: Level) -> str:
    from tasks.data.samples import read_first_sample
    from tasks.text.byte_text import text_of

    firsts = [read_first_sample(one.path("samples.parquet"), ("temperature", "text")) for one in results.samples]
    begun = [(f"{one['temperature']:g}", one["text"][:EXCERPT_CHARACTERS]) for one in firsts if one]
    shown = [(t, text_of(text, cut=True) if level == "byte" else text) for t, text in begun]
    return "\n".join(f"## Temperature {t}\n\n{fenced(text)}\n" for t, text in shown)
