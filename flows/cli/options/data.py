"""The options of the corpus, and what each stage of the data is told of them."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from flows.cli.options.group import OptionGroup
from flows.cli.options.values import Encoding, Header, Listed, Pattern, Source
from tasks.corpus.choices import DocumentUnit, Duplicates, HoldOut, Level, Markup, OnDamage
from tasks.corpus.sources import DEFAULT


class DataOptions(OptionGroup):
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
