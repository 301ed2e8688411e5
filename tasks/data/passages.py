"""Passages of held-out text whose beginnings samples go on from, as a dataset names them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tasks.text.vocabulary import Vocabulary

ENOUGH = 100  # characters that follow a beginning, where texts end within the split


class Passage(NamedTuple):
    """Where a passage begins in its split, its first characters, as the model has them, and where its text stops."""

    start: int
    text: str
    stop: int

    @property
    def end(self) -> int:
        """Where the split goes on after the beginning."""
        return self.start + len(self.text)

    @property
    def following(self) -> int:
        """How many characters of its text follow the beginning."""
        return self.stop - self.end


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Write passages as ASCII JSON: `[start, text, stop]` of each, in their order."""
    path.write_text(json.dumps(passages), encoding="ascii")


def read_passages(path: Path) -> list[Passage]:
    """What `write_passages` wrote."""
    return [Passage(*passage) for passage in json.loads(path.read_text(encoding="ascii"))]


def fitting(passages: Sequence[Passage], characters: int, length: int) -> list[Passage]:
    """Those that so much text follows on, or half of the split if that is shorter.

    Where the split is of several texts, half as much is enough, and so are 100 characters; if none has that, it is all
    that are followed by any, the longest-running first.

    Args:
        passages: of a split.
        characters: of the split.
        length: of the text.
    """
    least = min(length, characters // 2)
    if any(passage.stop < characters for passage in passages):
        enough = min(least, -(-length // 2), ENOUGH)
        running = sorted((one for one in passages if one.following > 0), key=lambda one: -one.following)
        return [one for one in passages if one.following >= enough] or running
    return [one for one in passages if one.following >= least]


def default_prompts(passages: Sequence[Passage], vocabulary: "Vocabulary", start_string: str | None) -> list[str]:
    """What is gone on from where no prompt is given, as the model has it.

    Args:
        passages: of held-out text; where there are none it is what a text begins after.
        vocabulary: of the model.
        start_string: goes before passages, if the vocabulary has its characters; None: there is none.
    """
    if start_string and not vocabulary.unknown(start_string):
        return [vocabulary.inside(start_string)]
    return [passage.text for passage in passages] or [vocabulary.first]
