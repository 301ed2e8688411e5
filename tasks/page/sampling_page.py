"""The page to sample from a finished model, as a server on this machine shows it."""

from typing import Literal, NamedTuple

from tasks.corpus.choices import Level
from tasks.page.assembly import document, markup
from tasks.page.embedding import script_json
from tasks.page.script import SAMPLING_SCRIPTS, script
from tasks.page.style import SAMPLING_STYLES, style

TEMPLATE = "sampling.html.jinja"
LONGEST = 20_000
LONGEST_PROMPT = 10_000


class Sampled(NamedTuple):
    """A model that is sampled from.

    Attributes:
        name: of its run.
        review: address of the run's page.
        draws: address that draws.
        temperature: to begin with.
        unit: what lengths are counted in.
        ends: what ends with an end mark, with which samples end, too; None: nothing does.
    """

    name: str
    review: str
    draws: str
    temperature: float
    unit: Level = "character"
    ends: Literal["document", "line"] | None = None


def sampling_page(model: Sampled) -> str:
    """The page, whose script asks the server that it came from for samples of this model."""
    return document(
        TEMPLATE,
        script=script(SAMPLING_SCRIPTS),
        styles=[style(SAMPLING_STYLES)],
        connects=True,
        model=model,
        longest=LONGEST,
        longest_prompt=LONGEST_PROMPT,
        data=markup(script_json({"draws": model.draws, "unit": model.unit})),
    )
