"""What is done about damage: a trace of it is noted, more is refused unless somebody said what to do."""

from tasks.corpus.choices import OnDamage
from tasks.corpus.errors import CorpusError
from tasks.text.damage import Damage

TRACE = 10_000  # One in so many characters is dropped without asking.
HOPELESS = 10  # One in so many is no damage: the character set is another.


def judged(damage: Damage, encoding: str, on_damage: OnDamage) -> list[str]:
    """Notes on the damage and on what is done with it.

    Raises:
        CorpusError: there is more than a trace of what cannot be kept, and nobody said what to do with it.
    """
    notes = [
        *_judged_bytes(damage, encoding, on_damage),
        *_judged_nuls(damage, encoding, on_damage),
    ]
    counts, lines = damage.counts, damage.first_lines
    if damage.pairs:
        notes.append(f"{_count(damage.pairs, 'surrogate pair')} in UTF-8 (CESU-8) became the characters meant")
    if damage.tail:
        done = "kept as U+FFFD" if on_damage == "keep" else "dropped"
        notes.append(f"cut off within its last character: {_count(len(damage.tail), 'byte')} {done}")
    if counts["replacement"]:
        said = f"{_count(counts['replacement'], 'replacement character')} (U+FFFD), the first in line"
        done = ", dropped" if on_damage == "drop" else ": what stood there was lost before"
        notes.append(f"{said} {lines['replacement']:,}{done}")
    if (example := damage.mojibake.example) and damage.mojibake.is_there(damage.beyond_ascii):
        notes.append(f"looks like UTF-8 that was decoded twice: {example[0]!r} for {example[1]!r}")
    if counts["mark"]:
        notes.append(f"{_count(counts['mark'], 'byte order mark')} inside, the first in line {lines['mark']:,}")
    for kind, name in (
        ("control", "control character (U+0080 to U+009F)"),
        ("private", "private-use character"),
        ("unassigned", "unassigned character"),
    ):
        if counts[kind] * TRACE > damage.characters:
            notes.append(f"{_count(counts[kind], name)}, the first in line {lines[kind]:,}")
    return notes


def _judged_bytes(damage: Damage, encoding: str, on_damage: OnDamage) -> list[str]:
    count = damage.counts["escaped"]
    if not count:
        return []
    said = (
        f"{_count(count, 'byte')} in {damage.characters:,} characters {'is' if count == 1 else 'are'} not {encoding}, "
        f"the first in line {damage.first_lines['escaped']:,}"
    )
    if damage.first_error is not None and not damage.pairs:  # A pair may come first.
        said += f", offset {damage.first_error:,}"
    if count * HOPELESS > damage.characters:
        raise CorpusError(f"{said}; pass --encoding with the right one")
    if on_damage == "refuse" and count * TRACE > damage.characters:
        raise CorpusError(
            f"{said}; mend it, pass --encoding with the right one, or --on-damage drop or keep (as U+FFFD)"
        )
    return [f"{said}: {'kept as U+FFFD' if on_damage == 'keep' else 'dropped'}"]


def _judged_nuls(damage: Damage, encoding: str, on_damage: OnDamage) -> list[str]:
    count = damage.counts["nul"]
    if not count:
        return []
    where = f"{_count(count, 'NUL')} in {damage.characters:,} characters, the first in line"
    said = f"{where} {damage.first_lines['nul']:,}"
    if count * HOPELESS > damage.characters:
        raise CorpusError(
            f"the corpus is binary, or not {encoding}: {said}; give a text, or train on its bytes (--level byte)"
        )
    if on_damage == "refuse" and count * TRACE > damage.characters:
        raise CorpusError(f"{said}; remove them (tr -d '\\000'), or pass --on-damage drop or keep")
    return [f"{said}: {'kept' if on_damage == 'keep' else 'dropped'}"]


def _count(count: int, name: str) -> str:
    plural = name.replace("character", "characters", 1) if name.startswith(("control",)) else f"{name}s"
    return f"{count:,} {name if count == 1 else plural}"
