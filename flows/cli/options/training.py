"""The options of training."""

from typing import Any

from pydantic import Field

from flows.cli.options.group import optional
from tasks.corpus.choices import DocumentUnit
from tasks.learning.presets import PresetName, resolve
from tasks.network.parameters import Precision, PresetParameters, TrainingParameters

_Training: Any = optional(
    TrainingParameters,
    without={*PresetParameters.model_fields, "reset_at"},
    changed={"precision": (Precision, "auto")},
)


class TrainingOptions(_Training):
    """What to change in the preset's training; what is left open is the preset's."""

    threads: int | None = Field(default=None, ge=1, le=1024, description="Threads; none: one a processor.")

    def resolved(self, preset: PresetName, reset_at: DocumentUnit | None = None) -> TrainingParameters:
        """The preset's parameters with these in their place; the state is reset at such documents."""
        return resolve(preset, {**self.model_dump(exclude={"threads"}), "reset_at": reset_at})
