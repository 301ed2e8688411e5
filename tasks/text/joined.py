"""The joined text: the texts of all members of all corpora in one file, normalised, each on lines of its own."""

import contextlib
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path
from typing import BinaryIO

from tasks.corpus.choices import Level, Markup, OnDamage
from tasks.corpus.errors import CorpusError, NoMainTextError
from tasks.corpus.members import Member, members
from tasks.corpus.rows import HEAD_BYTES, character_set, rows
from tasks.corpus.selection import Selection
from tasks.text import character_sets, plain
from tasks.text.byte_text import bytes_of
from tasks.text.damage import Damage
from tasks.text.damage_policy import judged
from tasks.text.decoding import decode
from tasks.text.gutenberg import Boilerplate, strip
from tasks.text.normalising import Changes, normal, normalised
from tasks.text.reading import Reading
from tasks.text.screening import check_bytes, screened

SHOWN_NOTES = 20
ROWS = 64  # At once, which may be long ones.
PIECE_BYTES = 1 << 20
END_OF_FILE, RECORD_BYTES = b"\x1a", 128
AS_THEY_ARE = "bytes as they are"
LINE_ENDS = b"\r\n"  # Of these alone is no document.


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What is done to the bytes of a corpus to make a normal text of them.

    Attributes:
        level: bytes become the characters of their numbers, and no more is done to them.
        encoding: the character set that the user names; None: found out.
        on_damage: what becomes of bytes that do not fit, and of NULs.
        markup: what becomes of HTML, XML and the like.
        field: the field of a table whose rows are the texts; None: it is no table.
        strip_gutenberg: whether Project Gutenberg's headers and footers go; None: those no longer than a licence.
    """

    level: Level = "character"
    encoding: str | None = None
    on_damage: OnDamage = "refuse"
    markup: Markup = "refuse"
    field: str | None = None
    strip_gutenberg: bool | None = None


@dataclass(kw_only=True)
class JoinedText:
    """Texts one after the other in a file.

    Attributes:
        file: readable and writable, empty at first; UTF-8.
        begins: the same; where each text begins in the other, in bytes, as integers of 64 bits.
        treatment: of the bytes.
        sources: for each corpus an offset before which the texts of all others begin that came before it, and from
            which on its own do.
        encodings: by character set, how many members were in it.
        changes: what was changed in normalising.
        is_damaged: whether what was to be done with damage counted.
        boilerplate: what was found of Project Gutenberg.
    """

    file: BinaryIO
    begins: BinaryIO
    treatment: Treatment
    sources: list[int] = field(default_factory=list)
    encodings: Counter[str] = field(default_factory=Counter)
    changes: Changes = field(default_factory=Changes)
    is_damaged: bool = False
    boilerplate: Boilerplate = field(default_factory=Boilerplate)
    _notes: list[str] = field(default_factory=list)
    _more_notes: int = 0
    _size: int = 0
    _last: bytes = b""
    _is_blank: bool = True

    def add_corpus(self, path: Path, declared: str | None, selection: Selection) -> None:
        """Append the texts of a corpus.

        Args:
            path: of its bytes, which may be packed.
            declared: the character set that a server named.
            selection: of its members.

        Raises:
            CorpusError: a member is no text, or is damaged.
            MissingExtraError: text is to be extracted, and the extra `html` is not installed.
        """
        self.sources.append(self._size)
        self._is_blank = True
        empty: list[str] = []
        is_of_bytes = self.treatment.level == "byte"
        selected = members(
            path, chosen=selection, as_bytes=is_of_bytes, note=lambda name, said: self._note(name, [said])
        )
        for member in selected:
            with _named(member.name):
                try:
                    self._add(member, declared)
                except NoMainTextError:
                    if not member.name:
                        raise
                    empty.append(member.name)
        self._pass_over(empty)

    @property
    def notes(self) -> list[str]:
        """What is to be said of the texts, the same only once."""
        more = [f"and {self._more_notes:,} more notes"] if self._more_notes else []
        return [*self._notes, *more, *self.changes.notes(), *self.boilerplate.notes()]

    def _pass_over(self, pages: Sequence[str]) -> None:
        """Say of pages of the last corpus that they have no main text, or refuse it if nothing else is in it."""
        count = f"{len(pages):,} HTML page{'s' * (len(pages) > 1)}"
        if pages and self._size == self.sources[-1]:
            raise CorpusError(f"no main text was found in any of {count}; make plain text of them (pandoc -t plain)")
        if pages:
            were = "was" if len(pages) == 1 else "were"
            self._note("", [f"no main text was found in {count}, which {were} passed over, the first {pages[0]}"])

    def _add(self, member: Member, declared: str | None) -> None:
        if self.treatment.field:
            self._add_table(member, self.treatment.field)
        elif self.treatment.level == "byte":
            self._add_bytes(member)
        else:
            self._add_member(member, declared)

    def _add_member(self, member: Member, declared: str | None) -> None:
        treatment = self.treatment
        with member.open() as stream:
            check_bytes(stream, name=member.name, markup=treatment.markup)
        decoded = decode(member, encoding=treatment.encoding, declared=declared, on_damage=treatment.on_damage)
        texts, found = screened(decoded.texts, name=member.name, markup=treatment.markup)
        reading = decoded.reading
        self.is_damaged |= decoded.is_damaged
        self.encodings[reading.encoding] += 1
        self._note(member.name, [*_guessed(reading), *reading.notes, *found])
        if decoded.plain and not (found and treatment.markup == "extract"):
            decoded.texts.close()  # For two readers at once a compressed archive is unpacked once more.
            begin = self._add_text(plain.normalised(decoded.plain, self.changes))
        else:
            begin = self._add_text(_in_utf_8(texts, self.changes))
        self._drop_end_of_file(member.name, begin)
        if treatment.strip_gutenberg is not False:
            strip(self.file, begin, self.boilerplate, asked=treatment.strip_gutenberg)
            self._come_to_end()

    def _add_bytes(self, member: Member) -> None:
        """Append the bytes of a member right after those of the one before, to which line ends alone belong."""
        self.encodings[AS_THEY_ARE] += 1
        begin, has_text = self._size, False
        with member.open() as stream:
            for piece in iter(lambda: stream.read(PIECE_BYTES), b""):
                self._write(piece.decode("latin-1").encode())
                has_text = has_text or bool(piece.strip(LINE_ENDS))
        is_first = begin == self.sources[-1] and self._size > begin
        if is_first or (has_text and not self._is_blank):
            self.begins.write(begin.to_bytes(8, sys.byteorder))
        self._is_blank &= not has_text

    def _add_table(self, member: Member, field: str) -> None:
        asked = self.treatment.encoding or "utf-8"
        with member.open() as stream:
            encoding = character_set(stream.read(HEAD_BYTES), asked)
        encoding = character_sets.typed(encoding) or encoding
        self.encodings[encoding] += 1
        damage, notes = Damage(), list[str]()
        with member.open() as stream:
            texts = self._normal_rows(rows(stream, field, encoding=asked, note=notes.append), damage)
            filled = filter(lambda text: text.strip(LINE_ENDS), texts)
            while many := list(islice(filled, ROWS)):
                self._add_lines(many)
        self.is_damaged |= damage.is_there
        self._note(member.name, [*notes, *judged(damage, encoding, self.treatment.on_damage)])

    def _normal_rows(self, texts: Iterable[str], damage: Damage) -> Iterator[bytes]:
        """Each as UTF-8, normalised, without what is to go."""
        undone = {"refuse": "\0", "drop": "\0\ufffd", "keep": ""}[self.treatment.on_damage]
        for text in texts:
            if self.treatment.level == "byte":
                yield bytes_of(text).encode()
                continue
            damage.add(text + "\n")
            left = text.translate(dict.fromkeys(map(ord, undone))) if any(map(text.count, undone)) else text
            yield normal(left, self.changes).encode()

    def _add_lines(self, texts: Sequence[bytes]) -> None:
        """Append texts that are not empty."""
        self._end_line()
        lines = [text if text.endswith(b"\n") else text + b"\n" for text in texts]
        self.begins.write(array("q", accumulate(map(len, lines[:-1]), initial=self._size)))
        self._write(b"".join([*lines[:-1], texts[-1]]))

    def _add_text(self, pieces: Iterable[bytes]) -> int:
        self._end_line()
        begin, has_text = self._size, False
        for piece in pieces:
            self._write(piece)
            has_text = has_text or bool(piece.strip(LINE_ENDS))
        if has_text:
            self.begins.write(begin.to_bytes(8, sys.byteorder))
        else:  # Line feeds alone are no text.
            self.file.truncate(self.file.seek(begin))
            self._size, self._last = begin, b"\n"
        return begin

    def _drop_end_of_file(self, name: str, begin: int) -> None:
        """Drop the signs by which DOS ends a text, and fills what is left of its last record."""
        if self._last == END_OF_FILE:
            start = max(begin, self._size - RECORD_BYTES)
            self.file.seek(start)
            left = self.file.read().rstrip(END_OF_FILE)
            self.file.truncate(start + len(left))
            self._come_to_end()
            self._note(name, ["dropped DOS's mark of the end (U+001A)"])

    def _write(self, piece: bytes) -> None:
        self.file.write(piece)
        self._size += len(piece)
        self._last = piece[-1:] or self._last

    def _end_line(self) -> None:
        if self._size and self._last != b"\n":
            self._write(b"\n")

    def _come_to_end(self) -> None:
        """Go on at the end of the file, which may be another one now."""
        size = self.file.seek(0, 2)
        if size != self._size:
            self._size = size
            self.file.seek(max(0, size - 1))
            self._last = self.file.read(1)

    def _note(self, name: str, notes: Sequence[str]) -> None:
        for note in notes:
            shown = f"{name}: {note}" if name else note
            if shown in self._notes:
                continue
            if len(self._notes) < SHOWN_NOTES:
                self._notes.append(shown)
            else:
                self._more_notes += 1


@contextlib.contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of an error in the block which member it is of, unless it begins with that or there is but one."""
    try:
        yield
    except CorpusError as error:
        if not name or str(error).startswith(name):
            raise
        raise CorpusError(f"{name}: {error}") from None


def _guessed(reading: Reading) -> Iterator[str]:
    if reading.known_by == "a guess":
        words = f" by {', '.join(reading.evidence)}" if reading.evidence else ""
        yield f"{reading.encoding} is a guess{words}; --encoding names another character set"


def _in_utf_8(texts: Iterable[str], changes: Changes) -> Iterator[bytes]:
    return (text.encode() for text in normalised(texts, changes))
