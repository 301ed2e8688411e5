"""`run.json`: what a run says of itself, checked when it is written and whenever it is read."""

import contextlib
import datetime
import json
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from flows.errors import UsageError
from tasks.corpus.choices import Level

FILE = "run.json"
MOST_BYTES = 16 << 20


class RecordError(UsageError):
    """The folder of a run does not hold what a run leaves; the message is one line."""


class _Part(BaseModel):
    """Runs of other versions may say more, or less of what has a default."""

    model_config = ConfigDict(frozen=True, extra="allow")


class StaleRecord(_Part):
    """When a source was fetched that could not be fetched anew, and why it could not."""

    since: str
    why: str = ""


class SourceRecord(_Part):
    """A source of the corpus: its address without secrets, and its bytes as they came."""

    url: str
    sha256: str
    bytes: int
    stale: StaleRecord | None = None


class CorpusRecord(_Part):
    """The corpus; `sha256` is that of its source, None if it has several."""

    url: str
    bytes: int | None = None
    level: Level = "character"
    characters: int | None = None
    documents: int | None = None
    vocabulary_size: int | None = None
    findings: list[str] = []
    sha256: str | None = None
    sources: list[SourceRecord] = []

    @property
    def stale_since(self) -> str | None:
        """When its oldest part was fetched, if one could not be fetched anew."""
        return min((source.stale.since for source in self.sources if source.stale), default=None)


class StageRecord(_Part):
    """What became of a stage."""

    name: str
    state: str | None = None
    why: str | None = None
    seconds: float | None = None
    key: str | None = None
    output: str | None = None
    made_by: str | None = None


class ModelRecord(_Part):
    """The model and how its training went."""

    parameters: int | None = None
    steps: int | None = None
    epochs: float | None = None
    characters_per_second: int | float | None = None
    train_seconds: float | None = None
    validation_loss_nats: float | None = None
    validation_standard_error_nats: float | None = None
    validation_bits_per_character: float
    validation_standard_error_bits: float | None = None
    validation_characters: int | None = None
    validation_loss_cold_nats: float | None = None
    validation_standard_error_cold_nats: float | None = None
    validation_bits_per_character_cold: float | None = None
    validation_standard_error_cold_bits: float | None = None
    test_loss_nats: float | None = None
    test_standard_error_nats: float | None = None
    test_bits_per_character: float | None = None
    test_standard_error_bits: float | None = None
    test_characters: int | None = None
    test_loss_cold_nats: float | None = None
    test_standard_error_cold_nats: float | None = None
    test_bits_per_character_cold: float | None = None
    test_standard_error_cold_bits: float | None = None
    training_loss_nats: float | None = None
    training_standard_error_nats: float | None = None
    training_bits_per_character: float | None = None
    training_standard_error_bits: float | None = None
    training_characters: int | None = None


class SamplesRecord(_Part):
    """The samples of all temperatures."""

    count: int
    temperatures: list[float] = []
    recommended_temperature: float | None = None
    characters_per_second: int | float | None = None
    path: str | None = None


class RunRecord(_Part):
    """A run; its name is that of its folder, whatever the file says."""

    run: str
    started: str
    finished: str | None = None
    command: str = ""
    options: dict[str, Any] = {}
    corpus: CorpusRecord
    stages: list[StageRecord]
    model: ModelRecord
    samples: SamplesRecord
    review: str = ""
    versions: dict[str, str] = {}
    machine: dict[str, Any] = {}

    @field_validator("started", "finished")
    @classmethod
    def _is_time(cls, value: str | None) -> str | None:
        if value is not None:
            datetime.datetime.fromisoformat(value)
        return value

    @classmethod
    def read(cls, folder: Path) -> "RunRecord":
        """The record of the run in this folder.

        Raises:
            RecordError: there is none, or none that can be relied on.
        """
        with reading(folder):
            content = json.loads(_bytes_of(folder / FILE))
            if not isinstance(content, dict):
                raise ValueError(f"{FILE} holds no record of a run")
            return cls.of({**content, "run": folder.resolve().name})

    @classmethod
    def of(cls, content: dict[str, Any]) -> "RunRecord":
        """The record with this content.

        Raises:
            ValueError: something is missing, of another type, or no text.
        """
        json.dumps(content, ensure_ascii=False).encode()  # halves of surrogate pairs could be written nowhere
        return cls.model_validate(content)

    @property
    def content(self) -> dict[str, Any]:
        """What the file says, and no more."""
        return self.model_dump(exclude_unset=True)

    def finished_now(self) -> "RunRecord":
        """The record of the run, which finishes at this moment."""
        return self.model_copy(update={"finished": datetime.datetime.now(datetime.UTC).isoformat()})

    @property
    def order(self) -> tuple[datetime.datetime, str]:
        """By which runs are sorted: when they finished, or began where that is not told, in UTC; then the name.

        A time that no calendar has in UTC is not known, and before all others.
        """
        told = datetime.datetime.fromisoformat(self.finished or self.started)
        try:
            return told.astimezone(datetime.UTC) if told.tzinfo else told.replace(tzinfo=datetime.UTC), self.run
        except OverflowError:
            return datetime.datetime.min.replace(tzinfo=datetime.UTC), self.run

    def has_same_corpus(self, other: "RunRecord") -> bool:
        """Whether both say that their corpus came from the same places; standard input is never the same."""
        return other.came_from(self._addresses(), self._download_keys())

    def came_from(self, addresses: Sequence[str], keys: Sequence[str]) -> bool:
        """Whether the corpus is said to come from these places; standard input is never the same.

        Args:
            addresses: without secrets.
            keys: of the downloads, where they are known: they tell apart what differs in a secret alone.
        """
        if "-" in addresses:
            return False
        own = self._download_keys()
        return list(keys) == own if keys and own else " ".join(addresses) == self.corpus.url

    def _addresses(self) -> list[str]:
        return [source.url for source in self.corpus.sources] or self.corpus.url.split()

    def _download_keys(self) -> list[str]:
        """What tells sources apart whose addresses differ in what is not shown."""
        return [stage.key for stage in self.stages if stage.name == "download" and stage.key]


@contextlib.contextmanager
def reading(*folders: Path) -> Iterator[None]:
    """Whatever goes wrong with the content of runs' folders, which may come from anywhere, is a `RecordError`."""
    what = f"the run in {' or '.join(map(str, folders))} cannot be read"
    try:
        yield
    except RecordError:
        raise
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise RecordError(f"{what}: {FILE}: {where}: {first['msg']}") from error
    except Exception as error:
        cause = " ".join(f"{type(error).__name__}: {error}".split())
        raise RecordError(f"{what}: {cause}") from error


def _bytes_of(path: Path) -> bytes:
    """The content of a file that is small, and a file."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError(f"{path.name} is no file")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path.name} has more than {MOST_BYTES:,} bytes")
    return content
