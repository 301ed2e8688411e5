"""EBCDIC, the character sets of mainframes: none guesses them, but text in them can be told."""

import re
import string

NAMED = "cp037"
LEAST_SPACES, MOST = 0.05, 0.85
USUAL = frozenset(string.ascii_letters + string.digits + " .,;:-'\"()?!/\n\r\x85\t")
WORD = re.compile(r"[A-Za-z]{2,}")
SHOWN = 5


def words_of(sample: bytes) -> list[str]:
    """Some words that the bytes have if they are EBCDIC; none if they are not."""
    text = sample.decode(NAMED)
    usual = sum(one in USUAL for one in text)
    is_it = usual >= MOST * len(text) and text.count(" ") >= LEAST_SPACES * len(text) > 0
    return WORD.findall(text)[:SHOWN] if is_it else []
