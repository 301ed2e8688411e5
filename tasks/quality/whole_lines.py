"""Samples that are whole lines, as names of a list are: how many of them the training text has as they are."""

import re
from collections.abc import Iterable

from tasks.data.ids import Ids
from tasks.text.vocabulary import Vocabulary

LINE = re.compile(r"\n?[^\n]+\n")


def whole_lines(texts: Iterable[str], training: Ids, vocabulary: Vocabulary) -> dict[str, int]:
    """How many texts are whole `lines`, and how many of these are `known`: lines of the training text, too.

    The training text is gone through once, piece by piece.

    Args:
        texts: samples with their prompts, as they are shown. A line ends with its line feed, and may begin after one.
        training: ids of the training text.
        vocabulary: of the ids.
    """
    lines = [vocabulary.inside(text.strip("\n")) for text in texts if LINE.fullmatch(text)]
    wanted, known, rest = set(lines), set[str](), ""
    for piece in training.pieces() if wanted else ():
        *ended, rest = (rest + vocabulary.decode(piece)).split("\n")
        known |= wanted.intersection(ended)
    known |= wanted & {rest}
    return {"lines": len(lines), "known": sum(line in known for line in lines)}
