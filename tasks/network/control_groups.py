"""The control groups that this process is in, by which Linux limits what a container or a service may use."""

from collections.abc import Iterator
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def folders_of_groups(controller: str, groups: Path, membership: Path) -> Iterator[Path]:
    """The folder of each group that limits this process, from its own up.

    Args:
        controller: what version 1 calls that which is limited; of version 2 every group counts.
        groups: where Linux tells of the groups.
        membership: the file that names those of this process.
    """
    for line in content_of(membership).split("\n"):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not path or (controllers and controller not in controllers.split(",")):
            continue
        root = groups / controller if controllers else groups
        own = root / path.lstrip("/")
        yield from (folder for folder in (own, *own.parents) if folder.is_relative_to(root))


def content_of(path: Path) -> str:
    """What a file says; nothing where there is none."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
