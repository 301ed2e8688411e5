"""Planning a call: what would happen, and why, without doing it or hashing what is stored."""

from collections.abc import Callable

from tasks.caching.artifact import Artifact
from tasks.caching.keys.ingredients import code_changes, in_words, parameter_changes
from tasks.caching.running.equivalence import made_by, stored_key
from tasks.caching.running.execute import differences, reason_to_run
from tasks.caching.running.report import StageReport, report_of
from tasks.caching.stage import Call
from tasks.caching.store.errors import DamagedError
from tasks.caching.store.local import Store


def plan(call: Call, store: Store, on_start: Callable[[str], None] = lambda name: None) -> tuple[Artifact, StageReport]:
    """What the call would give, and what would become of it; what would be made is a pending artifact."""
    waits_for = [artifact.manifest.name for artifact in call.inputs if artifact.is_pending]
    if waits_for:
        return _would_run(call, _reason_beside_inputs(call, store, waits_for), with_key=False)
    try:
        found, damaged = store.seen(call.stage.name, stored_key(call, store)), ""
    except DamagedError as error:
        found, damaged = None, str(error)
    peeked = call.peek(found)
    if found is None:
        return _would_run(call, damaged or reason_to_run(call, store))
    if call.stage.asks_world:
        changed = in_words(differences(found.manifest, call)) or peeked
        if changed:
            return _would_run(call, changed)
    return _would_reuse(call, found)


def _would_run(call: Call, why: str, *, with_key: bool = True) -> tuple[Artifact, StageReport]:
    key = call.key if with_key else None
    return Artifact.pending(call.name), StageReport(name=call.name, state="would run", why=why, key=key)


def _would_reuse(call: Call, found: Artifact) -> tuple[Artifact, StageReport]:
    why = made_by(call, found)
    if call.stage.asks_world:
        why = f"if the source is unchanged, which the run will ask; {why}"
    return found, report_of(call.name, "cached", why, found)


def _reason_beside_inputs(call: Call, store: Store, waits_for: list[str]) -> str:
    """What differs from the most similar result of the stage, where its inputs are not known yet."""
    before = [manifest for manifest in store.manifests.newest(call.stage.name) if manifest.name == call.name]
    if not before:
        return "first time"
    differing = min(
        (
            [
                *parameter_changes(manifest.ingredients, call.ingredients_beside_inputs),
                *code_changes(manifest.definitions, call.code.definitions, manifest.code, call.code.digest),
            ]
            for manifest in before
        ),
        key=len,
    )
    return (
        in_words(differing)
        or f"after {', '.join(dict.fromkeys(waits_for))}; cached if what it reads comes out as before"
    )
