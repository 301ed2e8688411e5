"""Carrying out a call: take the result from the store if it is there and whole, make it if not."""

import datetime
import errno
import logging
import os
import time
from typing import Any

from tasks.caching.artifact import Artifact, Outcome, Unchanged
from tasks.caching.keys.digests import digest_of_files
from tasks.caching.keys.ingredients import changes
from tasks.caching.running.session import Session, StageReport, State
from tasks.caching.stage import Call
from tasks.caching.store.content import DamagedError, Store

logger = logging.getLogger("charflow")

NAMED_CHANGES = 3


class StageError(Exception):
    """A stage failed; the message names it and the cause."""


def make(call: Call, session: Session) -> Artifact:
    """The artifact of the call, from the store or made now; the session is told which, and why.

    Raises:
        StageError: the stage failed.
    """
    started = time.monotonic()
    try:
        artifact, state, why = _make(call, session)
    except Exception as error:
        why = cause_of(error)
        session.report(StageReport(name=call.name, state="failed", why=why, seconds=time.monotonic() - started))
        raise StageError(f"{call.name}: {why}") from error
    session.report(
        StageReport(
            name=call.name,
            state=state,
            why=why,
            seconds=time.monotonic() - started,
            key=call.key,
            output=artifact.digest,
            made_by=artifact.manifest["made_by"]["run"],
            facts=artifact.facts,
        )
    )
    return artifact


def reason_to_run(call: Call, store: Store) -> str:
    """Why there is no result for this key: what differs from the most similar one that was made before."""
    recent = store.recent(call.stage.name)
    before = [manifest["ingredients"] for manifest in recent if manifest["name"] == call.name]
    if not before or call.stage.asks_world:
        return "first time"
    differing = min((changes(old, call.ingredients) for old in before), key=len)
    return in_words([str(change) for change in differing]) or "its result is gone"


def made_by(artifact: Artifact) -> str:
    """Which run made the artifact, and when."""
    maker = artifact.manifest["made_by"]
    return f"made by run {maker['run']} at {maker['at']}"


def in_words(differing: list[str]) -> str:
    """A few changes in one line."""
    rest = len(differing) - NAMED_CHANGES
    return ", ".join(differing[:NAMED_CHANGES]) + (f" and {rest} more" if rest > 0 else "")


def cause_of(error: Exception) -> str:
    """What went wrong in words, with what to do where a full disk is all of it."""
    # Libraries that write for themselves put the system's words, but not its number, into errors of their own.
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error)
    if not full:
        return str(error)
    place = f" ({path})" if (path := getattr(error, "filename", None)) else ""
    return f"the disk is full{place}; free some space: nothing is lost, and the same command goes on from here"


def _make(call: Call, session: Session) -> tuple[Artifact, State, str]:
    store = session.store
    with store.lock(call.stage.name, call.key):
        kept, damaged = _look_up(call, store)
        if kept and not call.stage.asks_world:
            return kept, "cached", made_by(kept)
        why = damaged or ("" if kept else reason_to_run(call, store))
        session.on_start(call.name)
        return _run(call, session, kept, why)


def _look_up(call: Call, store: Store) -> tuple[Artifact | None, str]:
    """The verified result, or why it cannot be used."""
    try:
        return store.find(call.stage.name, call.key), ""
    except DamagedError as error:
        store.set_aside(call.stage.name, call.key, error.path)
        return None, str(error)


def _run(call: Call, session: Session, kept: Artifact | None, why: str) -> tuple[Artifact, State, str]:
    started = time.monotonic()
    with session.store.work_folder(call.stage.name, call.key, call.family) as out:
        outcome = call.run(out, kept)
        if isinstance(outcome, Unchanged):
            if kept is None:
                raise RuntimeError("the source says that nothing changed, but nothing was kept")
            return kept, "cached", outcome.why
        files = session.store.add_files(out)
        made = session.store.save(_manifest(call, session, outcome, files, time.monotonic() - started), drafts=out)
    if outcome.resumed_from:
        return made, "resumed", f"from {outcome.resumed_from}"
    if kept and kept.digest == made.digest:
        why = "fetched again, the same bytes"
    return made, "ran", why or "new bytes"


def _manifest(
    call: Call, session: Session, outcome: Outcome, files: dict[str, dict[str, Any]], seconds: float
) -> dict[str, Any]:
    return {
        "stage": call.stage.name,
        "name": call.name,
        "key": call.key,
        "ingredients": call.ingredients,
        "digest": outcome.digest or digest_of_files(files),
        "files": files,
        "facts": outcome.facts,
        "seconds": round(seconds, 3),
        "made_by": {"run": session.run, "at": _now()},
    }


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
