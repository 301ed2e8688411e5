"""Download: a corpus address in, its bytes out. The one stage that asks the world."""

from pathlib import Path

from tasks.caching import Artifact, Outcome, Unchanged, source
from tasks.corpus.redaction import redacted
from tasks.corpus.sources import kind_of, path_of


def seen_change(previous: Artifact, *, source: str, refetch: bool = False) -> str | None:
    """Why what was downloaded no longer holds, as far as can be told without the network."""
    from tasks.corpus.fetch import file_change

    if refetch:
        return "fetched again, as asked"
    if kind_of(source) == "file":
        return file_change(path_of(source), previous.facts["remember"])
    return "standard input is read every time" if kind_of(source) == "standard input" else None


@source(peek=seen_change)
def download(out: Path, previous: Artifact | None, *, source: str, refetch: bool = False) -> Outcome | Unchanged:
    """Fetch the corpus's bytes into `corpus`, or find that they have not changed.

    A character set that the server declares is kept in `charset`, unless it is UTF-8 and needs no mention.

    Raises:
        CorpusError: the corpus cannot be had.
    """
    from tasks.caching.digests import digest_of_file
    from tasks.corpus.fetch import fetch

    known = previous.facts["remember"] if previous and not refetch else None
    fetched = fetch(source, out / "corpus", known)
    if fetched.unchanged:
        return Unchanged(why=fetched.unchanged)
    sha256 = digest_of_file(out / "corpus")
    if kind_of(source) == "default" and previous and previous.facts["sha256"] == sha256:
        return Unchanged(why="built into this Python")
    if fetched.charset and fetched.charset.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        (out / "charset").write_text(fetched.charset.lower())
    size = (out / "corpus").stat().st_size
    return Outcome(facts={"sha256": sha256, "bytes": size, "source": redacted(source), "remember": fetched.remember})
