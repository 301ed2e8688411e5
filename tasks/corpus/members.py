"""Members of a corpus: the files that it consists of, out of whatever it is packed in."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from tasks.corpus import tar_archive, zip_archive
from tasks.corpus.archive_entries import ArchiveEntry, is_hidden
from tasks.corpus.compression import decoder_of, decompressed
from tasks.corpus.errors import CorpusError
from tasks.corpus.forward import ForwardBytes
from tasks.corpus.limits import Allowance, CountedStream, Meter, counted
from tasks.corpus.ranges import Bytes, FileBytes, StreamBytes
from tasks.corpus.selection import Selection
from tasks.corpus.streams import buffered
from tasks.progress import Position
from tasks.text.characters import shortened
from tasks.text.containers import kind_of_zip
from tasks.text.kinds import Kind, refusal

MAXIMUM_LAYERS = 4  # a folder that was packed, of packed archives, of packed files
HEAD_BYTES = 1024
LONGEST_MIMETYPE = 200


@dataclass(frozen=True)
class Member:
    """A file of a corpus.

    Attributes:
        name: in the archive, those of nested archives before it; empty where the corpus is no archive.
        open: gives a stream of its bytes from the first on, as often as it is called; `CorpusError` while it is read
            says that they are damaged or unpack to more than is granted.
    """

    name: str
    open: Callable[[], BinaryIO]


def members(
    source: Path | BinaryIO,
    *,
    chosen: Sequence[str] | Selection = (),
    as_bytes: bool = False,
    note: Callable[[str, str], None] = lambda name, said: None,
) -> Iterator[Member]:
    """The files that a corpus consists of, in order: itself, or what it unpacks to.

    Archives and compressed files are told by their content, and unpacked up to four layers deep. Nothing is extracted,
    and what is read is read piece by piece; each member is best read before the next is asked for. Hidden files and
    those of systems (`.DS_Store`, `.git/`, `__MACOSX/`), empty ones, folders, links and devices are passed over.

    Args:
        source: a file, or a stream, of which a copy is taken into a temporary file.
        chosen: patterns of which each member must match one; or, if several files have their members chosen by the
            same, a selection that the caller checks at the end.
        as_bytes: a document in the guise of an archive is a member as it is, and not refused.
        note: is told, once while it is read, the name of a file and what was passed over or lacks at its end.

    Raises:
        CorpusError: it is damaged, encrypted, unpacks to too much, or is a document in the guise of an archive; it has
            no members; or a pattern matched none.
    """
    selection = chosen if isinstance(chosen, Selection) else Selection(chosen)
    content = _watched(source) if isinstance(source, Path) else FileBytes.spooled(source)
    unpacking = _Unpacking(selection, Allowance(content.size), note, as_bytes=as_bytes)
    count = 0
    with _named(""):
        for member in unpacking.members(content, "", 0, is_wanted=True):
            count += 1
            yield member
    if selection is not chosen:
        selection.check()
    if not count and not selection.patterns:
        raise CorpusError("the corpus is packed, and there is no text in it; give one with text in it")


def _watched(path: Path) -> FileBytes:
    """The bytes of a file; how far it has been read is told."""
    return FileBytes.of(path, Position("read the corpus", path.stat().st_size, "bytes").reach)


class _Unpacking:
    def __init__(
        self, selection: Selection, allowance: Allowance, note: Callable[[str, str], None], *, as_bytes: bool
    ) -> None:
        self.selection, self.allowance, self.as_bytes = selection, allowance, as_bytes
        self._note, self._noted = note, set[tuple[str, str]]()

    def note(self, name: str, said: str) -> None:
        """Tell of what was passed over, however often it is read."""
        if (name, said) not in self._noted:
            self._noted.add((name, said))
            self._note(name, said)

    def members(self, content: Bytes, name: str, layers: int, *, is_wanted: bool) -> Iterator[Member]:
        """The members of what may be packed, and is itself within so many layers."""
        try:
            head = content.head(HEAD_BYTES)
        except CorpusError:
            if is_wanted:
                raise
            head = b""
        decoder = decoder_of(head)
        is_archive = zip_archive.is_zip(head) or tar_archive.is_tar(head)
        if (decoder or is_archive) and layers == MAXIMUM_LAYERS:
            raise CorpusError(f"it is packed more than {MAXIMUM_LAYERS} times; unpack it and give the text")
        if decoder:
            note = partial(self.note, name)
            unpacked = self._limited(StreamBytes(lambda: decompressed(content.open(), decoder, note=note)))
            yield from self.members(unpacked, name, layers + 1, is_wanted=is_wanted)
        elif is_archive:
            yield from self._of_archive(content, head, name, layers, is_wanted=is_wanted)
        elif head or not layers:
            yield from self._itself(content, name, is_wanted=is_wanted)

    def _itself(self, content: Bytes, name: str, *, is_wanted: bool) -> Iterator[Member]:
        self.selection.note(name)
        if is_wanted:
            yield Member(name, partial(_opened, content, name, Meter(self.allowance)))

    def _of_archive(self, content: Bytes, head: bytes, name: str, layers: int, *, is_wanted: bool) -> Iterator[Member]:
        is_zip = zip_archive.is_zip(head)
        listed = self._zip_entries(content, name, is_wanted) if is_zip else self._tar_entries(content, name)
        if listed is None:
            yield from self._itself(content, name, is_wanted=is_wanted)
        for entry in listed or ():
            if is_hidden(entry.name) and not self.selection.means_hidden:
                continue
            own_name = entry.name.removeprefix("./") or "(unnamed)"
            full_name = f"{name}/{own_name}" if name else own_name
            is_chosen = self.selection.takes(full_name) or (bool(name) and is_wanted)
            with _named(full_name):
                yield from self.members(entry.content, full_name, layers + 1, is_wanted=is_chosen)

    def _zip_entries(self, content: Bytes, name: str, is_wanted: bool) -> Iterator[ArchiveEntry] | None:
        """The files of a zip archive; of one that is a document, no file is of interest by itself.

        None: it is a document, and taken as it is.
        """
        seekable = content if content.seekable else FileBytes.spooled(content.open())
        entries = [replace(one, content=self._limited(one.content)) for one in zip_archive.entries(seekable)]
        kind = _kind_of_zip(entries)
        if kind and self.as_bytes:
            return None
        if kind and is_wanted:
            raise _NamedError(refusal(kind, name))
        return iter([] if kind else entries)

    def _tar_entries(self, content: Bytes, name: str) -> Iterator[ArchiveEntry]:
        archive = content if content.seekable else ForwardBytes(content.open)
        return tar_archive.entries(archive, partial(self.note, name))

    def _limited(self, content: Bytes) -> Bytes:
        return StreamBytes(lambda: counted(content.open(), self.allowance.check))


def _kind_of_zip(entries: Sequence[ArchiveEntry]) -> Kind | None:
    mimetype = next((one.content.head(LONGEST_MIMETYPE) for one in entries[:1] if one.name == "mimetype"), b"")
    return kind_of_zip({one.name for one in entries}, mimetype.decode("latin-1"))


def _opened(content: Bytes, name: str, meter: Meter) -> BinaryIO:
    with _named(name):
        return buffered(_MemberStream(content.open(), meter.check, name))


class _MemberStream(CountedStream):
    def __init__(self, stream: BinaryIO, check: Callable[[int], None], name: str) -> None:
        super().__init__(stream, check)
        self.name = name

    def pull(self, size: int) -> bytes:
        with _named(self.name):
            return super().pull(size)


class _NamedError(CorpusError):
    """What is wrong with a member that it names."""


@contextlib.contextmanager
def _named(name: str) -> Iterator[None]:
    """Name the member in what is found to be wrong with it."""
    try:
        yield
    except _NamedError:
        raise
    except CorpusError as error:
        raise _NamedError(f"{shortened(name) or 'the corpus'} cannot be read: {error}") from None
