"""Telling UTF-7, HZ and ISO-2022, which write other characters in ASCII's bytes, from ASCII that has their signs."""

import re
import unicodedata

from tasks.text import iso_2022
from tasks.text.byte_pieces import BytePieces
from tasks.text.byte_sample import sample_of
from tasks.text.plausibility import SIGNS

FEW_RUNS = 3  # Fewer may be chance.
PLAIN = 0.9  # Of the runs, or of HZ's characters.
DOUBTED = 0.5
MOST = 0.5  # Of a text in HZ is in Chinese, or else there is
ENOUGH_PAIRS = 24  # distinct characters of it.
UTF_7_RUN = re.compile(rb"\+([A-Za-z0-9+/]+)(-?)")
OPTIONAL = frozenset('!"#$%&*;<=>@[]^_`{|}~\\+')  # What some write in UTF-7's Base64 although it is ASCII.
HZ_RUN = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)~\}")
HZ_USUAL = re.compile(rb"(?:[\x30-\x57][\x21-\x7e]|[\x21-\x23][\x21-\x7e])")  # The hanzi of level 1, and signs.
BIG = ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH")


def seven_bit_guesses(pieces: BytePieces) -> tuple[list[str], list[str]]:
    """The sets that write other characters in ASCII's bytes: the likely ones, best first, and the possible ones."""
    sample = sample_of(pieces, b"\x1b~+")
    return [*iso_2022.sets_of(sample), *_likely(sample)], _possible(sample)


def _likely(sample: bytes) -> list[str]:
    """Those of UTF-7 and HZ that the bytes are surely in."""
    share, runs = _utf_7(sample)
    found = ["utf-7"] if runs >= FEW_RUNS and share >= PLAIN else []
    return ["hz", *found] if _hz(sample) >= PLAIN and len(HZ_RUN.findall(sample)) >= FEW_RUNS else found


def _possible(sample: bytes) -> list[str]:
    """Those of UTF-7 and HZ that the bytes may be in, though there is too little to be sure."""
    share, runs = _utf_7(sample)
    found = ["utf-7"] if runs and share >= DOUBTED else []
    return ["hz", *found] if _hz(sample) >= PLAIN else found


def _utf_7(sample: bytes) -> tuple[float, int]:
    """The share of what is in runs that reads like text, and how many runs there are; none if one is no UTF-7."""
    good = total = count = 0
    for run, end in UTF_7_RUN.findall(sample):
        try:
            text = (b"+" + run + b"-").decode("utf-7")
        except UnicodeDecodeError:
            count, total = count + 1, total + len(run)
            continue
        if any(unicodedata.category(one) == "Cc" and one not in "\t\n\r" for one in text):
            return 0.0, 0
        if end and all(one in OPTIONAL for one in text):
            continue
        count, total = count + 1, total + len(run)
        good += len(run) * (not run.isdigit() and _reads_well(text))
    return (good / total if total else 0.0), count


def _reads_well(text: str) -> bool:
    """Whether it is signs and Latin letters beyond ASCII, or more than one letter of one other script."""
    letters = [one for one in text if one not in SIGNS and not one.isspace() and unicodedata.category(one)[0] != "P"]
    scripts = {unicodedata.name(one, "NONE").split(" ", 1)[0].split("-", 1)[0] for one in letters}
    if not scripts:
        return not text.isascii()
    if len({"BIG" if one in BIG else one for one in scripts}) > 1 or text.isascii():
        return False
    return scripts == {"LATIN"} or len(letters) > 1


def _hz(sample: bytes) -> float:
    """The share of usual characters among those that are HZ, if there are enough of them; else 0."""
    pairs = [run[at : at + 2] for run in HZ_RUN.findall(sample) for at in range(0, len(run), 2)]
    is_enough = len(set(pairs)) >= ENOUGH_PAIRS or len(pairs) * 2 >= MOST * len(b"".join(sample.split()))
    if not pairs or not is_enough:
        return 0.0
    return sum(HZ_USUAL.fullmatch(pair) is not None for pair in pairs) / len(pairs)
