"""The sets of ISO-2022, told by their escapes."""

import re

LEAST = 5  # Fewer may be chance.
ISO_2022 = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_jp_ext", "iso2022_kr")
ESCAPE = re.compile(rb"\x1b\$(?:[@AB]|\([@-Z]|\)[AC-I])|\x1b\([IJ]")


def sets_of(sample: bytes) -> list[str]:
    """Those that bytes may be in, best first."""
    found = list(ISO_2022) if ESCAPE.search(sample) else []
    if b"\x1b$)C" in sample:
        found.insert(0, "iso2022_kr")
    return found


def has_escapes(content: bytes) -> bool:
    """Whether bytes have escapes as of ISO-2022 again and again."""
    return len(ESCAPE.findall(content)) >= LEAST
