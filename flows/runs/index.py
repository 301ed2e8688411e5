"""The index over all runs, `artifacts/index.html`."""

from urllib.parse import quote

from flows.runs.search import ARTIFACTS, runs_by_time
from tasks.durable import write_durably


def write_index() -> None:
    """Write the page over all runs, whole or not at all."""
    from tasks.page.index import Entry, index_page

    entries = [
        Entry(
            name=folder.name,
            link=f"runs/{quote(folder.name)}/review.html",
            when=run.get("started", ""),
            corpus=run["corpus"]["url"],
            preset=run.get("options", {}).get("preset", ""),
            bits=run["model"]["validation_bits_per_character"],
            temperature=run["samples"].get("recommended_temperature"),
        )
        for folder, run in runs_by_time(ARTIFACTS / "runs").items()
    ]
    write_durably(ARTIFACTS / "index.html", index_page(entries), drafts=ARTIFACTS)
