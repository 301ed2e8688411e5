"""A source that cannot be fetched anew: whether to go on with what it gave the last time, marked as stale."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from tasks.caching import Artifact, StageError, StageReport, Store
from tasks.caching.running.execute import last_stored
from tasks.caching.running.plan import plan
from tasks.caching.running.report import report_of
from tasks.caching.running.session import Answer
from tasks.caching.stage import Call
from tasks.caching.store.errors import DamagedError
from tasks.corpus.errors import CorpusError
from tasks.corpus.placeholders import resolved_address
from tasks.corpus.sources import kind_of


def using_last(answer: Answer, when: Callable[[StageError], bool] = lambda failure: True) -> Answer:
    """Answer as this does, but where a source fails that gave something before, with that; nothing is stored.

    Args:
        answer: tells what became of a call.
        when: whether a failure is final; one that is not is raised.
    """

    def answered(call: Call, store: Store, on_start: Callable[[str], None]) -> tuple[Artifact, StageReport]:
        try:
            return answer(call, store, on_start)
        except StageError as failure:
            found = last_stored(call, store) if when(failure) and _is_of_the_world(failure.__cause__, call) else None
            if found is None:
                raise
            return found, _stale(failure, call, found)

    return answered


def plan_using_last(call: Call, store: Store, on_start: Callable[[str], None]) -> tuple[Artifact, StageReport]:
    """Plan the call; where it shows already that a source fails, with what it gave the last time, if that is there.

    Raises:
        CorpusError: it fails, and there is nothing to go on with.
    """
    try:
        return plan(call, store, on_start)
    except CorpusError as failure:
        found = _last_seen(call, store) if _is_of_the_world(failure, call) else None
        if found is None:
            raise
        why = f"would go on with what was fetched at {found.manifest.at}: {failure}"
        return found, report_of(call.name, "stale", why, found)


def _last_seen(call: Call, store: Store) -> Artifact | None:
    """What `last_stored` gives, unverified."""
    with contextlib.suppress(DamagedError):
        found = store.seen(call.stage.name, call.key)
        return found if found and found.manifest.code == call.code.digest else None
    return None


def _stale(failure: StageError, call: Call, found: Artifact) -> StageReport:
    since, why = found.manifest.at, failure.report.why
    said = f"goes on with what was fetched at {since}: {why}"
    report = report_of(call.name, "stale", said, found, failure.report.seconds)
    return replace(report, notes={**report.notes, "stale": {"since": since, "why": why}})


def _is_of_the_world(cause: BaseException | None, call: Call) -> bool:
    """Whether a source failed that may answer another time, and not what was asked for, or charflow itself."""
    if not call.stage.asks_world or not isinstance(cause, CorpusError):
        return False
    from tasks.corpus.web_request import parsed_headers

    source = call.arguments["source"]
    try:
        resolved_address(source)
        parsed_headers(call.arguments.get("headers", ()))
        return kind_of(source) != "standard input"
    except CorpusError:
        return False
