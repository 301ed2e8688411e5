"""How many processors this process may use: those that it may run on, or as many as its share of time comes to."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def usable_processors(groups: Path = CONTROL_GROUPS, membership: Path = MEMBERSHIP) -> int:
    """The processors of this process, as far as a container or a service may use them at the same time.

    Args:
        groups: where Linux tells of limits of time (cgroup-v2, `cpu.max`; of version 1, `cpu.cfs_quota_us`).
        membership: the file that names the groups of this process.
    """
    allowed = getattr(os, "sched_getaffinity", None)
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    return max(1, min([count, *(math.ceil(share) for share in _shares(groups, membership))]))


def _shares(groups: Path, membership: Path) -> Iterator[float]:
    """Of each group that this process is in, from its own up: how many processors' time it has, if that is limited."""
    for line in _content(membership).split("\n"):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not path or (controllers and "cpu" not in controllers.split(",")):
            continue
        root = groups / "cpu" if controllers else groups
        own = root / path.lstrip("/")
        for folder in (own, *own.parents):
            if folder.is_relative_to(root):
                yield from _share(folder)


def _share(folder: Path) -> Iterator[float]:
    limit = _content(folder / "cpu.max").split()
    limit = limit or [_content(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")]
    if len(limit) == 2 and all(number.isdecimal() for number in limit) and int(limit[1]):
        yield int(limit[0]) / int(limit[1])


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
