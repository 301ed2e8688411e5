"""Planning a call: what would happen, and why, without doing it."""

from tasks.caching.artifact import Artifact
from tasks.caching.keys.ingredients import changes, ingredients, is_input
from tasks.caching.running.execute import in_words, made_by, reason_to_run
from tasks.caching.running.session import Session, StageReport
from tasks.caching.stage import Call
from tasks.caching.store.content import DamagedError


def plan(call: Call, session: Session) -> Artifact:
    """Tell the session what the call would do; what would be made is a pending artifact."""
    report, artifact = _predict(call, session)
    session.report(report)
    return artifact


def _predict(call: Call, session: Session) -> tuple[StageReport, Artifact]:
    pending = Artifact.pending(call.name)
    waits_for = [artifact.manifest["stage"] for artifact in call.inputs if artifact.is_pending]
    if waits_for:
        why = _reason_beside_inputs(call, session, waits_for)
        return StageReport(name=call.name, state="would run", why=why), pending
    try:
        kept, damaged = session.store.find(call.stage.name, call.key), ""
    except DamagedError as error:
        kept, damaged = None, str(error)
    if kept is None:
        why = damaged or reason_to_run(call, session.store)
        return StageReport(name=call.name, state="would run", why=why, key=call.key), pending
    return _predict_reuse(call, kept, pending)


def _predict_reuse(call: Call, kept: Artifact, pending: Artifact) -> tuple[StageReport, Artifact]:
    why = made_by(kept)
    if call.stage.asks_world:
        changed = call.stage.peek(kept, **call.arguments) if call.stage.peek else None
        if changed:
            return StageReport(name=call.name, state="would run", why=changed, key=call.key), pending
        why = f"if the source is unchanged, which the run asks; {why}"
    report = StageReport(
        name=call.name,
        state="cached",
        why=why,
        key=call.key,
        output=kept.digest,
        made_by=kept.manifest["made_by"]["run"],
        facts=kept.facts,
    )
    return report, kept


def _reason_beside_inputs(call: Call, session: Session, waits_for: list[str]) -> str:
    """What differs from the newest result of the stage, where its inputs are not known yet."""
    before = [manifest for manifest in session.store.recent(call.stage.name) if manifest["name"] == call.name]
    if not before:
        return "first time"
    own = {name: value for name, value in call.arguments.items() if not is_input(value)}
    made_of = ingredients(call.stage.name, call.stage.function, call.stage.libraries, own)
    differing = changes({**before[0]["ingredients"], "inputs": {}}, made_of)
    if differing:
        return in_words([str(change) for change in differing])
    return f"after {', '.join(dict.fromkeys(waits_for))}; cached if the content comes out equal"
