"""What a server answers to those who read: the index as it is at the moment, pages and files of runs."""

import contextlib
import os
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import quote

from flows.runs.index import index_of
from flows.runs.record import RecordError, RunRecord
from flows.view.files import found, opened, parts_of, policy_of, type_of
from tasks.page.assembly import with_links
from tasks.page.sampling_page import Sampled, sampling_page
from tasks.text.characters import visible

PAGE, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
MODEL_FILES = ("model.keras", "vocabulary.json")
USUAL_TEMPERATURE = 0.8


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is sent: the body, how long it is, of what type, and under which policy a browser shows it."""

    body: BinaryIO
    size: int
    type: str
    policy: str
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes, kind: str, **more: HTTPStatus | dict[str, str]) -> "Answer":
        """The answer with this content."""
        policy = policy_of(content if kind == PAGE else b"")
        return cls(body=BytesIO(content), size=len(content), type=kind, policy=policy, **more)  # type: ignore[arg-type]


def refusal(status: HTTPStatus, why: str, **headers: str) -> Answer:
    """An answer of one line that says why it is no other."""
    return Answer.of(f"{visible(' '.join(why.split()))}\n".encode(), TEXT, status=status, headers=headers)


def answer(artifacts: Path, target: str) -> Answer:
    """What a reader gets.

    Args:
        artifacts: the folder that is shown.
        target: of the request: path and query.
    """
    path = target.partition("?")[0]
    if path in ("/", "/index.html"):
        return Answer.of(index_of(artifacts, sampling="/sample/").encode(), PAGE)
    parts = parts_of(path)
    if parts and parts[0] == "sample" and len(parts) == 2:
        return _sampling(artifacts, parts[1])
    shown = found(artifacts, parts) if parts else None
    if shown is None:
        return _nothing(path)
    if shown.is_dir():
        return _to(f"/runs/{quote(shown.name)}/review.html") if _is_run(artifacts, shown) else _nothing(path)
    file = opened(shown)
    if file is None:
        return _nothing(path)
    if _is_page(artifacts, shown):
        with file:
            return Answer.of(_page(artifacts, shown, file.read()), PAGE)
    return Answer(body=file, size=os.fstat(file.fileno()).st_size, type=type_of(shown), policy=policy_of(b""))


def model_of(artifacts: Path, run: str) -> Path | None:
    """The folder of the model of a run, by the run's name; None if there is none, or it lies elsewhere."""
    folder = found(artifacts, ["runs", run])
    files = [found(artifacts, ["runs", run, "model", name]) for name in MODEL_FILES]
    return folder / "model" if folder and all(files) and _is_run(artifacts, folder) else None


def _is_run(artifacts: Path, folder: Path) -> bool:
    return folder.parent == artifacts.resolve() / "runs"


def _is_page(artifacts: Path, path: Path) -> bool:
    """Whether charflow itself writes a page of that name there; of another HTML file nothing runs."""
    of_run = path.name == "review.html" and _is_run(artifacts, path.parent)
    return of_run or path == artifacts.resolve() / "compare.html"


def _nothing(path: str) -> Answer:
    return refusal(HTTPStatus.NOT_FOUND, f"there is nothing at {path}; / shows all runs")


def _to(address: str) -> Answer:
    return refusal(HTTPStatus.FOUND, f"see {address}", Location=address)


def _page(artifacts: Path, path: Path, content: bytes) -> bytes:
    """A page as it lies on disk, with the way to all runs, and that of a run to its model."""
    links = {"All runs": "/"}
    if path.name == "review.html" and model_of(artifacts, path.parent.name):
        links["Sample from the model"] = f"/sample/{quote(path.parent.name)}"
    return with_links(content.decode("utf-8", "replace"), links).encode()


def _sampling(artifacts: Path, run: str) -> Answer:
    """The page to sample from the model of a run."""
    latest = found(artifacts, ["latest"]) if run == "latest" else None
    if latest:
        return _to(f"/sample/{quote(latest.name)}")
    model = model_of(artifacts, run)
    if model is None:
        return refusal(HTTPStatus.NOT_FOUND, f"there is no model of a run {run}; / shows all runs")
    name = quote(run)
    shown = Sampled(run, f"/runs/{name}/review.html", f"/sample/{name}", USUAL_TEMPERATURE)
    with contextlib.suppress(RecordError):
        shown = _as_it_ran(shown, RunRecord.read(model.parent))
    return Answer.of(sampling_page(shown).encode(), PAGE)


def _as_it_ran(shown: Sampled, record: RunRecord) -> Sampled:
    """The model with what its run says of it."""
    chosen, options = record.samples.recommended_temperature, record.options
    ends: Literal["document", "line"] = "line" if options.get("documents") == "lines" else "document"
    return shown._replace(
        temperature=shown.temperature if chosen is None else chosen,
        unit=record.corpus.level,
        ends=ends if options.get("end-mark") is True else None,
    )
