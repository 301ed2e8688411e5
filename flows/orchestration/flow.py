"""charflow as a Prefect flow: each stage a task, a report in the UI, a folder for each run."""

import contextlib
import os
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any, cast

from prefect import flow
from prefect.blocks.system import Secret
from prefect.runtime import deployment, flow_run
from prefect.states import Failed
from pydantic import Field
from rich.console import Console

from flows.cli.options import Options
from flows.cli.progress import Display, log_to_terminal
from flows.errors import UsageError
from flows.orchestration.executor import PrefectTasks
from flows.orchestration.report import publish
from flows.runs.folder import decoration
from flows.runs.gate import CorpusChangedError
from flows.runs.names import new_run_name
from flows.runs.provenance import shown
from flows.runs.run import Run, opened
from tasks.caching import Artifact, StageError, StageReport
from tasks.corpus.hosts import unattended
from tasks.corpus.placeholders import resolving
from tasks.corpus.redaction import may_hold_password, redacted, redacted_header

CREDENTIALS = {"authorization", "cookie", "proxy-authorization"}
SECRET_BLOCK = "secret:"
RETRY_SECONDS = (60, 300, 900, 2700)

Known = dict[str, tuple[Artifact, StageReport]]
# Of the caller's context alone: a flow that another thread calls meanwhile begins a run of its own.
_begun: ContextVar[tuple[Run, Known] | None] = ContextVar("charflow_begun", default=None)


@flow(name="charflow", persist_result=False)
def charflow(
    options: Options | None = None,
    store: str | None = None,
    run_name: str | None = None,
    retry_seconds: Annotated[tuple[float, ...], Field(max_length=50)] = RETRY_SECONDS,
) -> dict[str, Any]:
    """Train a character-level language model on a corpus and draw samples from it to review.

    Args:
        options: the corpus, and what to change in a preset.
        store: folder of the store; none: artifacts/store.
        run_name: name of the run's folder; none: made from the time.
        retry_seconds: how long to wait before each further attempt of a download that failed for the moment.

    Returns:
        The content of the run's `run.json`.

    Raises:
        StageError: a stage failed.
        CorpusChangedError: the corpus of a deployment changed too much since its last run.
        UsageError: the run's folder cannot be made, or a deployment's parameters have a secret in them.
        StoreError: the store cannot be used.
    """
    try:
        return _called(options, store, run_name, retry_seconds)
    except (StageError, CorpusChangedError) as error:  # A stage's task has logged the traceback.
        return cast(Any, Failed(message=str(error), data=error))  # Prefect stores every error that is raised.


def _called(
    options: Options | None, store: str | None, run_name: str | None, retry_seconds: tuple[float, ...]
) -> dict[str, Any]:
    if begun := _begun.get():
        run, known = begun
        return _in_tasks(run, PrefectTasks(known=known, uses_last=run.uses_last))
    chosen = options or Options()
    if deployment.id is not None:
        _refuse_secrets(chosen)
    display = Display(log_to_terminal() if deployment.id is None else Console(stderr=True))
    name = new_run_name() if run_name is None else run_name
    scheduled = deployment.id is not None
    with opened(chosen, Path(store) if store else None, name, display, scheduled=scheduled) as run:
        return _in_tasks(run, PrefectTasks(retry_seconds, uses_last=run.uses_last))


def go_on(run: Run, known: Known) -> dict[str, Any]:
    """Run the flow for a run that has begun. Prefect is told of its options without what may be secret in them.

    Args:
        run: from the command line.
        known: answers that were found already, by key.
    """
    token = _begun.set((run, known))
    try:
        return charflow(options=shown(run.options), run_name=run.name)
    finally:
        _begun.reset(token)


def _in_tasks(run: Run, tasks: PrefectTasks) -> dict[str, Any]:
    """What the run says of itself, its stages called as tasks."""
    with resolving(_value_of), unattended() if deployment.id is not None else contextlib.nullcontext():
        results, reports = run.call_stages(tasks)
    said = run.finish(results, reports, str(flow_run.get_id()))
    with decoration("Prefect's artifacts"):
        publish(said, results)
    return said


def _value_of(name: str) -> str | None:
    """The value of a name in an address: of `secret:NAME` from Prefect's Secret block, else from the environment."""
    if not name.startswith(SECRET_BLOCK):
        return os.environ.get(name)
    try:
        block = cast(Secret[str], Secret.load(name.removeprefix(SECRET_BLOCK)))
    except ValueError:
        return None
    return block.get()


def _refuse_secrets(options: Options) -> None:
    """Refuse a user, a password or a header of credentials that is written out in a deployment's parameters.

    Prefect keeps parameters in clear, for all who see its UI, and had these before the run began: the refusal makes
    sure that they are noticed and changed, but cannot take them back.

    Raises:
        UsageError: it says how to name them instead.
    """
    for source in options.data.corpus:
        if may_hold_password(source):
            _refuse(f"the address {redacted(source)} has a user or password in it, or is malformed and may have one")
    for line in options.data.corpus_header:
        name = line.partition(":")[0]
        if name.lower() in CREDENTIALS and redacted_header(line) != line:
            _refuse(f"the header {name} has its value in it")


def _refuse(what: str) -> None:
    raise UsageError(
        f"{what}, which Prefect keeps in clear; "
        "write ${NAME} for a variable of the worker's environment, or ${secret:NAME} for a Secret block"
    )
