"""The names of runs: made from the time, or given and checked."""

import datetime
import secrets

from flows.errors import UsageError

LONGEST_NAME = 200  # bytes; file systems take 255, and a draft's name is longer
RESERVED = ("latest", "previous")


def check_run_name(name: str) -> None:
    """Refuse a name that no folder of a run can have.

    Raises:
        UsageError: the message says why, and what to do.
    """
    if not name or name.startswith(".") or any(c in "/\\\0" or "\ud800" <= c < "\ue000" for c in name):
        raise UsageError(f"the run's name {name!r} is no folder name; give one without slashes, and no dot before it")
    if (size := len(name.encode())) > LONGEST_NAME:
        raise UsageError(f"the run's name has {size} bytes; give one of at most {LONGEST_NAME}")
    if name in RESERVED:
        raise UsageError(f"the run's name {name!r} stands for another run in commands; give another one")


def new_run_name() -> str:
    """A name that no other run has: the time, in UTC, and four digits by chance."""
    return f"{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
