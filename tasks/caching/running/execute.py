"""Carrying out a call: its result from the store if it is there and whole, made if not."""

import contextlib
import datetime
import logging
import time
from collections.abc import Callable
from pathlib import Path

from tasks.caching.artifact import Artifact, Outcome, Unchanged
from tasks.caching.keys.code import changed_files
from tasks.caching.keys.digests import digest_of_files, digest_of_json
from tasks.caching.keys.ingredients import Change, changes, code_changes, in_words
from tasks.caching.manifest import Manifest, StoredFile
from tasks.caching.running.equivalence import made_by, stored_key
from tasks.caching.running.report import StageError, StageReport, State, report_of
from tasks.caching.stage import Call
from tasks.caching.store.errors import DamagedError, cause_of
from tasks.caching.store.local import Store

logger = logging.getLogger("charflow")

Answered = tuple[Artifact, State, str]


class NotStoredError(Exception):
    """The call would run, and only what is stored was asked for."""


def execute(
    call: Call, store: Store, on_start: Callable[[str], None] = lambda name: None
) -> tuple[Artifact, StageReport]:
    """The artifact of the call, from the store or made now, and what became of it.

    Raises:
        StageError: the stage failed.
    """
    return _reported(call, lambda: _answered(call, store, on_start))


def reuse(
    call: Call, store: Store, on_start: Callable[[str], None] = lambda name: None
) -> tuple[Artifact, StageReport]:
    """As `execute`, but that no stage runs: only sources ask the world.

    Raises:
        NotStoredError: the stage would run.
        StageError: the source failed.
    """
    return _reported(call, lambda: _answered(call, store, on_start) if call.stage.asks_world else _stored(call, store))


def last_stored(call: Call, store: Store) -> Artifact | None:
    """What a source gave the last time it was asked with the same code, verified; None if nothing is left of it."""
    with contextlib.suppress(DamagedError):
        found = store.find(call.stage.name, call.key)
        return found if found and found.manifest.code == call.code.digest else None
    return None


def reason_to_run(call: Call, store: Store) -> str:
    """Why there is no result for this key: what differs from the most similar one that was made before."""
    before = [manifest for manifest in store.manifests.newest(call.stage.name) if manifest.name == call.name]
    if not before or call.stage.asks_world:
        return "first time"
    differing = min((differences(manifest, call) for manifest in before), key=len)
    return in_words(differing) or "its result is gone"


def differences(manifest: Manifest, call: Call) -> list[Change]:
    """The ingredients in which the call differs from a result that was made before."""
    return [
        *changes(manifest.ingredients, call.ingredients),
        *code_changes(manifest.definitions, call.code.definitions, manifest.code, call.code.digest),
    ]


def _reported(call: Call, answer: Callable[[], Answered]) -> tuple[Artifact, StageReport]:
    started = time.monotonic()
    try:
        artifact, state, why = answer()
    except NotStoredError:
        raise
    except Exception as error:
        seconds = time.monotonic() - started
        report = StageReport(
            name=call.name, state="failed", why=cause_of(error) or type(error).__name__, seconds=seconds
        )
        raise StageError(report) from error
    return artifact, report_of(call.name, state, why, artifact, time.monotonic() - started)


def _answered(call: Call, store: Store, on_start: Callable[[str], None]) -> Answered:
    with store.lock(call.stage.name, call.key):
        found, why = _look_up(call, store)
        if found and not call.stage.asks_world:
            store.scratch.done(call.folder)  # Of a run that was killed right after it published.
            return found, "cached", made_by(call, found)
        if found and found.manifest.code != call.code.digest:
            # What a source fetched with other code may be read otherwise now: it is fetched anew.
            why = in_words(differences(found.manifest, call))
            found = None
        on_start(call.name)
        return _run(call, store, found, why or ("" if found else reason_to_run(call, store)))


def _stored(call: Call, store: Store) -> Answered:
    """What is stored; what is damaged is left for `execute`, which says so when it makes it again."""
    with store.lock(call.stage.name, call.key), contextlib.suppress(DamagedError):
        found = store.find(call.stage.name, stored_key(call, store))
        if found:
            return found, "cached", made_by(call, found)
    raise NotStoredError(call.name)


def _look_up(call: Call, store: Store) -> tuple[Artifact | None, str]:
    """The verified result, or why it cannot be used."""
    key = stored_key(call, store)
    try:
        return store.find(call.stage.name, key), ""
    except DamagedError as error:
        store.set_aside(call.stage.name, key, error)
        return None, str(error)


def _run(call: Call, store: Store, found: Artifact | None, why: str) -> Answered:
    started = time.monotonic()
    with store.scratch.opened(call.folder, call.family and f"{call.stage.name}-{call.family}") as out:
        outcome = call.run(out, found)
        if isinstance(outcome, Unchanged):
            if found is None:
                raise RuntimeError("the source says that nothing changed, but nothing was stored")
            return found, "cached", outcome.why
        manifest = _manifest(call, store, outcome, out, time.monotonic() - started)
        edited = changed_files(call.code)
        made = store.hold(manifest, out) if edited else store.publish(manifest, out)
    if not edited:
        store.scratch.done(call.folder)
    state: State = "resumed" if outcome.resumed_from else "ran"
    if outcome.resumed_from:
        why = f"from {outcome.resumed_from}"
    elif found and found.digest == made.digest:
        why = "fetched again, the same bytes"
    return made, state, (why or "new bytes") + _withheld(call, edited)


def _withheld(call: Call, edited: list[Path]) -> str:
    """That the result stays with this run: nobody can tell whether the old or the new code made it."""
    if not edited:
        return ""
    names = ", ".join(path.name for path in edited[:3])
    logger.warning("%s: %s changed on disk while the run worked: its result is not stored", call.name, names)
    return f"; not stored: {names} changed on disk meanwhile"


def _manifest(call: Call, store: Store, outcome: Outcome, out: Path, seconds: float) -> Manifest:
    files = store.digests(out)
    return Manifest(
        stage=call.stage.name,
        name=call.name,
        key=call.key,
        digest=digest_of_result(outcome, files),
        files=files,
        facts=outcome.facts,
        notes=outcome.notes,
        ingredients=call.ingredients,
        indifferent=[*outcome.indifferent],
        definitions=call.code.definitions,
        code=call.code.digest,
        inputs=call.origins,
        seconds=round(seconds, 3),
        run=store.run,
        at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def digest_of_result(outcome: Outcome, files: dict[str, StoredFile]) -> str:
    """SHA-256 hex of what a stage made: its content, and the facts that it stands by."""
    content = outcome.digest or digest_of_files({name: file.sha256 for name, file in files.items()})
    return digest_of_json({"content": content, "facts": outcome.facts})
