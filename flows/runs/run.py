"""One run, from its options to its folder, whoever answers the calls of its stages."""

import contextlib
import datetime
import functools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.cli.options import Options
from flows.cli.progress import Display
from flows.recipe import Results, charflow
from flows.runs.conclusion import conclusion
from flows.runs.folder import decoration, run_draft, write_run
from flows.runs.gate import Gate
from flows.runs.provenance import command_of, given_options, machine, versions
from flows.runs.search import ARTIFACTS
from flows.runs.start import Start, refuse_replaced
from tasks.caching import Session, StageReport, Store, leased
from tasks.caching.running.session import Answer
from tasks.caching.store.errors import cause_of
from tasks.corpus.redaction import redacted, scrubbed, secrets_of
from tasks.text.characters import visible

logger = logging.getLogger("charflow")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that has begun.

    Attributes:
        options: the corpus, and what to change in a preset.
        name: of its folder.
        started: when it began.
        store: with a lease for this run.
        draft: the folder that is filled, and renamed at the end.
        gate: looks at a corpus that changed since the last run.
        display: tells a person, or a log, what happens.
    """

    options: Options
    name: str
    started: datetime.datetime
    store: Store
    draft: Path
    gate: Gate
    display: Display

    @property
    def uses_last(self) -> bool:
        """Whether a source that fails is to be answered with what it gave before."""
        return self.options.data.on_failure == "use-last"

    def call_stages(self, answer: Answer, *, shown: bool = True) -> tuple[Results, list[StageReport]]:
        """What the stages leave, and what became of each.

        Args:
            answer: how each call is answered.
            shown: whether the display is told of each as it happens.

        Raises:
            StageError: a stage failed.
            CorpusChangedError: the gate does not let the corpus pass.
            UsageError: there is no such model to start from, or it is that of the run that this one replaces.
        """
        session = Session(store=self.store, answer=answer)
        if shown:
            session = replace(session, on_start=self.display.started, on_report=self.display.reported)
        with session.active():
            tell = functools.partial(self._begin_from, shown=shown)
            results = charflow(self.options, lambda text: self.gate.check(text, session.reports), tell)
        return results, session.reports

    def _begin_from(self, start: Start, *, shown: bool) -> None:
        refuse_replaced(start, self.name)
        if shown:
            logger.info("%s", visible(start.said))

    def finish(self, results: Results, reports: list[StageReport], flow_run: str | None = None) -> dict[str, Any]:
        """Write the run's folder; gives the content of its `run.json`."""
        facts = {
            "run": self.name,
            "started": self.started.isoformat(timespec="seconds"),
            "sources": [redacted(source) for source in self.options.data.corpus],
            "temperatures": self.options.sampling.each_temperature(self.options.preset),
            "command": command_of(self.options, results.start.name),
            "options": given_options(self.options),
            "flow_run": flow_run,
            "versions": versions(),
            "machine": machine(),
        }
        run = write_run(self.draft, self.name, results, reports, facts)
        with decoration("the end of the log"):
            for line in conclusion(results):
                logger.info("%s", line)
        return run


@contextlib.contextmanager
def opened(
    options: Options, store: Path | None, name: str, display: Display, *, scheduled: bool = False
) -> Iterator[Run]:
    """A run, with its store and its draft, until the block ends.

    Args:
        options: the corpus, and what to change in a preset.
        store: folder of the store; none: artifacts/store.
        name: of the run's folder.
        display: shows while the block runs.
        scheduled: whether nobody is looking, so that a corpus that changed too much ends the run.

    Raises:
        UsageError: the name is none for a folder, or nothing can be written there.
        StoreError: the store cannot be used.
        OSError: the disk is full.
    """
    started = datetime.datetime.now(datetime.UTC)

    def told(error: Exception) -> str:
        secrets = {text for source in options.data.corpus for text in secrets_of(source, options.data.corpus_header)}
        return scrubbed(cause_of(error) or type(error).__name__, secrets)

    with run_draft(name) as draft, leased(store or ARTIFACTS / "store", name, told) as leased_store, display.showing():
        gate = Gate(draft.parent.parent, leased_store, stops=scheduled and not options.data.accept_change)
        yield Run(
            options=options, name=name, started=started, store=leased_store, draft=draft, gate=gate, display=display
        )
