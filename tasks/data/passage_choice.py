"""The choice of passages in held-out text: evenly spread ones, of prose where there is any."""

from collections.abc import Iterator

import numpy as np

from tasks.data.ids import Ids
from tasks.data.passages import Passage
from tasks.text.prose import JUDGED, Kind, beginnings
from tasks.text.vocabulary import Vocabulary

MOST = 64
APART = 80  # characters from one to the next, at least
LOOKED_AT = 1 << 11  # characters of each stretch, however long it is


def chosen_passages(held_out: Ids, vocabulary: Vocabulary, seams: np.ndarray) -> list[Passage]:
    """At most 64 passages with distinct beginnings, of which the first few are as evenly spread as all.

    The text is divided into equal stretches, of each of which the first passage of the best kind is taken: prose first.
    Passages of a better kind come before others. None has the unknown character in its beginning.

    Args:
        held_out: ids of the split.
        vocabulary: of the ids.
        seams: where in the split texts begin, ascending from 0, `(texts,)` integers; each stops at the next.
    """
    count = max(1, min(MOST, len(held_out) // APART))
    bounds = np.linspace(0, len(held_out), count + 1).astype(np.int64).tolist()
    stops = np.append(seams[1:], len(held_out))
    found: dict[str, tuple[Kind, int]] = {}
    for number in sorted(range(count), key=_reversed):
        for kind, begins, text in _beginning_in(held_out, vocabulary, bounds[number], bounds[number + 1]):
            if text not in found:
                found[text] = kind, begins
                break
    ordered = sorted(found.items(), key=lambda one: -one[1][0])
    return [
        Passage(start, text, int(stops[np.searchsorted(seams, start, side="right") - 1]))
        for text, (_, start) in ordered
    ]


def _beginning_in(held_out: Ids, vocabulary: Vocabulary, start: int, end: int) -> Iterator[tuple[Kind, int, str]]:
    """What begins in a stretch, of which kind and where, the best first."""
    before, end = max(0, start - JUDGED), min(end, start + LOOKED_AT)
    ids = held_out[before : end + JUDGED]
    content = vocabulary.decode(ids)
    shown, ends = vocabulary.aligned(content)
    places = np.concatenate([[0], ends])
    first, last = np.searchsorted(places, [start - before, end - before]).tolist()
    documents = np.flatnonzero(held_out.beginnings(np.array([before]), len(ids))[0])
    begun = set(np.searchsorted(places, documents).tolist())
    for one in beginnings(shown, first, min(last, len(shown)), begun):
        begins, goes_on = places[[one.start, one.start + len(one.text)]].tolist()
        text = content[begins:goes_on]
        if not vocabulary.unknown_character or vocabulary.unknown_character not in text:
            yield one.kind, before + begins, text


def _reversed(number: int) -> int:
    """The six bits of a number in reverse: in their order, numbers are spread evenly however few are taken."""
    return int(f"{number:06b}"[::-1], 2)
