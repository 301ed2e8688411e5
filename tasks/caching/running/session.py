"""A session: where stages keep their results, how their calls are carried out, and what became of each."""

import contextlib
import contextvars
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tasks.caching.artifact import Artifact
from tasks.caching.store.content import Store

State = Literal["ran", "cached", "resumed", "failed", "would run"]


@dataclass(frozen=True, kw_only=True)
class StageReport:
    """What became of one call of a stage.

    Attributes:
        name: the stage's name, with its label if it has one: `sample[0.8]`.
        state: what happened; "would run" belongs to plans.
        why: the reason, in words.
        seconds: wall time of this call, not of the one that made a cached result.
        key: the key, None where a plan cannot know it yet.
        output: digest of the content, None if there is none.
        made_by: the run that made the result.
        facts: what the stage said of its files.
    """

    name: str
    state: State
    why: str
    seconds: float = 0.0
    key: str | None = None
    output: str | None = None
    made_by: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a stage needs to know when it is called.

    Attributes:
        store: where results are kept.
        run: the name of this run, noted in what it makes.
        carry_out: how a call is answered: made or taken from the store, as a Prefect task or not, or planned.
        on_start: told the name of each stage that begins to run.
        on_report: told what became of each call, in order.
        reports: what became of every call so far.
    """

    store: Store
    run: str
    carry_out: Callable[[Any, "Session"], Artifact]
    on_start: Callable[[str], None] = lambda name: None
    on_report: Callable[[StageReport], None] = lambda report: None
    reports: list[StageReport] = field(default_factory=list)

    def report(self, report: StageReport) -> None:
        """Note what became of a call."""
        self.reports.append(report)
        self.on_report(report)

    @contextlib.contextmanager
    def active(self) -> Iterator["Session"]:
        """Answer the calls of stages made inside the block."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)


_current: contextvars.ContextVar[Session] = contextvars.ContextVar("charflow_session")


def current_session() -> Session:
    """The active session.

    Raises:
        RuntimeError: there is none.
    """
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError(
            "a stage was called outside a session; open one with `Session(...).active()`, "
            "or call the plain function: `encode.function(folder, ...)`"
        ) from None
