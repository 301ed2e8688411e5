"""Answering calls as Prefect tasks: visible, retried and cancelled as such; the store decides what is reused.

Prefect is asked to cache and persist nothing: its records have no checksum and do not know the files that they lead
to. The task always runs its body, which takes milliseconds when the result is stored, and ends in a state named
Cached whose message says which run made the result.
"""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.runs.refresh import using_last
from tasks.caching import Artifact, StageError, StageReport, Store
from tasks.caching.running.execute import execute
from tasks.caching.running.session import Answer
from tasks.caching.stage import Call
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.redaction import scrubbed, secrets_of

STATES = {"ran": "Completed", "cached": "Cached", "resumed": "Resumed", "stale": "Stale"}


class PrefectTasks:
    """Answers the calls of one flow run as its tasks, linked as the artifacts pass between them.

    Args:
        retry_seconds: how long to wait before each further attempt of a source that failed for the moment.
        known: answers that were found before the flow began, by key.
        uses_last: whether a source that failed for good is answered with what it gave before.
    """

    def __init__(
        self,
        retry_seconds: Sequence[float] = (),
        known: dict[str, tuple[Artifact, StageReport]] | None = None,
        *,
        uses_last: bool = False,
    ) -> None:
        self._retry_seconds = list(retry_seconds)
        self._known = dict(known or {})
        self._uses_last = uses_last
        self._states: dict[str, State[Any]] = {}

    def __call__(
        self, call: Call, store: Store, on_start: Callable[[str], None] = lambda name: None
    ) -> tuple[Artifact, StageReport]:
        """The artifact of the call, and what became of it.

        Raises:
            StageError: the stage failed; the task's state is Failed.
        """
        answers: list[tuple[Artifact, StageReport]] = []

        carry_out = self._carry_out(call)

        def body(*_: Any, **__: Any) -> State[Any]:
            try:
                answer = self._known.pop(call.key, None) or carry_out(call, store, on_start)
            except StageError as error:
                if (alone := _without_secrets(error, call)) is None:
                    raise
                raise alone from None
            answers.append(answer)
            report = answer[1]
            return Completed(name=STATES[report.state], message=report.why, data=report.output)

        upstream = [self._states[one.manifest.key] for one in call.inputs if one.manifest.key in self._states]
        state = self._task(call, body)(**call.arguments, wait_for=upstream, return_state=True)
        state.result()
        artifact, report = answers[-1]
        self._states[str(artifact.manifest.key)] = state
        return artifact, report

    def _carry_out(self, call: Call) -> Answer:
        """What answers each attempt of the call: only the last one, or one in vain, may end with what was before."""
        if not (self._uses_last and call.stage.asks_world):
            return execute
        left = iter(self._retry_seconds)
        return using_last(execute, when=lambda failure: not (_is_for_now(failure) and next(left, None) is not None))

    def _task(self, call: Call, body: Callable[..., State[Any]]) -> Task[..., Any]:
        body.__name__ = call.stage.name
        body.__doc__ = call.stage.function.__doc__
        body.__signature__ = call.stage.signature  # type: ignore[attr-defined]
        delays = self._retry_seconds if call.stage.asks_world else []
        return Task(
            body,
            name=call.stage.name,
            task_run_name=call.name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=len(delays),
            retry_delay_seconds=delays or None,
            retry_condition_fn=_is_transient,
        )


def _without_secrets(error: StageError, call: Call) -> StageError | None:
    """For a bug in a source, whose address is in the traceback that Prefect would log: the error without its causes.

    What they were is in a note. None: the error holds no secret.
    """
    if not call.stage.asks_world or isinstance(error.__cause__, CorpusError):  # Which never shows one.
        return None
    secrets = secrets_of(call.arguments["source"], call.arguments.get("headers", ()))
    told = "".join(traceback.format_exception(error))
    shown = scrubbed(told, secrets)
    if shown == told:
        return None
    alone = StageError(replace(error.report, why=scrubbed(error.report.why, secrets)))
    alone.add_note(shown)
    return alone


def _is_transient(_task: Any, _task_run: Any, state: State[Any]) -> bool:
    """Whether another attempt may succeed. A plain function: Prefect never asks anything else."""
    return _is_for_now(state.result(raise_on_failure=False))


def _is_for_now(error: Any) -> bool:
    return isinstance(error, StageError) and isinstance(error.__cause__, TransientCorpusError)
