"""The options: one definition for the command line, the config file and the form in the Prefect UI."""

import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from tasks.corpus.sources import DEFAULT, kind_of
from tasks.model.parameters import (
    Cell,
    FixedPrecision,
    OptimizerName,
    Precision,
    SamplingParameters,
    Schedule,
    TrainingParameters,
)
from tasks.model.presets import PRESETS, PresetName, resolve
from tasks.text.prompts import prompts_of
from tasks.text.vocabulary import PromptError, UnknownPolicy, Vocabulary, shown


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("a temperature is a finite number")
    return value


def _readable(source: str) -> str:
    kind_of(source)
    return source


Temperature = Annotated[float, Field(ge=0, le=100), AfterValidator(_finite)]
Prompt = Annotated[str, Field(min_length=1)]
Source = Annotated[str, AfterValidator(_readable)]


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataOptions(_Options):
    """What the corpus is and how it is read."""

    corpus: list[Source] = Field(
        default=[DEFAULT],
        min_length=1,
        description="URL, path or -; several are joined; default: the reference text of Python itself.",
    )
    refetch: bool = Field(default=False, description="Fetch again even if the corpus seems unchanged.")
    encoding: str | None = Field(default=None, description="Character set of the corpus; none: found out.")
    strip_gutenberg: bool = Field(default=True, description="Drop Project Gutenberg's header and footer.")
    validation_fraction: float = Field(default=0.1, gt=0, le=0.5, description="Last part, held out to validate on.")
    test_fraction: float = Field(default=0.0, ge=0, le=0.4, description="Part after it, held out to the end.")


class TrainingOptions(_Options):
    """What to change in the preset's training; what is left open is the preset's."""

    epochs: int | None = Field(default=None, ge=1, description="Passes over the training split.")
    seq_length: int | None = Field(default=None, ge=1, le=4096, description="Characters of a training sequence.")
    batch_size: int | None = Field(default=None, ge=1, le=4096, description="Sequences of a step.")
    cell: Cell | None = Field(default=None, description="Recurrent cell.")
    layers: int | None = Field(default=None, ge=1, le=16, description="Recurrent layers.")
    units: int | None = Field(default=None, ge=1, le=8192, description="Units of a recurrent layer.")
    embedding_dim: int | None = Field(default=None, ge=1, le=4096, description="Length of an embedding.")
    dropout: float | None = Field(default=None, ge=0, lt=1, description="Share of layer outputs dropped.")
    optimizer: OptimizerName | None = Field(default=None, description="What turns gradients into steps.")
    learning_rate: float | None = Field(default=None, gt=0, le=1, description="Peak learning rate.")
    schedule: Schedule | None = Field(default=None, description="Rate after the warm-up.")
    warmup_steps: int | None = Field(default=None, ge=0, description="Steps in which the rate rises.")
    clip_norm: float | None = Field(default=None, ge=0, description="Largest norm of the gradients; 0: none.")
    patience: int | None = Field(default=None, ge=0, description="Validations without gain before it stops.")
    precision: Precision = Field(default="auto", description="Of matrix products; auto: the fastest here.")
    checkpoint_seconds: float | None = Field(default=None, ge=0, description="Seconds between checkpoints.")
    checkpoint_steps: int | None = Field(default=None, ge=1, description="Steps between checkpoints.")
    threads: int | None = Field(default=None, ge=1, le=1024, description="Threads; none: one a processor.")
    training_seed: int | None = Field(default=None, ge=0, description="Seed of everything random in training.")

    def resolved(self, preset: PresetName) -> TrainingParameters:
        """The preset's parameters with these in their place."""
        given = self.model_dump(exclude={"threads"})
        given["sequence_length"], given["seed"] = given.pop("seq_length"), given.pop("training_seed")
        return resolve(preset, given)


