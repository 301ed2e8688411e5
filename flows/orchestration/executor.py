"""Carrying out a call as a Prefect task: visible, retried and cancelled as such, under the stage's own key.

Prefect's record of a result has no checksum and does not know the files that it leads to, so the store
decides what is reused. The task always runs its body, which takes milliseconds when the result is kept,
and ends in a state named Cached whose message says which run made the result.
"""

import json
from dataclasses import dataclass
from typing import Any

from prefect import Task
from prefect.cache_policies import CachePolicy
from prefect.client.schemas.objects import State
from prefect.context import TaskRunContext
from prefect.states import Completed

from tasks.caching.artifact import Artifact
from tasks.caching.running.execute import make
from tasks.caching.running.session import Session
from tasks.caching.stage import Call


@dataclass
class StageKey(CachePolicy):
    """The cache policy whose key is the stage's own."""

    stage_key: str = ""

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],
        **kwargs: Any,
    ) -> str:
        """The stage's name and key; Prefect's own hash of the inputs plays no part."""
        return self.stage_key


class PrefectTasks:
    """Carries out the calls of one flow run as its tasks, linked as the artifacts pass between them."""

    def __init__(self) -> None:
        self._states: dict[str, State[Any]] = {}

    def __call__(self, call: Call, session: Session) -> Artifact:
        """The artifact of the call.

        Raises:
            StageError: the stage failed; the task's state is Failed.
        """
        upstream = [self._states[a.digest] for a in call.inputs if a.digest in self._states]
        task = _task(call, session)
        state = task(**call.arguments, wait_for=upstream, return_state=True)
        artifact = session.store.artifact(state.result())
        self._states[artifact.digest] = state
        return artifact


def _task(call: Call, session: Session) -> Task[..., Any]:
    def body(*_: Any, **__: Any) -> State[Any]:
        artifact = make(call, session)
        report = session.reports[-1]
        name = {"ran": "Completed", "cached": "Cached", "resumed": "Resumed"}[report.state]
        # A deep copy: Prefect links tasks by the identity of what they return, and manifests share strings.
        manifest = json.loads(json.dumps(artifact.manifest))
        return Completed(name=name, message=report.why, data=manifest)

    body.__name__ = call.stage.name
    body.__doc__ = call.stage.function.__doc__
    body.__signature__ = call.stage.signature  # type: ignore[attr-defined]
    return Task(
        body,
        name=call.stage.name,
        task_run_name=call.name,
        cache_policy=StageKey(stage_key=f"{call.stage.name}-{call.key}"),
        refresh_cache=True,
        result_storage=session.store.root / "prefect",
        result_serializer="json",
        cache_result_in_memory=False,
    )
