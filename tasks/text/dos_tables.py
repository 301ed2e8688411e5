"""Tables drawn with the lines of DOS's character sets, in text that may be ASCII otherwise."""

import re

from tasks.text.plausibility import plausibility

SETS = ("cp437", "cp850", "cp852", "cp866")  # All have these lines at the same bytes; the first is met most.
LINES = bytes(
    [0xB3, 0xBA, *b"\xc4\xcd", *b"\xda\xbf\xc0\xd9\xc9\xbb\xc8\xbc", *b"\xc3\xb4\xc2\xc1\xc5\xcc\xb9\xcb\xca\xce"]
)
SHADES = b"\xb0\xb1\xb2\xdb\xdc\xdf\xfe"
# A corner or branch with a line behind it, or a rule.
DRAWN = re.compile(rb"[\xda\xc0\xc3\xc9\xc8\xcc][\xc4\xcd\xc2\xc1\xc5\xcb\xca\xce]{2}|\xc4{8}|\xcd{8}")
MOST = 0.5
LIKELY = 0.9


def set_of_tables(sample: bytes) -> str | None:
    """The set in which most bytes beyond ASCII draw tables, and the others are letters; None if there is none."""
    beyond = sample.translate(None, bytes(range(128)))
    others = sample.translate(None, LINES + SHADES)
    count = len(beyond) - len(others.translate(None, bytes(range(128))))
    if count < MOST * len(beyond) or not DRAWN.search(sample):
        return None
    found = {name: others.decode(name) for name in SETS}
    likely = {name: (plausibility(text), sum(map(str.isalpha, text))) for name, text in found.items()}
    best = max(SETS, key=lambda name: likely[name])
    return best if likely[best][0] >= LIKELY else None
