"""The parameters of training and of sampling, complete and checked: the one place of their names, bounds and help."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tasks.corpus.choices import DocumentUnit

CellName = Literal["lstm", "gru"]
FixedPrecision = Literal["float32", "bfloat16"]
Precision = Literal["auto", "float32", "bfloat16"]
OptimizerName = Literal["adam", "muon"]
Schedule = Literal["constant", "cosine", "trapezoid"]

Prompt = Annotated[str, Field(min_length=1)]


class PresetParameters(BaseModel):
    """What a preset alone decides in training."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    budget: int = Field(ge=1, description="Characters to train on where no epochs are given.")
    beta_2: float = Field(gt=0, lt=1, description="Adam's decay of the second moment.")
    batches: Literal["streams", "shuffled windows"] = Field(description="How the text is cut into batches.")
    shuffle_buffer: int = Field(ge=1, description="Windows in the shuffle buffer.")
    averaged: bool = Field(description="Whether the model is the running mean of the weights.")
    keep: Literal["best", "latest"] = Field(description="Which checkpoint becomes the model.")
    initialiser: Literal["keras", "unit variance"] = Field(description="How embeddings and recurrent weights start.")
    warm: bool = Field(default=False, description="Whether it goes on from an earlier model, with fewer steps.")
    start_string: str | None = Field(
        default=None,
        min_length=1,
        description="What previews, and samples without a prompt, go on from; none: beginnings of held-out passages.",
    )


class TrainingParameters(PresetParameters):
    """Everything that decides what a training run makes of a dataset."""

    epochs: int | None = Field(ge=1, description="Passes over the training split; none: by the budget.")
    seq_length: int = Field(ge=1, le=4096, description="Characters that back-propagation goes through.")
    batch_size: int | None = Field(ge=1, le=4096, description="Sequences of a step; none: by the corpus's size.")
    cell: CellName = Field(description="Recurrent cell.")
    layers: int = Field(ge=1, le=16, description="Recurrent layers.")
    units: int = Field(ge=1, le=8192, description="Units of a recurrent layer.")
    embedding_dim: int = Field(ge=1, le=4096, description="Length of a character's embedding.")
    dropout: float | None = Field(ge=0, lt=1, description="Share of layer outputs dropped; none: by the epochs.")
    optimizer: OptimizerName | None = Field(description="What turns gradients into steps; none: by the corpus's size.")
    learning_rate: float | None = Field(gt=0, le=1, description="Peak learning rate; none: by the rule.")
    schedule: Schedule = Field(description="Learning rate after the warm-up.")
    warmup_steps: int | None = Field(
        ge=0, description="Steps in which the learning rate rises to its peak; none: by the length of the run."
    )
    clip_norm: float = Field(ge=0, description="Largest global norm of the gradients; 0: no limit.")
    patience: int = Field(ge=0, description="Validations without a better loss before it stops; 0: never stops.")
    precision: FixedPrecision = Field(description="Of matrix products; auto: the fastest here.")
    # Excluded: they change nothing in what a run makes, so no key counts them.
    checkpoint_seconds: float = Field(default=30, ge=0, exclude=True, description="Seconds between checkpoints.")
    checkpoint_steps: int | None = Field(default=None, ge=1, exclude=True, description="Steps between checkpoints.")
    reset_at: DocumentUnit | None = Field(
        default=None, description="Documents at whose beginnings the recurrent state is zero; none: it is carried on."
    )
    training_seed: int = Field(ge=0, lt=1 << 32, description="Seed of everything random in training.")


class SamplingParameters(BaseModel):
    """Everything beside the temperature that decides what is sampled."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    samples_per_temperature: int = Field(
        ge=1, le=1_000_000, description="Samples of each prompt that is given, or in all."
    )
    sample_length: int = Field(ge=1, le=10_000_000, description="Characters of a sample, at most.")
    prompts: tuple[Prompt, ...] = Field(min_length=1, description="Texts that samples go on from.")
    shared: bool = Field(default=False, description="Whether the prompts share the samples, or have so many each.")
    seed: int = Field(default=1, ge=0, lt=1 << 63, description="Seed of the samples.")
    top_k: int = Field(default=0, ge=0, description="Choose among the k likeliest characters; 0: all.")
    top_p: float = Field(default=1.0, gt=0, le=1, description="Among the likeliest that have this share together.")
    min_p: float = Field(default=0.0, ge=0, le=1, description="Among those with this share of the likeliest's.")
    repetition_penalty: float = Field(default=1.0, gt=0, le=100, description="Makes recent characters rarer; 1: off.")
    repetition_window: int = Field(default=64, ge=1, le=4096, description="Characters that count as recent.")
    stop: str | None = Field(
        default=None, min_length=1, max_length=4096, description="Text that ends a sample, written like a prompt."
    )
    minimum_length: int = Field(
        default=0, ge=0, le=10_000_000, description="Characters before which --stop ends no sample."
    )
    precision: FixedPrecision = Field(default="float32", description="Of matrix products; auto: that of training.")
    reset_at: DocumentUnit | None = Field(
        default=None, description="As in training: where what they end with is drawn."
    )

    def shared_by(self, prompts: tuple[str, ...]) -> "SamplingParameters":
        """The same with the first of these prompts, among which the samples are shared out, one each or more."""
        return self.model_copy(update={"prompts": prompts[: self.samples_per_temperature], "shared": True})

    def samples_of(self, number: int) -> int:
        """How many samples the prompt of this number, from 0, has at a temperature."""
        if not self.shared:
            return self.samples_per_temperature
        each, more = divmod(self.samples_per_temperature, len(self.prompts))
        return each + (number < more)

    @property
    def total(self) -> int:
        """How many samples a temperature has."""
        return self.samples_per_temperature * (1 if self.shared else len(self.prompts))
