"""The decorator that makes a plain function a cached stage."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.caching.artifact import Artifact, Outcome, Unchanged
from tasks.caching.keys.digests import digest_of_json
from tasks.caching.keys.ingredients import KEY_LENGTH, ingredients, is_input, key_of
from tasks.caching.running.session import current_session


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A function that writes files into a folder, kept by a key of all that can change them.

    Attributes:
        function: the plain function; its first parameter is the folder that it writes to.
        libraries: distributions whose version can change the output.
        label: the parameter whose value tells calls of one run apart: `sample[0.8]`.
        prolonged_by: the parameter, or field of one, that only says how long the work goes on.
        asks_world: whether the function itself finds out, every time, if what was kept still holds.
        peek: for a source, tells cheaply why what was kept no longer holds, None if it seems to.
    """

    function: Callable[..., Outcome | Unchanged]
    libraries: tuple[str, ...] = ()
    label: str | None = None
    prolonged_by: str | None = None
    asks_world: bool = False
    peek: Callable[..., str | None] | None = None

    @property
    def name(self) -> str:
        """The stage's name: that of its function."""
        return self.function.__name__

    @property
    def signature(self) -> inspect.Signature:
        """The parameters that a caller gives: all but the folder and what was kept before."""
        parameters = inspect.signature(self.function).parameters
        given = [p for name, p in parameters.items() if name not in ("out", "previous")]
        return inspect.Signature(given)

    def __call__(self, *args: Any, **kwargs: Any) -> Artifact:
        """The stage's artifact for these arguments, made or reused by the active session."""
        session = current_session()
        return session.carry_out(self.bind(*args, **kwargs), session)

    def bind(self, *args: Any, **kwargs: Any) -> "Call":
        """The call of this stage with these arguments, defaults filled in."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return Call(stage=self, arguments=dict(bound.arguments))


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
        listed = [v if isinstance(v, list) else [v] for v in self.arguments.values() if is_input(v)]
        return [artifact for artifacts in listed for artifact in artifacts]

    @functools.cached_property
    def ingredients(self) -> dict[str, Any]:
        """All that can change the output; for a source only its digested address, which may hold secrets."""
        if self.stage.asks_world:
            address = digest_of_json(self.arguments["source"])
            return {
                "stage": self.stage.name,
                "inputs": {},
                "parameters": {"source": address},
                "libraries": {},
                "code": {},
            }
        return ingredients(self.stage.name, self.stage.function, self.stage.libraries, self.arguments)

    @functools.cached_property
    def key(self) -> str:
        """The key under which the result is kept."""
        return key_of(self.ingredients)[:KEY_LENGTH]

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

    def run(self, out: Path, previous: Artifact | None) -> Outcome | Unchanged:
        """Call the plain function."""
        extra = {"previous": previous} if self.stage.asks_world else {}
        return self.stage.function(out, **extra, **self.arguments)


def stage(
    *, libraries: tuple[str, ...] = (), label: str | None = None, prolonged_by: str | None = None
) -> Callable[[Callable[..., Outcome]], Stage]:
    """Make a function `f(out: Path, ...) -> Outcome` a stage.

    Arguments that are artifacts, or lists of them, count in the key by their content; all others by value.

    Args:
        libraries: distributions whose version can change the output.
        label: name of the parameter that tells the calls of one run apart.
        prolonged_by: name of the parameter, or of a field of one, that only says how long the work goes on. Calls
            that differ in nothing else share a `lasting_folder`.
    """

    def decorate(function: Callable[..., Outcome]) -> Stage:
        return Stage(function=function, libraries=libraries, label=label, prolonged_by=prolonged_by)

    return decorate


def source(*, peek: Callable[..., str | None] | None = None) -> Callable[[Callable[..., Outcome | Unchanged]], Stage]:
    """Make `f(out: Path, previous: Artifact | None, *, source: str, ...)` a stage that asks the world.

    It runs every time, is given what it made for the same `source` the last time, and says whether that
    still holds. Its address never counts in the keys of what follows, only its bytes.

    Args:
        peek: called as `peek(previous, **arguments)` for a plan; says why `previous` no longer holds, as
            far as can be told without the network.
    """

    def decorate(function: Callable[..., Outcome | Unchanged]) -> Stage:
        return Stage(function=function, asks_world=True, peek=peek)

    return decorate
