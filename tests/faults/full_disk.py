"""A real file system that is full, at every size from too small to large enough.

    python -m tests.faults.full_disk FOLDER

Mounts a memory file system of so many pages, runs three small stages on it, makes it larger and runs them again. Prints
JSON: how many sizes were tried, at how many the disk was full, and what went wrong.
"""

import functools
import json
import subprocess
import sys
from pathlib import Path

from tests.faults import recipes
from tests.faults.forking import in_child
from tests.faults.survey import left_over

PAGE = 4096
ENOUGH = "size=16m"


def mount(place: Path, options: str) -> None:
    """Mount, or change, the file system at the place."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True, capture_output=True)


def run(store: Path) -> list:
    return recipes.small(store, around=lambda name: None)


def tried(store: Path, options: str, whole: list) -> tuple[bool, list[str]]:
    """Whether the disk was full, and what went wrong."""
    mount(store, options)
    try:
        hurt = in_child(functools.partial(run, store))
        problems = [f"it says: {hurt.error}"] if hurt.error and "the disk is full" not in hurt.error else []
        mount(store, f"remount,nr_inodes=1000,{ENOUGH}")
        again = in_child(functools.partial(run, store))
        if again.result != whole:
            problems.append(f"it ends otherwise: {again}")
        return bool(hurt.error), [f"{options}: {problem}" for problem in [*problems, *left_over(store)]]
    finally:
        subprocess.run(["umount", str(store)], check=True)


def main(folder: str) -> None:
    """As said above."""
    place = Path(folder).resolve()
    recipes.write_corpus(place)
    whole = in_child(functools.partial(run, place / "whole")).result
    (place / "store").mkdir()
    sizes = [f"size={PAGE * n}" for n in range(1, 20)] + [f"{ENOUGH},nr_inodes={n}" for n in range(2, 50)]
    ended = [tried(place / "store", options, whole) for options in sizes]
    problems = [problem for _, found in ended for problem in found]
    sys.stdout.write(json.dumps({"tried": len(ended), "full": sum(full for full, _ in ended), "problems": problems}))


if __name__ == "__main__":
    main(*sys.argv[1:])
