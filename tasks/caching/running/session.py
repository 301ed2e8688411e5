"""A session: how the calls of stages are answered, and what became of each."""

import contextlib
import contextvars
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tasks.caching.artifact import Artifact
from tasks.caching.keys.memo import memos_in
from tasks.caching.running.report import StageError, StageReport
from tasks.caching.store.local import Store

Answer = Callable[[Any, Store, Callable[[str], None]], tuple[Artifact, StageReport]]


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a stage needs to know when it is called.

    Attributes:
        store: where results are.
        answer: how a call is answered: `execute`, `reuse`, `plan`, or as a Prefect task; called with the call, the
            store, and what is to be told the name of a stage that begins to run.
        on_start: told the name of each stage that begins to run.
        on_report: told what became of each call, in order.
        reports: what became of every call so far.
    """

    store: Store
    answer: Answer
    on_start: Callable[[str], None] = lambda name: None
    on_report: Callable[[StageReport], None] = lambda report: None
    reports: list[StageReport] = field(default_factory=list)

    def call(self, call: Any) -> Artifact:
        """The artifact of a call of a stage.

        Raises:
            StageError: the stage failed.
        """
        try:
            artifact, report = self.answer(call, self.store, self.on_start)
        except StageError as error:
            self._report(error.report)
            raise
        self._report(report)
        return artifact

    @contextlib.contextmanager
    def active(self) -> Iterator["Session"]:
        """Answer the calls of stages made inside the block."""
        token = _current.set(self)
        try:
            with memos_in(self.store.root / "code"):
                yield self
        finally:
            _current.reset(token)

    def _report(self, report: StageReport) -> None:
        self.reports.append(report)
        self.on_report(report)


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
