"""Normalise: downloaded bytes in, one normal text out."""

from pathlib import Path
from typing import BinaryIO

from tasks.caching import Artifact, Outcome, stage

MINIMUM_CHARACTERS = 1000
BLOCK = 12 << 16  # bytes; whole characters of UTF-8, whatever the length of one


@stage(libraries=("charset-normalizer", "unicode"))
def normalise(
    out: Path,
    downloads: list[Artifact],
    encoding: str | None = None,
    strip_gutenberg: bool | None = None,
) -> Outcome:
    """Decode, normalise and join the corpora into `text.txt`: UTF-8, LF, NFC, each on lines of its own.

    Raises:
        CorpusError: one is no text, or the whole is too short.
    """
    from tasks.corpus.errors import CorpusError
    from tasks.text.decoding import decode
    from tasks.text.gutenberg import Boilerplate, strip
    from tasks.text.normalising import Changes, normalised

    changes, boilerplate, encodings, joints = Changes(), Boilerplate(), [], 0
    with (out / "text.txt").open("w+b") as file:
        for number, download in enumerate(downloads, 1):
            declared = download.path("charset").read_text() if "charset" in download.names else None
            joints += _end_line(file)
            begin = file.tell()
            try:
                text, used = decode(download.path("corpus").read_bytes(), encoding=encoding, declared=declared)
                file.writelines(piece.encode() for piece in normalised([text], changes))
                if strip_gutenberg is not False:
                    strip(file, begin, boilerplate, asked=strip_gutenberg)
            except CorpusError as error:
                which = f"corpus {number} of {len(downloads)}: " if len(downloads) > 1 else ""
                raise CorpusError(f"{which}{error}") from None
            encodings.append(used)
        characters = changes.after + joints - boilerplate.characters
        _refuse_too_little(file, characters)
        size = file.seek(0, 2)
    notes = [*changes.notes(), *boilerplate.notes()]
    return Outcome(facts={"characters": characters, "encodings": encodings, "changes": notes, "bytes": size})


def _end_line(file: BinaryIO) -> bool:
    """End the file's last line; gives whether it was open. The file is at its end, before and after."""
    if not file.tell():
        return False
    file.seek(-1, 2)
    ends = file.read(1) == b"\n"
    file.write(b"" if ends else b"\n")
    return not ends


def _refuse_too_little(file: BinaryIO, characters: int) -> None:
    """Refuse a text that nothing can be learnt from.

    Raises:
        CorpusError: it is too short, or one character again and again.
    """
    from tasks.corpus.errors import CorpusError

    if characters < MINIMUM_CHARACTERS:
        raise CorpusError(
            f"the corpus has {characters:,} characters; {MINIMUM_CHARACTERS:,} are the least, 100,000 a good start; "
            "give more text (--corpus takes several)"
        )
    file.seek(0)
    first = file.read(4).decode(errors="ignore")[0]
    file.seek(0)
    blocks = iter(lambda: file.read(BLOCK), b"")
    if all(block == first.encode() * (len(block) // len(first.encode())) for block in blocks):
        raise CorpusError(f"the corpus is one character, {first!r}, {characters:,} times; give a real text")
