"""Showing progress: bars on a terminal, a line now and then elsewhere."""

import contextlib
import logging
import sys
import time
from collections.abc import Iterator

from rich import progress as bars
from rich.console import Console

from tasks.caching import StageReport
from tasks.progress import Progress, TrainingProgress, WorkProgress, listening
from tasks.text.characters import visible
from tasks.text.units import in_units

logger = logging.getLogger("charflow")

LOG_SECONDS = 20.0
SHOWN_PREVIEW = 160


class Display:
    """Tells a person, or a log, what happens."""

    def __init__(self, console: Console) -> None:
        columns = bars.SpinnerColumn(), bars.TextColumn("{task.description}"), bars.BarColumn()
        self._bar = bars.Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("", total=None)
        self._console = console
        self._last_line = 0.0

    @contextlib.contextmanager
    def showing(self) -> Iterator["Display"]:
        """Show while the block runs."""
        logger.setLevel(logging.INFO)
        with listening(self.heard):
            if self._console.is_terminal:
                with self._bar:
                    yield self
            else:
                yield self

    def started(self, name: str) -> None:
        """A stage begins to run."""
        self._bar.update(self._task, description=name, total=None, completed=0)

    def reported(self, report: StageReport) -> None:
        """A stage has ended; whoever called the flow tells of a failure."""
        if report.state != "failed":
            logger.info("%-12s %-8s %6.1f s  %s", report.name, report.state, report.seconds, report.why)
            for finding in report.findings:
                logger.info("%-12s %s", "", finding)

    def heard(self, event: Progress) -> None:
        """Work has come further."""
        if isinstance(event, TrainingProgress):
            self.training(event)
        else:
            self.working(event)

    def training(self, event: TrainingProgress) -> None:
        """Training has come further."""
        line, due = described(event), self._due()
        self._bar.update(self._task, description=f"train {line}", total=event.steps, completed=event.step)
        if due and not self._console.is_terminal:
            logger.info("train        %s", line)
        if event.preview and not event.preview.isspace() and due:
            logger.info("train        step %d writes: %s", event.step, visible(event.preview[:SHOWN_PREVIEW]))

    def working(self, event: WorkProgress) -> None:
        """Other work has come further; a log is told of it only where it takes long."""
        line = work_described(event)
        self._bar.update(self._task, description=line, total=event.total, completed=event.done)
        if event.seconds >= LOG_SECONDS and not self._console.is_terminal and self._due():
            logger.info(line)

    def _due(self) -> bool:
        """Whether it is time for another line; if so, it counts as written."""
        now = time.monotonic()
        due = now - self._last_line >= LOG_SECONDS
        if due:
            self._last_line = now
        return due


def described(event: TrainingProgress) -> str:
    """Where training stands, in one line."""
    minutes, seconds = divmod(round(event.seconds_left), 60)
    parts = [f"step {event.step:,}/{event.steps:,}", f"{minutes}:{seconds:02} left"]
    if event.loss_bits is not None:
        parts.append(f"{event.loss_bits:.3f} bits per character")
    if event.validation_bits is not None:
        parts.append(f"held-out {event.validation_bits:.3f} at best")
    return in_units(", ".join([*parts, f"{event.characters_per_second:,.0f} characters/s"]), event.unit)


def work_described(event: WorkProgress) -> str:
    """Where other work stands, in one line."""
    minutes, seconds = divmod(round(event.seconds_left), 60)
    share = event.done / max(event.total, 1)
    return f"{event.what} {100 * share:.0f} %, {event.rate:,.0f} {event.unit}/s, {minutes}:{seconds:02} left"


def log_to_terminal() -> Console:
    """Send charflow's own log lines to standard error, plain; gives the console that they share with the bars."""
    console = Console(file=sys.stderr, highlight=False)
    handler = _ConsoleHandler(console)
    root = logging.getLogger("charflow")
    root.handlers[:] = [h for h in root.handlers if not isinstance(h, _ConsoleHandler)] + [handler]
    return console


class _ConsoleHandler(logging.Handler):
    """Writes through the console, so that lines do not break the bars; neither markup nor emoji codes count in them."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        self._console.print(visible(record.getMessage()), markup=False, emoji=False, soft_wrap=True)
