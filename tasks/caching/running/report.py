"""What became of a call."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tasks.caching.artifact import Artifact

State = Literal["ran", "cached", "resumed", "stale", "failed", "would run"]


@dataclass(frozen=True, kw_only=True)
class StageReport:
    """What became of one call of a stage.

    Attributes:
        name: the stage's name, with its label if it has one: `sample[0.8]`.
        state: what happened; "stale" is of a source that failed, and "would run" belongs to plans.
        why: the reason, in words.
        seconds: wall time of this call, not of the one that made a cached result.
        key: under which the result is stored, or would be; None where a plan cannot know it yet.
        output: digest of the content, None if there is none.
        made_by: the run that made the result.
        facts: what the stage said of its files.
        notes: what it said beside that.
    """

    name: str
    state: State
    why: str
    seconds: float = 0.0
    key: str | None = None
    output: str | None = None
    made_by: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def findings(self) -> list[str]:
        """Sentences on what the stage found, whether its digest counts them or not."""
        return [*self.notes.get("findings", []), *self.facts.get("findings", [])]


def report_of(name: str, state: State, why: str, artifact: Artifact, seconds: float = 0.0) -> StageReport:
    """The report of a call that has an artifact."""
    return StageReport(
        name=name,
        state=state,
        why=why,
        seconds=seconds,
        key=artifact.manifest.key,
        output=artifact.digest,
        made_by=artifact.manifest.run,
        facts=artifact.facts,
        notes=artifact.notes,
    )


class StageError(Exception):
    """A stage failed; the message names it and the cause, `report` is of the call."""

    def __init__(self, report: StageReport) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return f"{self.report.name}: {self.report.why}"
