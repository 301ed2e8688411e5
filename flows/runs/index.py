"""The index over all runs, `artifacts/index.html`."""

from pathlib import Path
from urllib.parse import quote

from flows.runs.drafts import FOLDER
from flows.runs.search import runs_by_time
from tasks.durable import write_durably


def write_index(artifacts: Path) -> None:
    """Write the page over all runs in this folder, whole or not at all; the drafts' lock is held by the caller."""
    from tasks.page.index import Entry, index_page

    entries = [
        Entry(
            name=folder.name,
            link=f"runs/{quote(folder.name)}/review.html",
            when=run.started,
            corpus=run.corpus.url,
            preset=str(run.options.get("preset", "")),
            unit=run.corpus.level,
            bits=run.model.validation_bits_per_character,
            stale_since=run.corpus.stale_since,
            temperature=run.samples.recommended_temperature,
        )
        for folder, run in runs_by_time(artifacts / "runs").items()
    ]
    write_durably(artifacts / "index.html", index_page(entries), drafts=artifacts / "runs" / FOLDER)
