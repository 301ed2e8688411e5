"""The whole command where the file system gives less than it is used to; all stages are cached.

    python -m tests.faults.file_systems FOLDER

Prints JSON: by the name of each case with which code the command ended, what it said was wrong, whether its run is as
whole as ever, and whether nothing was changed. Cases that need a mount are left out where that is not allowed.
"""

import contextlib
import errno
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.faults.command import NAME, command, fresh, moved_to, prepare, words_in
from tests.faults.forking import in_child
from tests.faults.full_disk import ENOUGH, mount
from tests.faults.run_folders import content_of

Case = Callable[[Path], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def store_on_another(artifacts: Path) -> Iterator[None]:
    """The store is on a file system of its own."""
    content = (artifacts / "store").rename(artifacts.with_name("content"))
    (artifacts / "store").mkdir()
    with mounted(artifacts / "store", ENOUGH):
        shutil.copytree(content, artifacts / "store", dirs_exist_ok=True)
        yield
    shutil.rmtree(content)


@contextlib.contextmanager
def runs_that_are_a_file(artifacts: Path) -> Iterator[None]:
    shutil.rmtree(artifacts / "runs")
    (artifacts / "runs").write_text("a file")
    yield


def a_folder(name: str) -> Case:
    """A folder has a name that the command gives."""

    @contextlib.contextmanager
    def with_folder(artifacts: Path) -> Iterator[None]:
        (artifacts / name).unlink()
        (artifacts / name).mkdir()
        yield

    return with_folder


def refusing(*names: str) -> Case:
    """Functions of `os` that the file system has not."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    @contextlib.contextmanager
    def refused(artifacts: Path) -> Iterator[None]:
        kept = {name: getattr(os, name) for name in names}
        for name in names:
            setattr(os, name, refuse)
        try:
            yield
        finally:
            for name, function in kept.items():
                setattr(os, name, function)

    return refused


@contextlib.contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    mount(place, options)
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def read_only(name: str) -> Case:
    """A folder that not even root can write to."""

    @contextlib.contextmanager
    def bound(artifacts: Path) -> Iterator[None]:
        place = str(artifacts / name)
        subprocess.run(["mount", "--bind", place, place], check=True, capture_output=True)
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True, capture_output=True)
            yield
        finally:
            subprocess.run(["umount", place], check=True)

    return bound


CASES: dict[str, Case] = {
    "as ever": contextlib.nullcontext,
    "no hard links": refusing("link"),
    "no symbolic links": refusing("symlink"),
    "runs is a file": runs_that_are_a_file,
    "latest is a folder": a_folder("latest"),
    "index is a folder": a_folder("index.html"),
}
MOUNTED: dict[str, Case] = {
    "store elsewhere": store_on_another,
    "store is read-only": read_only("store"),
    "runs is read-only": read_only("runs"),
    "artifacts is read-only": read_only("."),
}


def ended(place: Path, case: Case, whole: dict[str, str]) -> dict[str, Any]:
    """How the command ends, and what it leaves."""
    artifacts = fresh(prepare(place, "new"), place / "artifacts")
    words = [*words_in(place), "--run-name", NAME]
    with case(artifacts):
        before = listed(artifacts)
        end = in_child(functools.partial(command, words, "count", 0, artifacts))
        after = listed(artifacts)
        found = content_of(artifacts / "runs" / NAME)
    result = end.result or {"code": None, "said": end.error}
    said = [line for line in result["said"].splitlines() if line.startswith(("charflow: ", "left out: "))]
    return {"code": result["code"], "said": said, "whole": found == whole, "untouched": before == after}


def listed(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if path.name not in ("guard", ".drafts"))


def main(folder: str) -> None:
    """As said above."""
    place = moved_to(Path(folder))
    ended(place, CASES["as ever"], {})
    whole = content_of(place / "artifacts/runs" / NAME)
    cases = CASES | (MOUNTED if may_mount(place) else {})
    sys.stdout.write(json.dumps({name: ended(place, case, whole) for name, case in cases.items()}) + "\n")


def may_mount(place: Path) -> bool:
    """Whether this process may."""
    (place / "mounted").mkdir(exist_ok=True)
    try:
        with mounted(place / "mounted", "size=64k"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
