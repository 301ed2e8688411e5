import os
import shutil
import sys

import pytest

from flows.cli.table import wrapped

ROWS = [
    ("stage", "would be", "why"),
    ("sample[0.5]", "would run", "after train; cached if what it reads comes out as before"),
    ("shard", "cached", "x" * 50),
    ("score", "cached", ""),
]


@pytest.mark.parametrize("columns", [80, 60, 10])
def test_the_last_column_goes_on_below_itself_in_a_terminal(capsys, monkeypatch, columns):
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns, 24)))

    lines = wrapped(ROWS)

    assert all(line == line.rstrip() and len(line) <= max(columns, 24 + 20) for line in lines)
    assert " ".join(line[24:] for line in lines[1:] if not line.endswith("x")).split() == ROWS[1][2].split()
    assert "".join(line[24:] for line in lines if line.endswith("x")) == ROWS[2][2]
    assert [line[:24].split() for line in lines if line[:1].strip()] == [" ".join(row[:2]).split() for row in ROWS]


def test_elsewhere_each_row_is_a_line(capsys):
    assert wrapped(ROWS) == [
        "stage        would be   why",
        "sample[0.5]  would run  after train; cached if what it reads comes out as before",
        f"shard        cached     {'x' * 50}",
        "score        cached",
    ]
