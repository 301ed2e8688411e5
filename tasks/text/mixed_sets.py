"""Bytes of two character sets, of which one is UTF-8."""

import re

from tasks.text.byte_escapes import ESCAPES, HANDLER, escaped_bytes, is_utf_8
from tasks.text.byte_pieces import BytePieces
from tasks.text.byte_sample import sample_of
from tasks.text.candidates import LIKELY, WESTERN
from tasks.text.plausibility import BEYOND_ASCII, plausibility, western_share

LARGE_SHARE = 0.2  # Of lines; of those in another set hardly one is UTF-8 by chance.
LINES = 3
MIXED = 20  # One in so many characters is no chance.
TWO_SETS = "bytes of two character sets, UTF-8 and windows-1252; bring them to one, or pass --encoding with the one"
UTF_8_AND_ANOTHER = "bytes of two character sets, UTF-8 and another; split them, or bring them to one"


def has_lines_of_two_sets(pieces: BytePieces) -> bool:
    """Whether of the sample's lines beyond ASCII a large share is UTF-8 and another large share is not."""
    lines = [line for line in sample_of(pieces).split(b"\n") if not line.isascii()]
    valid = sum(is_utf_8(line) for line in lines)
    return min(valid, len(lines) - valid) >= max(LINES, LARGE_SHARE * len(lines))


def is_mixed(sample: bytes) -> bool:
    """Whether what is no UTF-8 of the bytes is windows-1252 among UTF-8."""
    text = sample.decode("utf-8", HANDLER)
    runs = re.findall(f"{ESCAPES}+", text)
    beyond = len(BEYOND_ASCII.findall(text))
    other = sum(map(len, runs))
    western = re.sub(f"{ESCAPES}+", lambda run: escaped_bytes(run.group()).decode(WESTERN, "replace"), text)
    return (beyond - other) * MIXED > beyond and max(plausibility(western), western_share(western)) >= LIKELY
