"""charflow as a Prefect flow: each stage a task, a report in the UI, a folder for each run."""

import datetime
import importlib.metadata
import logging
import platform
import secrets
import shlex
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.runtime import deployment, flow_run
from rich.console import Console

from flows.cli.options import Options
from flows.cli.progress import Display, log_to_terminal
from flows.orchestration.executor import PrefectTasks
from flows.orchestration.report import publish
from flows.recipe import Results
from flows.recipe import charflow as call_stages
from flows.runs.folder import decoration, run_draft, write_run
from flows.runs.search import ARTIFACTS
from tasks.caching import Session, Store
from tasks.text.sources import redacted

logger = logging.getLogger("charflow")

VERSIONS = ("keras", "numpy", "prefect", "pyarrow", "tensorflow", "tensorflow-cpu")


@flow(name="charflow", persist_result=False)
def charflow(options: Options | None = None, store: str | None = None, run_name: str | None = None) -> dict[str, Any]:
    """Train a character-level language model on a corpus and draw samples from it to review.

    Args:
        options: the corpus, and what to change in a preset.
        store: folder of kept results; none: artifacts/store.
        run_name: name of the run's folder; none: made from the time.

    Returns:
        The content of the run's `run.json`.
    """
    chosen = options or Options()
    started = datetime.datetime.now(datetime.UTC)
    name = run_name or f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    display = Display(log_to_terminal() if deployment.id is None else Console(stderr=True))
    session = Session(
        store=Store(Path(store) if store else ARTIFACTS / "store"),
        run=name,
        carry_out=PrefectTasks(),
        on_start=display.started,
        on_report=display.reported,
    )
    with run_draft(name) as draft:
        with display.showing(), session.active():
            results: Results = call_stages(chosen)
        facts = {
            "run": name,
            "started": started.isoformat(timespec="seconds"),
            "sources": [redacted(source) for source in chosen.data.corpus],
            "temperatures": chosen.sampling.each_temperature(chosen.preset),
            "command": command_of(chosen),
            "options": _options(chosen),
            "flow_run": str(flow_run.get_id()),
            "versions": {"python": platform.python_version(), **_versions()},
            "machine": {"processor": platform.machine(), "system": platform.system()},
        }
        run = write_run(draft, name, results, session.reports, facts)
    with decoration("the report in Prefect"):
        publish(run, results)
    logger.info("%s", results.scores.facts["recommended"]["reason"])
    return run


def command_of(options: Options) -> str:
    """The command line that makes the same again; secrets in addresses are left out."""
    words = ["python", "flows/main.py"]
    for name, value in options.flat().items():
        listed = value if isinstance(value, list) else [value]
        if isinstance(value, bool):
            words.append(f"--{name}" if value else f"--no-{name}")
        elif name in ("corpus", "temperatures"):
            words += [f"--{name}", *(redacted(str(item)) for item in listed)]
        else:
            words += [f"--{name}={item}" for item in listed]
    return shlex.join(words)


def _options(options: Options) -> dict[str, Any]:
    """The options that were given, and the preset; secrets in addresses are left out."""
    sources = [redacted(source) for source in options.data.corpus]
    return {"preset": options.preset, **options.flat(), "corpus": sources}


def _versions() -> dict[str, str]:
    installed = {d.metadata["Name"]: d.version for d in map(_distribution, VERSIONS) if d}
    return dict(sorted(installed.items()))


def _distribution(name: str) -> importlib.metadata.Distribution | None:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
