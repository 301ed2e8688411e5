"""The plan: what a run would do, stage by stage, and why, without doing it."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.cli.options import Options
from flows.recipe import charflow
from flows.runs.refresh import plan_using_last
from flows.runs.search import ARTIFACTS
from tasks.caching import Session, Store
from tasks.caching.running.plan import plan
from tasks.caching.store.access import check_usable
from tasks.text.characters import visible


def show_plan(options: Options, store: Path | None) -> int:
    """Print a row for each stage: cached, stale or would run, and the ingredient that changed, old and new."""
    answer = plan_using_last if options.data.on_failure == "use-last" else plan
    session = Session(store=Store(store or ARTIFACTS / "store"), answer=answer)
    check_usable(session.store.root)
    with session.active():
        charflow(options)
    table = Table("stage", "would be", "why", box=None, pad_edge=False)
    for report in session.reports:
        table.add_row(report.name, report.state, visible(report.why))
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, highlight=False, width=240)
    console.print(table)
    return 0
