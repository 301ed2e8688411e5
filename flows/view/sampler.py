"""Samples for the page that asks for them: one at a time, from a model that is loaded when it is first asked for."""

import contextlib
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.cli.options import Temperature
from flows.errors import UsageError
from flows.runs.search import load_model
from tasks.page.sampling_page import LONGEST, LONGEST_PROMPT
from tasks.text.prompts import PromptError
from tasks.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tasks.sampling.finished_model import FinishedModel

WAIT_SECONDS = 10.0
FOR_COMMANDS = ", or pass --unknown-characters nearest or drop"


class BusyError(Exception):
    """Another sample is being drawn."""


class Asked(BaseModel):
    """What is to be drawn; the same values as of `sample` give the same text."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    prompt: Annotated[str, Field(max_length=LONGEST_PROMPT)] = ""
    temperature: Temperature
    seed: Annotated[int, Field(ge=0, lt=1 << 63)]
    length: Annotated[int, Field(ge=1, le=LONGEST)]

    @classmethod
    def of_json(cls, content: bytes) -> "Asked":
        """What a request asks for.

        Raises:
            UsageError: a value is missing or out of range; the message is one line.
        """
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, one['loc'])) or 'the request'}: {one['msg']}" for one in error.errors()]
            raise UsageError("; ".join(wrong)) from error


class Sampler:
    """Draws samples, one at a time, and keeps the model that it drew from last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._loaded: tuple[Any, FinishedModel] | None = None

    def pieces(self, folder: Path, asked: Asked) -> Generator[dict[str, str]]:
        """The prompt of a sample as the model gets it, then the sample piece by piece.

        Args:
            folder: of a finished model.
            asked: what is drawn.

        Raises:
            PromptError: the model lacks a character of the prompt.
            UsageError: the model cannot be read.
            BusyError: another sample is being drawn, and still was after ten seconds.
        """
        prompt = _fitted(folder, asked.prompt)
        with self._alone():
            model = self._model(folder)
            prompts = [prompt] if prompt else []
            chosen = asked.model_dump(exclude={"prompt"})
            yield {"prompt": prompt or model.vocabulary.outside(model.first)}
            for _, text in model.stream(*prompts, **chosen):
                if self._stopped.is_set():
                    return
                yield {"text": text}

    def close(self) -> None:
        """End the sample that is being drawn: a process that ends while TensorFlow computes may crash."""
        self._stopped.set()
        self._lock.acquire(timeout=WAIT_SECONDS)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise BusyError("another sample is being drawn; stop it, or wait until it ends")
        try:
            yield
        finally:
            self._lock.release()

    def _model(self, folder: Path) -> "FinishedModel":
        """The model in a folder, which another run may have taken since it was loaded."""
        try:
            status = (folder / "model.keras").stat()
        except OSError as error:
            raise UsageError(f"cannot read the model: {error}") from error
        which = folder, status.st_ino, status.st_mtime_ns
        if self._loaded is None or self._loaded[0] != which:
            self._loaded = which, load_model(str(folder))
        return self._loaded[1]


def _fitted(folder: Path, prompt: str) -> str:
    """The prompt for a model, known to be one before anything long begins."""
    try:
        vocabulary = Vocabulary.from_json((folder / "vocabulary.json").read_text(encoding="ascii"))
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"cannot read the model's vocabulary: {error}") from error
    try:
        return vocabulary.fit_prompt(prompt, "refuse")
    except PromptError as error:
        raise PromptError(str(error).removesuffix(FOR_COMMANDS)) from None
