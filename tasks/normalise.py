"""Normalise: downloaded bytes in, one normal text out."""

from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("chardetng-py", "unicode", "webencodings"))
def normalise(
    out: Path,
    downloads: list[Artifact],
    encoding: str | None = None,
    strip_gutenberg: bool = True,
) -> Outcome:
    """Decode, normalise and join the corpora into `text.txt`: UTF-8, LF, NFC, no byte order mark.

    Raises:
        CorpusError: one is no text, or the whole is too short.
    """
    from tasks.corpus.errors import CorpusError
    from tasks.corpus.members import members
    from tasks.text.decoding import decode
    from tasks.text.normalising import join
    from tasks.text.normalising import normalise as normalised

    texts, encodings, changes = [], [], []
    for number, download in enumerate(downloads, 1):
        declared = download.path("charset").read_text() if "charset" in download.names else None
        try:
            for member in members(download.path("corpus")):
                reading, pieces = decode(member, encoding=encoding, declared=declared)
                text, notes = normalised("".join(pieces), strip_gutenberg=strip_gutenberg)
                texts.append(text)
                encodings.append(reading.encoding)
                changes += [*reading.notes, *notes]
        except CorpusError as error:
            which = f"corpus {number} of {len(downloads)}: " if len(downloads) > 1 else ""
            raise CorpusError(f"{which}{error}") from None
    text = join(texts)
    (out / "text.txt").write_text(text, encoding="utf-8", newline="")
    facts = {"characters": len(text), "encodings": encodings, "changes": changes}
    return Outcome(facts={**facts, "bytes": (out / "text.txt").stat().st_size})
