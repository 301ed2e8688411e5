"""Download: a corpus address in, its bytes out. The one stage that asks the world."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.caching import Artifact, Outcome, Unchanged, resume_folder, source
from tasks.corpus.redaction import redacted
from tasks.corpus.sources import identity, kind_of, path_of


def seen_change(
    previous: Artifact | None,
    *,
    source: str,
    refetch: bool = False,
    headers: Sequence[str] = (),
    allow_private_hosts: bool = False,
) -> str | None:
    """Why what was downloaded no longer holds, as far as can be told without the network or reading the corpus.

    Without what was downloaded before, it only looks whether there is a file.

    Raises:
        CorpusError: there is no such file.
    """
    from tasks.corpus.files import file_change, local_kind

    kind = kind_of(source)
    if kind == "file":
        local_kind(path_of(source))
    if previous is None:
        return None
    if refetch:
        return "fetched again, as asked"
    if kind == "file":
        return file_change(path_of(source), previous.notes["remember"])
    return "standard input is read every time" if kind == "standard input" else None


@source(peek=seen_change, identity=identity)
def download(
    out: Path,
    previous: Artifact | None,
    *,
    source: str,
    refetch: bool = False,
    headers: Sequence[str] = (),
    allow_private_hosts: bool = False,
) -> Outcome | Unchanged:
    """Fetch the corpus's bytes into `corpus`, or find that they have not changed.

    Several files become one uncompressed tar. Hosts that are not public, and files of this machine, are asked only
    where the source itself leads to them, and in a run that nobody attends only if they are allowed.
    A character set that the server declares is kept in `charset`, unless it is UTF-8 and needs no mention. What has
    arrived from a server when the run is killed is gone on with in the next run, if the server can.

    Raises:
        TransientCorpusError: the corpus cannot be had for now.
        CorpusError: the corpus cannot be had.
    """
    from tasks.corpus.fetch import fetch
    from tasks.corpus.files import sha256_of
    from tasks.corpus.hosts import is_attended

    private: Any = "allowed" if allow_private_hosts else "named" if is_attended() else "refused"
    known = previous.notes["remember"] if previous and not refetch else None
    fetched = fetch(source, out / "corpus", known, partial=resume_folder(out), headers=headers, private=private)
    if fetched.unchanged:
        return Unchanged(why=fetched.unchanged)
    if fetched.charset and fetched.charset.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        (out / "charset").write_text(fetched.charset.lower())
    sha256 = fetched.remember.get("sha256") or sha256_of(out / "corpus")
    facts = {"sha256": sha256, "bytes": (out / "corpus").stat().st_size}
    notes: dict[str, Any] = {"source": redacted(source), "remember": fetched.remember}
    if fetched.said:
        notes["findings"] = list(fetched.said)
    return Outcome(facts=facts, notes=notes)
