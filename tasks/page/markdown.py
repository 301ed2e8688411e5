"""The review in Markdown, for chats and pull requests: verdict, losses, a few samples, the command that repeats it."""

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tasks.page.assembly import lines
from tasks.text.characters import visible

if TYPE_CHECKING:
    from tasks.page.content import Review

SAMPLE_CHARACTERS = 400
SLOT = "<!-- run -->"
SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")


def markdown(review: "Review") -> str:
    """The summary; equal reviews give equal ones.

    Texts of others stand in code alone, which they cannot break out of, and in which nothing is a link or a mention.
    The facts of the run that shows it are not among them: `with_run` puts them into a slot.
    """
    from tasks.page import content, judgements, measures, title, words
    from tasks.page.rendering import verdict_of

    verdict, recommended = verdict_of(review), review.scores["recommended"]
    heading = title.title_of(review.beginning)
    why = judgements.recommendation(review.scores, review.vocabulary.level)
    parts = [
        f"# {escaped(verdict.headline)}",
        SLOT,
        f"{title.label_of(heading)}: {code(heading)}",
        " ".join(map(escaped, verdict.sentences)),
        *map(escaped, words.further(review.training, review.warnings, review.vocabulary.level)),
        table(review),
        f"Recommended temperature: **{measures.named(recommended['temperature'])}**. {escaped(why)}",
        *(fenced(_begun(sample)) for sample in content.first_samples(review)),
        "All samples, and what in them is copied, looped or made up: `review.html`, beside this file.",
    ]
    return "\n\n".join(parts) + "\n"


def table(review: "Review") -> str:
    """The losses of the model and of the floors on held-out text, from high to low."""
    from tasks.page.content import THIS_MODEL, bars

    head = f"| on held-out text | bits per {review.vocabulary.level} | nats |\n|---|---:|---:|"
    rows = [
        f"| {f'**{name}**' if name == THIS_MODEL else name} | {bits:.3f} | {bits * math.log(2):.3f} |"
        for name, bits, _ in bars(review.training["validation_bits_per_character"], review.floors)
    ]
    return "\n".join([head, *rows])


def with_run(summary: str, run: Mapping[str, Any]) -> str:
    """The summary with the facts of a run in its slot.

    Args:
        summary: as `markdown` made it.
        run: JSON values: `run` (its name), `sources` and `command`.
    """
    named = f"Run {code(run['run'])}, of {', '.join(map(code, run['sources']))}. The command that makes the same again:"
    return summary.replace(SLOT, f"{named}\n\n{fenced(run['command'], 'sh')}", 1)


def escaped(text: str) -> str:
    """A sentence in which Markdown finds nothing but words."""
    return SPECIAL.sub(r"\\\1", visible(text))


def code(text: str) -> str:
    """The text as code within a line, its control characters written out."""
    ticks = "`" * (_longest_ticks(text) + 1)
    return f"{ticks} {visible(text)} {ticks}" if "`" in text else f"`{visible(text) or ' '}`"


def fenced(text: str, language: str = "text") -> str:
    """The text as a code block whose fence is longer than any run of backticks in it."""
    fence = "`" * max(3, _longest_ticks(text) + 1)
    return f"{fence}{language}\n{lines(text)}\n{fence}"


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _begun(sample: Mapping[str, str]) -> str:
    """A sample after its prompt, as far as a summary shows it."""
    whole = (sample["prompt"] + sample["text"]).lstrip("\n")
    return whole[:SAMPLE_CHARACTERS] + (" …" if len(whole) > SAMPLE_CHARACTERS else "")
