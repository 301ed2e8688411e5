"""Running the flow from the command line: from the store alone where nothing is to be done, else with Prefect.

Where no Prefect API is configured, Prefect would start a server for this one run, which takes longer than reading
and checking all that is stored. So the stages are first answered from the store, without Prefect; what was found out
on the way, such as that a corpus is new, is handed on.
"""

import re
from pathlib import Path
from typing import Any

from flows.cli.options import Options
from flows.cli.progress import Display, log_to_terminal
from flows.orchestration.settings import api_is_configured, check_prefect, settle_prefect, unreachable
from flows.runs.refresh import using_last
from flows.runs.run import Run, opened
from flows.runs.start import named_start, refuse_replaced
from tasks.caching import Artifact, StageReport, Store
from tasks.caching.running.execute import NotStoredError, reuse
from tasks.corpus.errors import numbered
from tasks.corpus.files import local_kind
from tasks.corpus.sources import kind_of, path_of
from tasks.text.html import check_extra

NO_API = re.compile(r"Failed to reach API at (\S+)")
SECRET_BLOCK = "${secret:"

Known = dict[str, tuple[Artifact, StageReport]]


def run_flow(options: Options, store: Path | None, run_name: str) -> dict[str, Any]:
    """Run the flow; gives the content of the run's `run.json`.

    Raises:
        StageError: a stage failed.
        CorpusError, MissingExtraError, PromptError: what is asked for cannot be, whatever the corpus has in it.
        UsageError: the run's folder cannot be made, or the model that training is to start from cannot be used.
        StoreError: the store cannot be used.
        UnreachableError: the Prefect server that is configured does not answer.
    """
    settle_prefect()
    with opened(options, store, run_name, Display(log_to_terminal())) as run:
        _refuse_at_once(options, run_name)
        known: Known = {}
        said = None if _needs_prefect(options) else _from_store(run, known)
        if said is not None:
            return said
        check_prefect()
        return _with_prefect(run, known)


def _refuse_at_once(options: Options, run_name: str) -> None:
    """Refuse what can be known before Prefect begins, which takes long."""
    data = options.data
    for number, given in enumerate(data.corpus, 1):
        if kind_of(given) == "file" and data.on_failure == "fail":
            with numbered(number, len(data.corpus)):
                local_kind(path_of(given))
    if data.markup == "extract":
        check_extra()
    options.sampling.given_prompts()
    refuse_replaced(named_start(options), run_name)


def _with_prefect(run: Run, known: Known) -> dict[str, Any]:
    from flows.orchestration.flow import go_on

    try:
        return go_on(run, known)
    except RuntimeError as error:  # Prefect's own, without what to do.
        found = NO_API.match(str(error))
        if not found:
            raise
        raise unreachable(found[1], "it is no Prefect server, or not ready") from error


def _needs_prefect(options: Options) -> bool:
    """Whether a server is to be told of the run, or asked for a secret."""
    texts = [*options.data.corpus, *options.data.corpus_header]
    return api_is_configured() or any(SECRET_BLOCK in text for text in texts)


def _from_store(run: Run, known: Known) -> dict[str, Any] | None:
    """The run without Prefect; None where a stage would run. Notes each answer in `known`."""
    look_up = using_last(reuse) if run.uses_last else reuse

    def answer(call: Any, store: Store, on_start: Any) -> tuple[Artifact, StageReport]:
        known[call.key] = look_up(call, store, on_start)
        return known[call.key]

    try:
        results, reports = run.call_stages(answer, shown=False)
    except NotStoredError:
        return None
    for report in reports:
        run.display.reported(report)
    return run.finish(results, reports)
