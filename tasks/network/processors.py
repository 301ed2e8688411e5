"""How many processors this process may use: those that it may run on, or as many as its share of time comes to."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

from tasks.network.control_groups import CONTROL_GROUPS, MEMBERSHIP, content_of, folders_of_groups


def usable_processors(groups: Path = CONTROL_GROUPS, membership: Path = MEMBERSHIP) -> int:
    """The processors of this process, as far as a container or a service may use them at the same time.

    Args:
        groups: where Linux tells of limits of time (cgroup-v2, `cpu.max`; of version 1, `cpu.cfs_quota_us`).
        membership: the file that names the groups of this process.
    """
    allowed = getattr(os, "sched_getaffinity", None)
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    shares = (share for folder in folders_of_groups("cpu", groups, membership) for share in _share(folder))
    return max(1, min([count, *(math.ceil(share) for share in shares)]))


def _share(folder: Path) -> Iterator[float]:
    """How many processors' time a group has, if that is limited."""
    limit = content_of(folder / "cpu.max").split()
    limit = limit or [content_of(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")]
    if len(limit) == 2 and all(number.isdecimal() for number in limit) and int(limit[1]):
        yield int(limit[0]) / int(limit[1])
