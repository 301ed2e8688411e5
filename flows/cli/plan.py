"""The plan: what a run would do, stage by stage, and why, without doing it."""

import sys
from pathlib import Path

from flows.cli.options import Options
from flows.cli.table import wrapped
from flows.recipe import charflow
from flows.runs.refresh import plan_using_last
from flows.runs.search import ARTIFACTS
from flows.runs.start import Start, refuse_replaced
from tasks.caching import Session, Store
from tasks.caching.running.plan import plan
from tasks.caching.store.access import check_usable
from tasks.text.characters import visible


def show_plan(options: Options, store: Path | None, run_name: str) -> int:
    """Print a row for each stage: cached, stale or would run, and the ingredient that changed, old and new.

    Raises:
        UsageError: what the run would refuse of the model that training is to start from.
    """
    answer = plan_using_last if options.data.on_failure == "use-last" else plan
    session = Session(store=Store(store or ARTIFACTS / "store"), answer=answer)
    check_usable(session.store.root)
    starts: list[Start] = []
    with session.active():
        charflow(options, tell=starts.append)
    for start in starts:
        refuse_replaced(start, run_name)
    rows = [(report.name, report.state, visible(report.why)) for report in session.reports]
    sys.stdout.write("".join(f"{line}\n" for line in wrapped([("stage", "would be", "why"), *rows])))
    sys.stdout.write("".join(f"{visible(start.said)}\n" for start in starts))
    return 0
