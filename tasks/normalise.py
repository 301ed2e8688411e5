"""Normalise: downloaded bytes in, one normal text out."""

from pathlib import Path

from tasks.caching import Artifact, Outcome, stage


@stage(libraries=("charset-normalizer", "unicode"))
def normalise(
    out: Path,
    downloads: list[Artifact],
    encoding: str | None = None,
    strip_gutenberg: bool = True,
) -> Outcome:
    """Decode, normalise and join the corpora into `text.txt`: UTF-8, LF, NFC, no byte order mark.

    `profile.json` says what the text is like, for the comparison with the next one from the same place.

    Raises:
        CorpusError: one is no text, or the whole is too short.
    """
    from tasks.corpus.errors import CorpusError
    from tasks.text.decoding import decode
    from tasks.text.normalising import join
    from tasks.text.normalising import normalise as normalised
    from tasks.text.profile import profile_of

    texts, encodings, changes = [], [], []
    for number, download in enumerate(downloads, 1):
        declared = download.path("charset").read_text() if "charset" in download.names else None
        try:
            text, used = decode(download.path("corpus").read_bytes(), encoding=encoding, declared=declared)
        except CorpusError as error:
            which = f"corpus {number} of {len(downloads)}: " if len(downloads) > 1 else ""
            raise CorpusError(f"{which}{error}") from None
        text, notes = normalised(text, strip_gutenberg=strip_gutenberg)
        texts.append(text)
        encodings.append(used)
        changes += notes
    text = join(texts)
    (out / "text.txt").write_text(text, encoding="utf-8", newline="")
    (out / "profile.json").write_text(profile_of([text]).to_json(), encoding="ascii")
    facts = {"characters": len(text), "encodings": encodings, "changes": changes}
    return Outcome(facts={**facts, "bytes": (out / "text.txt").stat().st_size})
