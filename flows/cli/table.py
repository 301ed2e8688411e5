"""Tables and sizes in lines for a terminal."""

import shutil
import sys
import textwrap
from collections.abc import Sequence

WIDTH = 240  # Where no terminal says how wide it is.
NARROWEST = 20


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equal length in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def wrapped(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns, of which the last goes on below itself where a terminal is too narrow."""
    if not sys.stdout.isatty():
        return aligned(rows)
    before = aligned([row[:-1] for row in rows])
    start = max(map(len, before)) + 2
    width = max(NARROWEST, shutil.get_terminal_size().columns - start)
    parts = [textwrap.wrap(row[-1], width, break_on_hyphens=False) or [""] for row in rows]
    return [
        f"{first if place == 0 else '':{start}}{part}".rstrip()
        for first, own in zip(before, parts, strict=True)
        for place, part in enumerate(own)
    ]


def cut(lines: Sequence[str]) -> list[str]:
    """Lines cut to the width of the terminal, or to 240 characters where there is none."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    return [line if len(line) <= width else f"{line[: width - 1]}…" for line in lines]


def in_bytes(size: int) -> str:
    """A number of bytes to three digits, in units of 1,000."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.3g} TB"
