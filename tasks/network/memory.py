"""How much memory this process may use: that of the machine, or what its control groups leave of it."""

import os
from pathlib import Path

from tasks.network.control_groups import CONTROL_GROUPS, MEMBERSHIP, content_of, folders_of_groups


def usable_memory(groups: Path = CONTROL_GROUPS, membership: Path = MEMBERSHIP) -> int:
    """Bytes of memory, swap left aside, that there are for this process and all that share its limits.

    Args:
        groups: where Linux tells of limits of memory (cgroup-v2, `memory.max`; of version 1, `memory.limit_in_bytes`).
        membership: the file that names the groups of this process.
    """
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [
        content_of(folder / name).strip()
        for folder in folders_of_groups("memory", groups, membership)
        for name in ("memory.max", "memory.limit_in_bytes")
    ]
    return min([physical, *(int(limit) for limit in limits if limit.isdecimal() and int(limit))])
