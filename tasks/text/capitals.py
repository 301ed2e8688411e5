"""Text in capitals: small letters of one set look like capitals of another, so that common letters must tell."""

from collections import Counter
from itertools import islice

from tasks.text.plausibility import BEYOND_ASCII, JUDGED_CHARACTERS

# The most frequent letters of the languages in the script, two thirds of any text.
COMMON = {"CYRILLIC": frozenset("оеаинтсрвл"), "GREEK": frozenset("αοιετσνηυρςά")}
# The sets that have the script, by the names that a detector gives.
SETS = {
    **dict.fromkeys(("windows-1251", "koi8-u", "iso-8859-5", "ibm866", "x-mac-cyrillic"), "CYRILLIC"),
    **dict.fromkeys(("windows-1253", "iso-8859-7", "cp737"), "GREEK"),
}
MOST = 0.8


def is_in_capitals(text: str) -> bool:
    """Whether most of the characters beyond ASCII, up to the first `JUDGED_CHARACTERS`, are capitals."""
    beyond = list(islice(BEYOND_ASCII.findall(text), JUDGED_CHARACTERS))
    return sum(one.isupper() for one in beyond) > MOST * len(beyond)


def familiarity(text: str, encoding: str) -> float:
    """The share of the letters beyond ASCII that are common in the script of the set; 0 if the set has no such."""
    if encoding not in SETS:
        return 0.0
    counts = Counter(one for letter in _letters(text) for one in letter.lower())
    total = sum(counts.values())
    return sum(counts[one] for one in COMMON[SETS[encoding]]) / total if total else 0.0


def _letters(text: str) -> list[str]:
    return [one for one in islice(BEYOND_ASCII.findall(text), JUDGED_CHARACTERS) if one.isalpha()]
