"""What lies below artifacts/ after a fault: whole runs under their names, a way to one of them, an index of all."""

import contextlib
import hashlib
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from flows.errors import UsageError
from flows.runs.record import RunRecord
from flows.runs.search import latest_run
from tasks.caching.store.leases import read_leases
from tests.faults.survey import left_over

KNOWN = {"store", "runs", "latest", "index.html"}
CHANGING = re.compile(rb'"(seconds|started|finished|flow_run)": ?("[^"]*"|[\d.e-]+|null)|\d{4}-\d\d-\d\d(?= \xc2\xb7)')

Content = dict[str, str]


def content_of(folder: Path) -> Content:
    """A digest for each file below the folder of a run, without the times that it tells; empty if there is none."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            written = path.read_bytes()
            written = CHANGING.sub(b"", written) if path.name in ("run.json", "review.html") else written
            found[str(path.relative_to(folder))] = hashlib.sha256(written).hexdigest()
    return found


def half_made(artifacts: Path, runs: Mapping[str, list[Content]], follows: bool) -> Iterator[str]:
    """What has a final name and is not whole.

    Args:
        artifacts: the folder of all.
        runs: by the name of each run, what it may hold.
        follows: whether the link `latest` has to lead to a run, or finding one without it is enough.
    """
    for name, allowed in runs.items():
        folder = artifacts / "runs" / name
        if content_of(folder) not in allowed:
            yield f"run {name} is mixed: {sorted(content_of(folder))}"
        if folder.exists():
            RunRecord.read(folder)
    with contextlib.suppress(UsageError):
        latest = (artifacts / "latest").resolve() if follows else latest_run()
        if not content_of(latest) or content_of(latest) not in runs.get(latest.name, []):
            yield f"latest leads to {latest}"
    if not (links := linked(artifacts / "index.html")):
        yield f"the index tells of {links}"


def left(artifacts: Path) -> Iterator[str]:
    """What no later run would use or remove."""
    yield from left_over(artifacts / "store")
    for path in [*(artifacts / "runs" / ".drafts").iterdir(), *artifacts.iterdir()]:
        if path.parent != artifacts or path.name not in KNOWN:
            yield f"left over: {path.relative_to(artifacts)}"
    leases = read_leases(artifacts / "store/leases")
    for path in {*(artifacts / "store/leases").iterdir()} - {lease.path for lease in leases if lease.end}:
        yield f"a lease that is torn, or of a run without an end: {path.read_text()}"


def linked(index: Path) -> list[str]:
    """The runs that the index leads to; none if it is not whole."""
    page, found = index.read_text(), []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append(dict(attributes).get("href") or "")
    parser.feed(page)
    parser.close()
    return [link.split("/")[1] for link in found if link.startswith("runs/")] if "</html>" in page else []
