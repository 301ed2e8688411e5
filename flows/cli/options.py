"""The options: what may be given on the command line, in the config file and in the form of the Prefect UI.

Those of training and sampling are made from their parameters; a value of None leaves a choice to the preset.
"""

import math
import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    create_model,
    field_validator,
)

from tasks.corpus.choices import DocumentUnit, Duplicates, HoldOut, Level, Markup, OnDamage, end_mark_of
from tasks.corpus.sources import DEFAULT, from_home, kind_of
from tasks.model.parameters import (
    FixedPrecision,
    Precision,
    PresetParameters,
    Prompt,
    SamplingParameters,
    TrainingParameters,
)
from tasks.model.presets import PRESETS, PresetName, resolve
from tasks.text import character_sets
from tasks.text.characters import shown
from tasks.text.prompts import PromptError, UnknownPolicy, meant, prompts_of

if TYPE_CHECKING:
    from tasks.text.vocabulary import Vocabulary

HEADER = re.compile(r"[!#$%&'*+.^`|~\w-]+:[^\r\n]*", re.ASCII)
NAMED = 5


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


def _readable(source: str) -> str:
    kind_of(source)
    return source


def _is_header(line: str) -> str:
    if not HEADER.fullmatch(line):
        raise ValueError("holds a line that is no HTTP header; write 'Name: value', with ${NAME} for what is secret")
    return line


def _is_encoding(name: str) -> str:
    if character_sets.typed(name) is None:
        raise ValueError(f"names no character set of texts, got {name!r}; give one such as utf-8, latin-1 or gb18030")
    return name


def _listed(value: Any) -> Any:
    """A value by itself is a list of one, as on the command line."""
    return [value] if isinstance(value, str | int | float) else value


Listed = BeforeValidator(_listed)
Temperature = Annotated[float, Field(ge=0, le=100), AfterValidator(_finite)]
Source = Annotated[str, Field(min_length=1), AfterValidator(_readable)]
Pattern = Annotated[str, Field(min_length=1)]
Header = Annotated[str, AfterValidator(_is_header)]
Encoding = Annotated[str, AfterValidator(_is_encoding)]


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


def optional(
    parameters: type[BaseModel],
    *,
    without: Collection[str] = (),
    changed: Mapping[str, tuple[Any, Any]] | None = None,
    base: type[BaseModel] = _Options,
) -> Any:
    """A model of options with the names, bounds and help of parameters; one without a default becomes None.

    Args:
        parameters: a model that is complete.
        without: names that are no options.
        changed: other types and defaults, by name.
        base: has the options that are no parameters.
    """
    fields: dict[str, Any] = {}
    for name in [name for name in parameters.model_fields if name not in without]:
        field = parameters.model_fields[name]
        kind: Any = field.annotation
        as_it_is = (kind | None, None) if field.is_required() else (kind, field.default)
        kind, default = (changed or {}).get(name, as_it_is)
        fields[name] = (Annotated[kind, *field.metadata, Field(description=field.description)], default)
    return create_model(f"Optional{parameters.__name__}", __base__=base, **fields)


