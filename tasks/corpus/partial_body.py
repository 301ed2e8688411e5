"""The part of a body that has arrived, kept so that the next attempt, or the next process, goes on from it."""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tasks.corpus.fingerprint import fingerprint_of, recognises
from tasks.durable import write_durably

PROGRESS_BYTES = 64 << 10
PROGRESS_SHARE = 1000


@dataclass(frozen=True, kw_only=True)
class Description:
    """What the server said of the body with its first byte; an answer with the rest need not repeat it.

    Attributes:
        resumable: whether the ETag is a strong one, which promises equal bytes.
        length: of the whole body in bytes; None: not declared.
    """

    etag: str | None = None
    last_modified: str | None = None
    charset: str | None = None
    length: int | None = None
    resumable: bool = False


class PartialBody:
    """A folder with the bytes that arrived and, if they may be gone on with, a note of what they belong to.

    Attributes:
        request: a fingerprint of the request that the body answers.
    """

    def __init__(self, folder: Path, request: str) -> None:
        """Go on with what the folder holds, if that answers this request, which is noted as a fingerprint alone."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "body"
        self._note = folder / "body.json"
        self.request, self.described = self._read(request) or (fingerprint_of(request), Description())
        if not self.described.resumable:
            self.drop()

    @property
    def arrived(self) -> int:
        """How many bytes are there to be gone on with; 0 if the body is to be fetched from its start."""
        size = self.path.stat().st_size if self.described.resumable and self.path.exists() else 0
        # The last byte is asked for again: no server has a range that starts at the end.
        return size if self.described.length is None else min(size, self.described.length - 1)

    @property
    def progress(self) -> int:
        """How many new bytes are worth the count of attempts to begin anew; a server that drips brings fewer."""
        length = self.described.length
        return PROGRESS_BYTES if length is None else min(PROGRESS_BYTES, length // PROGRESS_SHARE + 1)

    def begin(self, described: Description) -> None:
        """Prepare for a body that comes from its start."""
        self.drop()
        self.path.touch()
        self.described = described
        if described.resumable:
            note = json.dumps({"request": self.request, **asdict(described)})
            write_durably(self._note, note, drafts=self._note.parent)

    def drop(self) -> None:
        """Forget what arrived; the note goes first, so that it never stands beside another body."""
        self.described = Description()
        self._note.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def finish(self, destination: Path) -> None:
        """Move the whole body to the destination, on the same file system."""
        self.path.replace(destination)
        self._note.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave nothing that could not be gone on with."""
        if not self.arrived:
            self.drop()

    def _read(self, request: str) -> tuple[str, Description] | None:
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            noted = note.pop("request")
            if recognises(noted, request):
                return noted, Description(**note)
        return None
