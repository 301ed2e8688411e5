"""The code of a stage as one digest: of its function and of all in the project that it can reach.

It follows names, not imports: from the function to the definitions that it mentions, and on from there through
every module of the project. Where a definition stands does not count, only what it is and what its names mean: the
definitions are numbered as they are met, and the digest is over their texts and those numbers. What the imported
modules do at their top level counts as well, in no order. Comments, formatting, docstrings and annotations of
functions do not count, unless code that is reached looks at them.

Not seen: what tests or other code put in the place of a definition at run time, `exec` and `eval` of strings, modules
found by names that are put together at run time, changes of `sys.path`, the order of imports that act, and docstrings
read through pydoc. A data file counts if a string names it from its module's folder, or from a folder below that a
string of the module names; files found by glob, or by names that are put together at run time, are not seen.
"""

import contextlib
import functools
import gc
import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tasks.caching.keys.memo import remember, remembered
from tasks.caching.keys.names import WHOLE, Definition, Names
from tasks.caching.keys.reach import Piece, Project
from tasks.caching.keys.source import Source, bytes_of, module_of, source_of


@dataclass(frozen=True)
class Code:
    """All code that a function can reach.

    Attributes:
        digest: SHA-256 hex; equal for code that means the same, wherever its definitions stand.
        definitions: "module:name" to a short digest of that definition alone, to tell a person what changed.
        files: every file of the project that was reached, with the SHA-256 that it had when it was read.
    """

    digest: str
    definitions: dict[str, str]
    files: Mapping[Path, str]


def snapshot(function: Callable[..., object]) -> None:
    """Read the source of the function's top-level package, unless it was read before. Later edits are not seen."""
    source_of(function).package(module_of(function).partition(".")[0])


def code_of(function: Callable[..., object]) -> Code:
    """All code of the function's project that it can reach, as it was when it was read.

    Raises:
        ValueError: the source of the function's module cannot be found.
    """
    return _code_of(inspect.unwrap(function))


def changed_files(code: Code) -> list[Path]:
    """The files whose bytes are no longer those that were read, or that are gone."""
    return [path for path, sha256 in code.files.items() if _sha256(path) != sha256]


@functools.cache
def _code_of(function: Callable[..., object]) -> Code:
    source, name = source_of(function), f"{module_of(function)}.{function.__qualname__}"
    known = remembered(name, source)
    if known is None:
        known = _computed(function, source)
        remember(name, source, known)
    files = {source.root / path: sha256 for path, sha256 in known["files"].items()}
    return Code(digest=known["digest"], definitions=known["definitions"], files=MappingProxyType(files))


def _computed(function: Callable[..., object], source: Source) -> dict[str, Any]:
    """The fields of the function's `Code` as JSON, with paths below the source's root."""
    project = _project(source)
    name = module_of(function)
    module = project.names.module(name)
    if module is None:
        raise ValueError(f"the source of module {name} is not below {project.names.source.root}")
    defined = function.__qualname__.partition(".")[0]
    start = Definition(name, defined if module.definition(defined) else WHOLE)
    with _collection_paused():
        reach = project.reach(start)
    pieces = reach.pieces
    files = {path: digest for piece in pieces.values() for path, digest in piece.files.items()}
    read = [file for loaded in reach.modules if (file := project.names.source.find(loaded))]
    files |= {file.path: file.sha256 for file in read if file.path}
    return {
        "digest": _digest(pieces, start, reach.acting),
        "definitions": {str(d): pieces[d].alone for d in sorted(pieces, key=str) if d.name != WHOLE},
        "files": {path.relative_to(source.root).as_posix(): files[path] for path in sorted(files, key=str)},
    }


@contextlib.contextmanager
def _collection_paused() -> Iterator[None]:
    """No garbage collection: the many nodes of syntax trees make it run often, and none of them is garbage."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@functools.cache
def _project(source: Source) -> Project:
    return Project(Names(source))


def _digest(pieces: Mapping[Definition, Piece], start: Definition, acting: Iterable[Definition]) -> str:
    numbers: dict[Definition, int] = {}
    main = _numbered(pieces, start, numbers)
    # The order of imports is not seen, so what they do is a set; what the function reaches keeps its number in it.
    done = {_numbered(pieces, definition, dict(numbers)) for definition in acting}
    return hashlib.sha256(" ".join([main, *sorted(done)]).encode("ascii")).hexdigest()


def _numbered(pieces: Mapping[Definition, Piece], start: Definition, numbers: dict[Definition, int]) -> str:
    """Digest of the texts from a definition on, each with the numbers of those it mentions, as they are met."""
    queue = [] if start in numbers else [start]
    digest = hashlib.sha256(str(numbers.setdefault(start, len(numbers))).encode("ascii"))
    for definition in queue:
        piece = pieces[definition]
        for reference in piece.references:
            if reference not in numbers:
                numbers[reference] = len(numbers)
                queue.append(reference)
        listed = ",".join(str(numbers[reference]) for reference in piece.references)
        digest.update(piece.digest + f"{listed};".encode("ascii"))
    return digest.hexdigest()


def _sha256(path: Path) -> str | None:
    content = bytes_of(path)
    return None if content is None else hashlib.sha256(content).hexdigest()
