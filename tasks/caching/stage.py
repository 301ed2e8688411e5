"""The decorator that makes a plain function a cached stage."""

import functools
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.caching.artifact import Artifact, Outcome, Unchanged
from tasks.caching.keys.code import Code, code_of, snapshot
from tasks.caching.keys.digests import digest_of_json
from tasks.caching.keys.ingredients import ingredients, is_input, key_of
from tasks.caching.manifest import Origin
from tasks.caching.running.session import current_session


def _itself(source: str) -> str:
    return source


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A function that writes files into a folder, stored under a key of all that can change them.

    Attributes:
        function: the plain function; its first parameter is the folder that it writes to.
        libraries: what its output depends on beside the project's code, by the names that `version_of` knows.
        label: the parameter whose value tells calls of one run apart: `sample[0.8]`.
        prolonged_by: the parameter, or field of one, that only says how long the work goes on.
        asks_world: whether the function itself finds out, every time, if what was stored still holds.
        peek: for a source, tells cheaply why what was stored no longer holds, None if it seems to.
        identity: for a source, what tells one address from another.
    """

    function: Callable[..., Outcome | Unchanged]
    libraries: tuple[str, ...] = ()
    label: str | None = None
    prolonged_by: str | None = None
    asks_world: bool = False
    peek: Callable[..., str | None] | None = None
    identity: Callable[[str], str] = _itself

    @property
    def name(self) -> str:
        """The stage's name: that of its function."""
        return self.function.__name__

    @property
    def signature(self) -> inspect.Signature:
        """The parameters that a caller gives: all but the folder and what was stored before."""
        parameters = inspect.signature(self.function).parameters
        given = [p for name, p in parameters.items() if name not in ("out", "previous")]
        return inspect.Signature(given)

    def __call__(self, *args: Any, **kwargs: Any) -> Artifact:
        """The stage's artifact for these arguments, as the active session answers."""
        return current_session().call(self.bind(*args, **kwargs))

    def bind(self, *args: Any, **kwargs: Any) -> "Call":
        """The call of this stage with these arguments, defaults filled in."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return Call(stage=self, arguments=dict(bound.arguments))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        """Pickled by name: what stands under the function's name in its module is the stage."""
        return _stage_named, (self.function.__module__, self.function.__qualname__)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A stage with the arguments of one call."""

    stage: Stage
    arguments: dict[str, Any]

    @property
    def name(self) -> str:
        """The stage's name with the call's label."""
        label = self.stage.label
        return f"{self.stage.name}[{self.arguments[label]}]" if label else self.stage.name

    @property
    def inputs(self) -> list[Artifact]:
        """The artifacts among the arguments."""
        return [artifact for artifacts in self._inputs.values() for artifact in artifacts]

    @property
    def origins(self) -> dict[str, list[Origin]]:
        """Where each input came from."""
        return {name: [one.origin for one in artifacts] for name, artifacts in self._inputs.items()}

    @property
    def code(self) -> Code:
        """The code that the stage reaches, as it was imported."""
        return code_of(inspect.unwrap(self.stage.function))

    @functools.cached_property
    def ingredients(self) -> dict[str, Any]:
        """All that can change the output; for a source only its digested address, which may hold secrets.

        The code of a source is not among them: the manifest has it, and other code is given nothing stored.
        """
        if self.stage.asks_world:
            address = digest_of_json(self.stage.identity(self.arguments["source"]))
            return {"stage": self.stage.name, "inputs": {}, "parameters": {"source": address}, "libraries": {}}
        return ingredients(self.stage.name, self.code, self.stage.libraries, self.arguments)

    @property
    def ingredients_beside_inputs(self) -> dict[str, Any]:
        """The ingredients that are known before the inputs are made."""
        own = {name: value for name, value in self.arguments.items() if not is_input(value)}
        return ingredients(self.stage.name, self.code, self.stage.libraries, own)

    @functools.cached_property
    def key(self) -> str:
        """The key under which the result is stored."""
        return key_of(self.ingredients)

    @property
    def folder(self) -> str:
        """The name of its scratch folder."""
        return f"{self.stage.name}-{self.key}"

    @functools.cached_property
    def family(self) -> str | None:
        """The key without what prolongs the work: equal for calls that may go on from one another."""
        longer = self.stage.prolonged_by
        if longer is None:
            return None
        rest = {
            name: {field: v for field, v in value.items() if field != longer} if isinstance(value, dict) else value
            for name, value in self.ingredients["parameters"].items()
            if name != longer
        }
        return key_of({**self.ingredients, "parameters": rest})

    def peek(self, stored: Artifact | None) -> str | None:
        """Why what a source stored no longer holds, as far as can be told at once; None if it seems to."""
        return self.stage.peek(stored, **self.arguments) if self.stage.peek else None

    def run(self, out: Path, previous: Artifact | None) -> Outcome | Unchanged:
        """Call the plain function; it sees no notes but its own of before."""
        extra = {"previous": previous} if self.stage.asks_world else {}
        return self.stage.function(out, **extra, **{name: _shown(value) for name, value in self.arguments.items()})

    @property
    def _inputs(self) -> dict[str, list[Artifact]]:
        given = {name: value for name, value in self.arguments.items() if is_input(value)}
        return {name: value if isinstance(value, list) else [value] for name, value in given.items()}


def stage(
    *, libraries: tuple[str, ...] = (), label: str | None = None, prolonged_by: str | None = None
) -> Callable[[Callable[..., Outcome]], Stage]:
    """Make a function `f(out: Path, ...) -> Outcome` a stage.

    Arguments that are artifacts, or lists of them, count in the key by their content; all others by value.

    Args:
        libraries: what its output depends on beside the project's code: distributions, or bzip2, xz, zlib, unicode.
        label: name of the parameter that tells the calls of one run apart.
        prolonged_by: name of the parameter, or of a field of one, that only says how long the work goes on. Calls
            that differ in nothing else share a `family_folder`.
    """

    def decorate(function: Callable[..., Outcome]) -> Stage:
        snapshot(function)
        return Stage(function=function, libraries=libraries, label=label, prolonged_by=prolonged_by)

    return decorate


def source(
    *, peek: Callable[..., str | None] | None = None, identity: Callable[[str], str] = _itself
) -> Callable[[Callable[..., Outcome | Unchanged]], Stage]:
    """Make `f(out: Path, previous: Artifact | None, *, source: str, ...)` a stage that asks the world.

    It runs every time, is given what it made for the same `source` with the same code the last time, and says whether
    that still holds. Its address never counts in the keys of what follows, only its bytes.

    Args:
        peek: called as `peek(previous, **arguments)` for a plan; says why `previous` no longer holds, as
            far as can be told without the network.
        identity: what tells one address from another, so that what is stored for one is not given to the other.
    """

    def decorate(function: Callable[..., Outcome | Unchanged]) -> Stage:
        snapshot(function)
        return Stage(function=function, asks_world=True, peek=peek, identity=identity)

    return decorate


def _shown(value: Any) -> Any:
    if isinstance(value, Artifact):
        return value.without_notes()
    return [_shown(item) for item in value] if is_input(value) else value


def _stage_named(module: str, name: str) -> Stage:
    found = functools.reduce(getattr, name.split("."), importlib.import_module(module))
    if not isinstance(found, Stage):
        raise TypeError(f"{module}.{name} is no stage")
    return found
