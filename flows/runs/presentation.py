"""What a run says of itself as people see it: a corpus of this machine by its name, not by the folders it lies in."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tasks.corpus.errors import CorpusError
from tasks.corpus.sources import kind_of, name_of, path_of

WORD = re.compile(r"(?:'[^']*'|\"[^\"]*\"|[^\s'\"])+")  # of a shell


def presented(run: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the names of local files in place of their paths, and in the command `~` in place of the home.

    Args:
        run: what `run.json` says, which keeps the paths for other programs, or a part of it with `corpus`.
    """
    corpus = run["corpus"]
    sources = [source["url"] for source in corpus.get("sources", [])] or [corpus["url"]]
    names = {path: name_of(source) for source in sources for path in _paths(source)}
    content = {name: _renamed(value, names) for name, value in run.items()}
    return {**content, "command": _from_home(run["command"])} if "command" in run else content


def _paths(source: str) -> Iterator[str]:
    """How a source may be written: as it was given, and as the path that it leads to."""
    if name_of(source) != source:
        yield source
        with contextlib.suppress(CorpusError):
            if kind_of(source) == "file":
                yield str(path_of(source))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for path in sorted(names, key=len, reverse=True):
            value = value.replace(path, names[path])
        return value
    if isinstance(value, Mapping):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    return [_renamed(inner, names) for inner in value] if isinstance(value, list | tuple) else value


def _from_home(command: str) -> str:
    """The command with `~` for the home where a path is given, which charflow reads as a shell does."""
    home = str(Path.home())
    given = re.compile(rf"\A('?(?:--(?:init-from|prompts)=)?){re.escape(home)}/")
    return command if home == "/" else WORD.sub(lambda word: given.sub(r"\1~/", word[0]), command)
