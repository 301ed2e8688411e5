"""Samples that are whole lines, as names of a list are: how many of them the training text has as they are."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from tasks.corpus.choices import END_OF_TEXT
from tasks.data.ids import Ids
from tasks.text.vocabulary import Vocabulary

BOUNDS = f"\n{END_OF_TEXT}"
LINE = re.compile(f"[{BOUNDS}]*[^{BOUNDS}]+[{BOUNDS}]+")


def whole_lines(texts: Iterable[str], training: Ids, vocabulary: Vocabulary) -> dict[str, int]:
    """How many texts are whole `lines`, and how many of these are `known`: lines of the training text, too.

    Line feeds and the marks that end documents bound a line. The training text, which is gone through once, piece by
    piece, has a bound where a document begins, too.

    Args:
        texts: samples, each after the last line of its prompt, as they are shown. A line ends with its bound, and may
            begin after one.
        training: ids of the training text.
        vocabulary: of the ids.
    """
    lines = [vocabulary.inside(text.strip(BOUNDS)) for text in texts if LINE.fullmatch(text)]
    wanted, known, rest = set(lines), set[str](), ""
    for piece in _divided(training, vocabulary) if wanted else ():
        *ended, rest = (rest + piece).split("\n")
        known |= wanted.intersection(ended)
    known |= wanted & {rest}
    return {"lines": len(lines), "known": sum(line in known for line in lines)}


def _divided(training: Ids, vocabulary: Vocabulary) -> Iterator[str]:
    """The training text in pieces, with a line feed at each bound."""
    place = 0
    for piece in training.pieces():
        text, end = vocabulary.decode(piece).replace(END_OF_TEXT, "\n"), place + len(piece)
        begun = (start - place for starts in training.starts(place, end) for start in starts.tolist())
        yield "\n".join(text[start:stop] for start, stop in pairwise(chain([0], begun, [len(text)])))
        place = end
