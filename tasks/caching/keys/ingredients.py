"""What a key is made of, and in words what changed between two keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.caching.artifact import Artifact
from tasks.caching.keys.code import Code
from tasks.caching.keys.digests import digest_of_json
from tasks.caching.keys.excerpts import change_of
from tasks.caching.keys.versions import version_of

KEY_LENGTH = 32
NAMED_CHANGES = 3


@dataclass(frozen=True, kw_only=True)
class Change:
    """One ingredient that differs, with what it was and what it is now."""

    ingredient: str
    old: Any
    new: Any

    def __str__(self) -> str:
        if self.ingredient.startswith("code "):
            return f"{self.ingredient} {_code_change(self.old, self.new)}"
        return f"{self.ingredient} {change_of(self.old, self.new)}"


def ingredients(name: str, code: Code, libraries: tuple[str, ...], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that can change a stage's output, as JSON.

    Args:
        name: the stage's name.
        code: of the stage function and all that it reaches.
        libraries: what else its output depends on, by the names that `version_of` knows.
        arguments: what the function is called with; artifacts count by digest, all else by value.
    """
    return {
        "stage": name,
        "inputs": {key: _digests(value) for key, value in arguments.items() if is_input(value)},
        "parameters": {key: plain(value) for key, value in arguments.items() if not is_input(value)},
        "libraries": {library: version_of(library) for library in libraries},
        "code": code.digest,
    }


def key_of(made_of: Mapping[str, Any]) -> str:
    """The key: hexadecimal, safe as a file name."""
    return digest_of_json(made_of)[:KEY_LENGTH]


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The ingredients in which two sets differ but for the code: what is read first, then what a person changed."""
    return _differing(dict(_flat(old)), dict(_flat(new)))


def parameter_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """As `changes`, without the inputs."""
    return changes({**old, "inputs": {}}, {**new, "inputs": {}})


def code_changes(old: Mapping[str, str], new: Mapping[str, str], old_digest: str, new_digest: str) -> list[Change]:
    """The definitions of the code that differ, by "module:name"; none if the code means the same."""
    if old_digest == new_digest:
        return []
    differing = _differing({f"code {n}": d for n, d in old.items()}, {f"code {n}": d for n, d in new.items()})
    return differing or [Change(ingredient="code what its names mean", old=old_digest, new=new_digest)]


def in_words(differing: Sequence[Change]) -> str:
    """A few changes in one line; of inputs their names alone, for digests tell a reader nothing."""
    rest = len(differing) - NAMED_CHANGES
    return ", ".join(map(_said, differing[:NAMED_CHANGES])) + (f" and {rest} more" if rest > 0 else "")


def _said(change: Change) -> str:
    kind, _, name = change.ingredient.partition(" ")
    if kind != "input":
        return str(change)
    if change.old is None or change.new is None:
        return f"it {'also' if change.new else 'no longer'} reads {name}"
    return f"what it reads changed ({name})"


def is_input(value: Any) -> bool:
    """Whether an argument of a stage is the output of another: an artifact, or a list of them."""
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(isinstance(item, Artifact) for item in listed)


def plain(value: Any) -> Any:
    """An argument as JSON: models by their fields."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _digests(value: Any) -> Any:
    return [item.digest for item in value] if isinstance(value, list) else value.digest


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    return [
        Change(ingredient=name, old=before.get(name), new=after.get(name))
        for name in dict.fromkeys([*after, *before])
        if before.get(name) != after.get(name)
    ]


def _flat(made_of: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((f"input {name}", digest) for name, digest in made_of["inputs"].items())
    for name, value in made_of["parameters"].items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield name, value
    yield from ((f"library {name}", version) for name, version in made_of["libraries"].items())


def _code_change(old: str | None, new: str | None) -> str:
    if old is None:
        return "added"
    return "changed" if new else "no longer reached"
