"""All options of a run: those of its three groups, and the preset that they leave choices to."""

from typing import Any

from pydantic import Field

from flows.cli.options.data import DataOptions
from flows.cli.options.group import OptionGroup
from flows.cli.options.sampling import SamplingOptions
from flows.cli.options.training import TrainingOptions
from tasks.corpus.choices import end_mark_of
from tasks.learning.presets import PresetName


class Options(OptionGroup):
    """All options of a run."""

    preset: PresetName = Field(
        default="quick",
        description="Gives the rest: quick (minutes), notebook (the teaching notebook), best (twenty minutes).",
    )
    data: DataOptions = Field(default=DataOptions(), title="Corpus")
    training: TrainingOptions = Field(default=TrainingOptions(), title="Training")
    sampling: SamplingOptions = Field(default=SamplingOptions(), title="Sampling")

    @property
    def end_mark(self) -> str | None:
        """What ends a document, if samples are to end so."""
        return end_mark_of(self.data.documents) if self.data.end_mark else None

    def flat(self) -> dict[str, Any]:
        """By name as on the command line, without those that say nothing."""
        groups = self.model_dump(exclude_defaults=True)
        merged = {**groups.pop("data", {}), **groups.pop("training", {}), **groups.pop("sampling", {}), **groups}
        return {name.replace("_", "-"): value for name, value in merged.items()}
