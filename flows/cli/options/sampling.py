"""The options of sampling: what samples go on from, how a character is chosen, and what to sample."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from flows.cli.options.group import optional
from flows.cli.options.values import Listed, Temperature
from tasks.corpus.choices import DocumentUnit
from tasks.corpus.sources import from_home
from tasks.learning.presets import PRESETS, PresetName
from tasks.network.parameters import FixedPrecision, Prompt, SamplingParameters
from tasks.text.characters import shown
from tasks.text.prompts import PromptError, UnknownPolicy, meant, prompts_of

if TYPE_CHECKING:
    from tasks.text.vocabulary import Vocabulary

NAMED = 5

_Drawing: Any = optional(SamplingParameters, without=("prompts", "shared", "precision", "reset_at"))


class DrawingOptions(_Drawing):
    """What samples go on from, and how a character is chosen."""

    prompt: Annotated[list[Prompt] | None, Listed] = Field(
        default=None,
        min_length=1,
        description="Texts that samples go on from, in which \\n is a new line and \\u0003 U+0003; none: beginnings of "
        "held-out passages.",
    )
    prompts: str | None = Field(default=None, description="File of more prompts, written like them, one a line.")
    unknown_characters: UnknownPolicy = Field(default="refuse", description="Of the prompt: refuse, nearest or drop.")

    @field_validator("minimum_length")
    @classmethod
    def _ends_anything(cls, value: int, info: ValidationInfo) -> int:
        if value and not info.data.get("stop"):
            raise ValueError("means nothing without --stop")
        return value

    def given_prompts(self) -> list[str]:
        """The prompts that are meant; those of the file last.

        Raises:
            PromptError: the file cannot be read or holds none.
        """
        of_file = prompts_of(from_home(self.prompts)) if self.prompts else []
        return [meant(typed) for typed in [*(self.prompt or []), *of_file]]

    def fitted(self, vocabulary: "Vocabulary") -> list[str]:
        """The prompts that are given as the model's own texts, each once.

        Args:
            vocabulary: of the corpus.

        Raises:
            PromptError: as `prompts_for` does.
        """
        return [*dict.fromkeys(map(vocabulary.inside, self.prompts_for(vocabulary)))]

    def prompts_for(self, vocabulary: "Vocabulary") -> list[str]:
        """The prompts that are given in characters that the vocabulary has.

        Raises:
            PromptError: one has others, and they are to be refused, or none is left; or the stop string has others.
        """
        if unknown := vocabulary.unknown(self.drawing().get("stop", "")):
            named = ", ".join(map(shown, unknown[:NAMED])) + (" and others" if len(unknown) > NAMED else "")
            raise PromptError(f"the text of --stop has characters {vocabulary.lacking}: {named}")
        fitted = [vocabulary.fit_prompt(given, self.unknown_characters) for given in self.given_prompts()]
        if "" in fitted:
            raise PromptError("no character of a prompt is one that the corpus has; give another prompt")
        return fitted

    def drawing(self) -> dict[str, Any]:
        """By name, what `SamplingParameters` are told by these options; the prompts are not among it."""
        told = self.model_dump(include=SamplingParameters.model_fields.keys() - {"prompts"}, exclude_none=True)
        return {**told, "stop": meant(self.stop)} if self.stop else told


class SamplingOptions(DrawingOptions):
    """What to sample; what is left open is the preset's."""

    temperatures: Annotated[list[Temperature] | None, Listed] = Field(
        default=None, min_length=1, description="Temperatures; 0: likeliest."
    )

    def resolved(
        self,
        preset: PresetName,
        prompts: list[str],
        precision: FixedPrecision,
        end: str | None = None,
        reset_at: DocumentUnit | None = None,
    ) -> SamplingParameters:
        """Complete, with the preset's values where none are given.

        Args:
            preset: gives what is left open.
            prompts: in characters that the vocabulary has.
            precision: of the matrix products.
            end: what ends a sample if --stop gives nothing.
            reset_at: documents at whose beginnings the state is zero.
        """
        chosen = {**PRESETS[preset].sampling, "stop": end, **self.drawing()}
        return SamplingParameters(**chosen, prompts=tuple(prompts), precision=precision, reset_at=reset_at)

    def each_temperature(self, preset: PresetName) -> list[float]:
        """Every temperature once, from cold to hot, so that their order changes nothing."""
        return sorted({float(t) for t in self.temperatures or PRESETS[preset].temperatures})
