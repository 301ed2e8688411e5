"""The gate before training: a corpus that is very unlike that of the last run ends a scheduled run, or is told of."""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flows.runs.description import said
from flows.runs.record import RunRecord
from flows.runs.search import runs_by_time
from tasks.caching import Artifact, StageReport, Store
from tasks.caching.store.errors import DamagedError
from tasks.corpus.errors import CorpusError
from tasks.text.characters import visible
from tasks.text.units import in_units

if TYPE_CHECKING:
    from tasks.text.profile import Profile

logger = logging.getLogger("charflow")

TEXT, PROFILE = "text.txt", "profile.json"


class CorpusChangedError(CorpusError):
    """The corpus is so unlike that of the last run that somebody should look at it before it is trained on."""


@dataclass
class Gate:
    """Compares a text with the last one of the same corpus.

    Attributes:
        runs: the folder of all runs.
        store: what the runs made.
        stops: whether a change beyond the usual is an error; else a line tells of it, once.
    """

    runs: Path
    store: Store
    stops: bool
    _told: set[str] = field(default_factory=set)

    def check(self, text: Artifact, reports: Sequence[StageReport]) -> None:
        """Let the text pass, unless it changed too much; without an earlier one in the store, any passes.

        Args:
            text: as `normalise` left it.
            reports: of the stages so far, its downloads among them.

        Raises:
            CorpusChangedError: it did; the message says what changed, and what to do.
        """
        from tasks.text.changes import changes
        from tasks.text.profile import Profile

        downloads = [report for report in reports if report.name == "download"]
        level = text.facts.get("level", "character")
        earlier = _texts(self._earlier(downloads, level), self.store)
        last = next(earlier, None)
        if last is None or last.sha256 == _sha256(text) or _came_the_same(downloads, last.run):
            return  # Other options or other code made another text of the same bytes.
        this = Profile.from_json(text.path(PROFILE).read_text("ascii"))
        before_last = next((one.profile for one in earlier if one.sha256 != last.sha256), None)
        if found := changes(last.profile, this, before_last):
            told = in_units("; ".join(found), level)
            self._tell(f"the corpus is very unlike that of the run {visible(last.run.run)}: {told}")

    def _tell(self, what: str) -> None:
        if self.stops:
            raise CorpusChangedError(f"{what}; look at it, and run with --accept-change if it is meant to be so")
        if what not in self._told:
            logger.warning("%s", what)
        self._told.add(what)

    def _earlier(self, downloads: Sequence[StageReport], level: str) -> Iterator[RunRecord]:
        """The runs whose corpus came from the same places, and was read on the same level, the newest first."""
        addresses = [said(one)["source"] for one in downloads]
        keys = [one.key for one in downloads if one.key]
        runs = (one for one in reversed(runs_by_time(self.runs).values()) if one.corpus.level == level)
        return (one for one in runs if one.came_from(addresses, keys))


class _Text(NamedTuple):
    """What is known of the text of an earlier run."""

    run: RunRecord
    sha256: str
    profile: "Profile"


def _texts(runs: Iterator[RunRecord], store: Store) -> Iterator[_Text]:
    """The text of each run, as far as the store still has it."""
    from tasks.text.profile import Profile

    for run in runs:
        for key in [stage.key for stage in run.stages if stage.name == "normalise" and stage.key]:
            with contextlib.suppress(DamagedError, OSError, ValueError, KeyError):
                if text := store.seen("normalise", key):
                    yield _Text(run, _sha256(text), Profile.from_json(text.path(PROFILE).read_text("ascii")))


def _sha256(text: Artifact) -> str:
    return text.manifest.files[TEXT].sha256


def _came_the_same(downloads: Sequence[StageReport], run: RunRecord) -> bool:
    return [one.facts["sha256"] for one in downloads] == [source.sha256 for source in run.corpus.sources]
