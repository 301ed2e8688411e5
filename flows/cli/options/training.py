"""The options of training."""

from typing import Any

from pydantic import Field

from flows.cli.options.group import optional
from tasks.corpus.choices import DocumentUnit
from tasks.learning.presets import PresetName, resolve
from tasks.network.device import Device, DeviceChoice
from tasks.network.parameters import Precision, PresetParameters, TrainingParameters

_Training: Any = optional(
    TrainingParameters,
    without={*PresetParameters.model_fields, "reset_at"},
    changed={"precision": (Precision, "auto")},
)


class TrainingOptions(_Training):
    """What to change in the preset's training; what is left open is the preset's."""

    device: DeviceChoice = Field(
        default="auto", description="What computes; auto: a GPU if there is one, else the CPU."
    )
    threads: int | None = Field(default=None, ge=1, le=1024, description="Threads; none: one a processor.")
    init_from: str | None = Field(
        default=None,
        min_length=1,
        description="Train on from the model of a run (its name, a folder or latest), or auto: of the newest run of a "
        "former version of the corpus; none: from scratch.",
    )

    def resolved(
        self,
        preset: PresetName,
        reset_at: DocumentUnit | None = None,
        device: Device = "cpu",
        *,
        warm: bool = False,
    ) -> TrainingParameters:
        """The preset's parameters with these in their place.

        Args:
            preset: gives what is left open.
            reset_at: documents at whose beginnings the state is reset.
            device: that computes, as it was found.
            warm: whether training goes on from an earlier model.
        """
        given = self.model_dump(exclude={"device", "threads", "init_from"})
        return resolve(preset, {**given, "reset_at": reset_at}, device, warm=warm)
