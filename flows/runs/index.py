"""The index over all runs, `artifacts/index.html`."""

from pathlib import Path
from urllib.parse import quote

from flows.runs.drafts import FOLDER
from flows.runs.presentation import presented
from flows.runs.search import runs_by_time
from tasks.durable import write_durably


def write_index(artifacts: Path) -> None:
    """Write the page over all runs in this folder, whole or not at all; the drafts' lock is held by the caller."""
    write_durably(artifacts / "index.html", index_of(artifacts), drafts=artifacts / "runs" / FOLDER)


def index_of(artifacts: Path, sampling: str | None = None) -> str:
    """The page over all runs in this folder, as they are at the moment.

    Args:
        artifacts: the folder.
        sampling: what the name of a run follows in the address where one samples from its model; None: there is none.
    """
    from tasks.page.index import Entry, index_page

    entries = [
        Entry(
            name=folder.name,
            link=f"runs/{quote(folder.name)}/review.html",
            when=run.order[0].isoformat(timespec="microseconds"),
            corpus=presented(run.content)["corpus"]["url"],
            preset=str(run.options.get("preset", "")),
            unit=run.corpus.level,
            bits=run.model.validation_bits_per_character,
            stale_since=run.corpus.stale_since,
            temperature=run.samples.recommended_temperature,
            sampling=None if sampling is None else f"{sampling}{quote(folder.name)}",
        )
        for folder, run in runs_by_time(artifacts / "runs").items()
    ]
    return index_page(entries)
