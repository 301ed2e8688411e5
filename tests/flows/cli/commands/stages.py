"""Two small stages on a store, for the commands that look after it."""

from pathlib import Path

from tasks.caching import Artifact, Outcome, Session, leased, source, stage
from tasks.caching.running.execute import execute


@source()
def fetched(out: Path, previous: Artifact | None, *, source: str, content: str) -> Outcome:
    (out / "letters").write_text(content)
    return Outcome(notes={"source": source})


@stage()
def letters(out: Path, count: int) -> Outcome:
    (out / "letters").write_text("a" * count)
    return Outcome()


@stage(label="mark")
def marked(out: Path, text: Artifact, mark: str) -> Outcome:
    (out / "marked").write_text(text.path("letters").read_text() + mark)
    return Outcome()


def run_from(store: Path, name: str, address: str, content: str, mark: str = "!") -> None:
    """A run whose corpus comes from an address."""
    with leased(store, name) as opened, Session(store=opened, answer=execute).active():
        marked(fetched(source=address, content=content), mark=mark)


def run(store: Path, name: str, count: int = 1, mark: str = "!") -> None:
    with leased(store, name) as opened, Session(store=opened, answer=execute).active():
        marked(letters(count=count), mark=mark)