class DrawingOptions(_Options):
    """What samples go on from, and how a character is chosen."""

    prompt: list[Prompt] | None = Field(
        default=None, min_length=1, description="Texts that samples go on from; none: a new line."
    )
    prompts: str | None = Field(
        default=None, description="File of more prompts, one a line, in which \\n is a new line."
    )
    unknown_characters: UnknownPolicy = Field(default="refuse", description="Of the prompt: refuse, nearest or drop.")
    seed: int = Field(default=1, ge=0, description="Seed of the samples.")
    top_k: int = Field(default=0, ge=0, description="Choose among the k likeliest characters; 0: all.")
    top_p: float = Field(default=1.0, gt=0, le=1, description="Among the likeliest that have this share together.")
    min_p: float = Field(default=0.0, ge=0, le=1, description="Among those with this share of the likeliest's.")
    repetition_penalty: float = Field(default=1.0, gt=0, le=100, description="Makes recent characters rarer; 1: off.")
    repetition_window: int = Field(default=64, ge=1, le=4096, description="Characters that count as recent.")
    stop: str | None = Field(default=None, min_length=1, max_length=4096, description="Text that ends a sample.")
    minimum_length: int = Field(default=0, ge=0, description="Characters before which --stop ends no sample.")

    @field_validator("minimum_length")
    @classmethod
    def _ends_anything(cls, value: int, info: ValidationInfo) -> int:
        if value and not info.data.get("stop"):
            raise ValueError("means nothing without --stop")
        return value

    def given_prompts(self) -> list[str]:
        """The prompts as given, those of the file last.

        Raises:
            PromptError: the file cannot be read or holds none.
        """
        return [*(self.prompt or []), *(prompts_of(Path(self.prompts)) if self.prompts else [])]

    def fitted(self, vocabulary: Vocabulary) -> list[str]:
        """The prompts in characters that the vocabulary has, each once.

        Raises:
            PromptError: one has others, and they are to be refused, or none is left; or the stop string has others.
        """
        if self.stop and vocabulary.unknown(self.stop):
            unknown = ", ".join(map(shown, vocabulary.unknown(self.stop)))
            raise PromptError(f"the text of --stop has characters that the corpus lacks: {unknown}")
        default = "\n" if "\n" in vocabulary.characters else vocabulary.characters[0]
        fitted = [vocabulary.fit_prompt(given, self.unknown_characters) for given in self.given_prompts() or [default]]
        if "" in fitted:
            raise PromptError("no character of a prompt is one that the corpus has; give another prompt")
        return list(dict.fromkeys(fitted))

    def choice(self) -> dict[str, Any]:
        """The fields that `SamplingParameters` has too."""
        return self.model_dump(include=DrawingOptions.model_fields.keys() - {"prompt", "prompts", "unknown_characters"})


class SamplingOptions(DrawingOptions):
    """What to sample."""

    temperatures: list[Temperature] | None = Field(
        default=None, min_length=1, description="Temperatures; 0: likeliest."
    )
    samples_per_temperature: int | None = Field(default=None, ge=1, le=1_000_000, description="Samples of each prompt.")
    sample_length: int | None = Field(default=None, ge=1, le=10_000_000, description="Characters of a sample, at most.")

    def resolved(self, preset: PresetName, prompts: list[str], precision: FixedPrecision) -> SamplingParameters:
        """Complete, with the preset's values where none are given.

        Args:
            preset: gives what is left open.
            prompts: in characters that the vocabulary has.
            precision: of the matrix products.
        """
        return SamplingParameters(
            samples=self.samples_per_temperature or PRESETS[preset].samples,
            length=self.sample_length or PRESETS[preset].length,
            prompts=tuple(prompts),
            precision=precision,
            **self.choice(),
        )

    def each_temperature(self, preset: PresetName) -> list[float]:
        """Every temperature once, from cold to hot, so that their order changes nothing."""
        return sorted({float(t) for t in self.temperatures or PRESETS[preset].temperatures})


class Options(_Options):
    """All options of a run."""

    preset: PresetName = Field(default="quick", description="Where values come from that are left open.")
    data: DataOptions = Field(default=DataOptions(), title="Corpus")
    training: TrainingOptions = Field(default=TrainingOptions(), title="Training")
    sampling: SamplingOptions = Field(default=SamplingOptions(), title="Sampling")

    def flat(self) -> dict[str, Any]:
        """By name as on the command line, without those that say nothing."""
        groups = self.model_dump(exclude_defaults=True)
        merged = {**groups.pop("data", {}), **groups.pop("training", {}), **groups.pop("sampling", {}), **groups}
        return {name.replace("_", "-"): value for name, value in merged.items()}