class DataOptions(_Options):
    """What the corpus is and how it is read."""

    corpus: Annotated[list[Source], Listed] = Field(
        default=[DEFAULT],
        min_length=1,
        description="URL, path, folder, quoted pattern, s3://, gs://, az://, hf://datasets/… or -; several are joined; "
        "default: the reference text of Python itself.",
    )
    corpus_header: Annotated[list[Header], Listed] = Field(
        default=[],
        description="HTTP header for the corpus's server; ${NAME} is taken from the environment, so that no secret "
        "is written.",
    )
    refetch: bool = Field(default=False, description="Fetch again even if the corpus seems unchanged.")
    allow_private_hosts: bool = Field(
        default=False,
        description="Take a corpus from hosts that are not public, also by way of a redirect, and in a deployment from "
        "files of the worker.",
    )
    member: Annotated[list[Pattern], Listed] = Field(
        default=[], description="Names or patterns of the files to take out of an archive or folder; none: all."
    )
    field: str | None = Field(
        default=None,
        min_length=1,
        description="Column or key with the text, of Parquet, JSON Lines or CSV; each row is a document.",
    )
    level: Level = Field(
        default="character",
        description="What the model reads and writes: characters, or bytes as they are, of anything at all.",
    )
    encoding: Encoding | None = Field(default=None, description="Character set of the corpus; none: found out.")
    on_damage: OnDamage = Field(
        default="refuse",
        description="Of bytes that are no text: refuse more than a trace, drop them, or keep their place as U+FFFD.",
    )
    markup: Markup = Field(
        default="refuse",
        description="Of HTML, XML, RTF and the like: refuse it, keep it as it is, or extract a page's main text.",
    )
    strip_gutenberg: bool | None = Field(
        default=None,
        description="Drop what stands outside Project Gutenberg's books; none: if it is no longer than a licence.",
    )
    documents: DocumentUnit = Field(
        default="files",
        description="What a document is: each of the files, lines, texts between blank-lines; none: the whole is one.",
    )
    duplicates: Duplicates = Field(
        default="keep",
        description="Of documents that equal an earlier one once they are normalised: keep or drop them.",
    )
    end_mark: bool = Field(
        default=False,
        description="Learn where documents end, so that samples begin and end as they do: by a mark, U+0003; of lines "
        "by the line feed.",
    )
    reset_state: bool = Field(
        default=False,
        description="Begin each document from a zero recurrent state, so that nothing of the one before counts.",
    )
    max_vocabulary: int | None = Field(
        default=None,
        ge=2,
        description="Characters to tell apart; the rarest others become one unknown character, which no sample has.",
    )
    min_count: int = Field(
        default=1, ge=1, description="Occurrences from which on a character is told apart; rarer ones become unknown."
    )
    hold_out: HoldOut = Field(
        default="tail",
        description="What is held out: the tail of each corpus, or documents or blocks that are drawn.",
    )
    hold_out_seed: int = Field(default=1, ge=0, lt=1 << 63, description="Seed of what is drawn to be held out.")
    validation_fraction: float = Field(default=0.1, gt=0, le=0.5, description="Share held out to validate on.")
    test_fraction: float = Field(default=0.0, ge=0, le=0.4, description="Share held out to the end.")
    accept_change: bool = Field(
        default=False,
        description="Train on a corpus that is very unlike that of the last run; else a deployment stops.",
    )
    on_failure: Literal["fail", "use-last"] = Field(
        default="fail",
        description="When a corpus cannot be fetched: fail, or use-last: what was fetched before, marked as stale.",
    )

    @field_validator("encoding", "on_damage", "markup", "strip_gutenberg", "max_vocabulary", "min_count")
    @classmethod
    def _is_of_characters(cls, value: Any, info: ValidationInfo) -> Any:
        is_of_table = info.field_name == "encoding" and info.data.get("field")
        is_given = value != cls.model_fields[str(info.field_name)].default
        if is_given and info.data.get("level") == "byte" and not is_of_table:
            raise ValueError("means nothing with --level byte, which takes bytes as they are: leave one of the two out")
        return value

    @field_validator("markup", "strip_gutenberg")
    @classmethod
    def _is_of_no_table(cls, value: Any, info: ValidationInfo) -> Any:
        if value not in ("refuse", None) and info.data.get("field"):
            raise ValueError("means nothing with --field: the rows of a table are taken as they are")
        return value

    @field_validator("duplicates", "reset_state", "end_mark", "hold_out")
    @classmethod
    def _has_documents(cls, value: Any, info: ValidationInfo) -> Any:
        if value in ("drop", True, "documents") and info.data.get("documents") == "none":
            raise ValueError("means nothing with --documents none: the whole is one document")
        return value

    @field_validator("hold_out_seed")
    @classmethod
    def _draws(cls, value: int, info: ValidationInfo) -> int:
        if value != 1 and info.data.get("hold_out") == "tail":
            raise ValueError(
                "means nothing with --hold-out tail, which draws nothing: pass --hold-out blocks or documents"
            )
        return value

    @property
    def reset_at(self) -> DocumentUnit | None:
        """Documents at whose beginnings the recurrent state is reset."""
        return self.documents if self.reset_state else None

    def fetching(self) -> dict[str, Any]:
        """What the download stage is told beside the source."""
        names = {"refetch": "refetch", "corpus_header": "headers", "allow_private_hosts": "allow_private_hosts"}
        return {told: getattr(self, name) for name, told in names.items()}

    def reading(self) -> dict[str, Any]:
        """What the normalise stage is told."""
        names = ("encoding", "on_damage", "markup", "member", "field", "strip_gutenberg", "documents", "end_mark")
        return {name: getattr(self, name) for name in ("level", *names, "duplicates")}

    def folding(self, end_mark: str | None) -> dict[str, Any]:
        """What the encode stage is told; a mark that ends documents is told apart however few there are."""
        if self.level == "byte":
            return {"level": self.level}
        rare = {"max_vocabulary": self.max_vocabulary, "min_count": self.min_count}
        is_folded = self.max_vocabulary is not None or self.min_count > 1
        return {**rare, "always": end_mark} if end_mark and is_folded else rare

    def splitting(self) -> dict[str, Any]:
        """What the shard stage is told; a seed that draws nothing is not."""
        seed = {"hold_out_seed": self.hold_out_seed} if self.hold_out != "tail" else {}
        names = ("validation_fraction", "test_fraction", "hold_out")
        return {**{name: getattr(self, name) for name in names}, **seed}


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


class Options(_Options):
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
