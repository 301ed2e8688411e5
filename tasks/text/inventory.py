"""The inventory of a corpus in one line: character sets, how many characters of how many kinds, what was changed."""

from collections.abc import Mapping, Sequence

from tasks.corpus.choices import Level

RARE = 10_000
SHOWN_ENCODINGS = 3
UPPER = ("big5", "euc", "gb", "hz", "ibm", "iso", "koi8", "utf")


def inventory(
    encodings: Mapping[str, int],
    counts: Sequence[int],
    changes: Sequence[str],
    documents: int = 1,
    level: Level = "character",
) -> str:
    """What was found in a corpus, for a reader.

    Args:
        encodings: by the name of a character set, how many of the texts are in it.
        counts: how often each distinct character occurs.
        changes: a phrase for each kind of change.
        documents: how many there are.
        level: what a model tells apart, and the counts are of.
    """
    total = sum(counts)
    rare = sum(count * RARE < total for count in counts)
    kinds = f"{len(counts):,} distinct" + (f", {rare:,} of them rarer than 1 in {RARE:,}" if rare else "")
    divided = f"{documents:,} documents, " if documents > 1 else ""
    return "; ".join([f"{_sets(encodings)}, {divided}{total:,} {level}s, {kinds}", *changes])


def _sets(encodings: Mapping[str, int]) -> str:
    ordered = sorted(encodings, key=lambda name: (-encodings[name], name))
    shown = ordered if len(ordered) <= SHOWN_ENCODINGS else ordered[: SHOWN_ENCODINGS - 1]
    parts = [_shown(name) + (f" ({_texts(encodings[name])})" if len(ordered) > 1 else "") for name in shown]
    others = len(ordered) - len(shown)
    return " and ".join([*parts, f"{others:,} other character sets"] if others else parts)


def _shown(name: str) -> str:
    return name.upper() if name.lower().startswith(UPPER) else name


def _texts(count: int) -> str:
    return "1 text" if count == 1 else f"{count:,} texts"
