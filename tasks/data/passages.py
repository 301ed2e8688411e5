"""Passages of held-out text whose beginnings samples go on from, as a dataset names them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tasks.text.vocabulary import Vocabulary


class Passage(NamedTuple):
    """Where a passage begins in its split, and the beginning of its text, as the model has it."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where the split goes on after the beginning."""
        return self.start + len(self.text)


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Write passages as ASCII JSON: `[start, text]` of each, in their order."""
    path.write_text(json.dumps(passages), encoding="ascii")


def read_passages(path: Path) -> list[Passage]:
    """What `write_passages` wrote."""
    return [Passage(start, text) for start, text in json.loads(path.read_text(encoding="ascii"))]


def fitting(passages: Sequence[Passage], characters: int, length: int) -> list[Passage]:
    """Those that so much text follows on, or half of the split if that is shorter.

    Args:
        passages: of a split.
        characters: of the split.
        length: of the text.
    """
    least = min(length, characters // 2)
    return [passage for passage in passages if passage.end + least <= characters]


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
