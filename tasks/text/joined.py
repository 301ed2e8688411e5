"""The joined text: the texts of all members of all corpora in one file, normalised, each on lines of its own."""

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tasks.corpus.errors import CorpusError, NoMainTextError
from tasks.corpus.members import Member, members
from tasks.corpus.rows import HEAD_BYTES, character_set, rows
from tasks.corpus.selection import Selection
from tasks.text import character_sets, plain
from tasks.text.byte_text import bytes_of
from tasks.text.characters import shortened
from tasks.text.damage import Damage
from tasks.text.damage_policy import judged
from tasks.text.decoding import decode
from tasks.text.gutenberg import Boilerplate, strip
from tasks.text.normalising import Changes, normal, normalised
from tasks.text.notes import Notes
from tasks.text.reading import Reading
from tasks.text.screening import check_bytes, screened
from tasks.text.text_file import LINE_ENDS, TextFile
from tasks.text.treatment import Treatment

ROWS = 64  # At once, which may be long ones.
PIECE_BYTES = 1 << 20
AS_THEY_ARE = "bytes as they are"


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
    _notes: Notes = field(default_factory=Notes)
    _is_blank: bool = True

    def __post_init__(self) -> None:
        self._text = TextFile(self.file, self.begins)

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
        self.sources.append(self._text.size)
        self._is_blank = True
        empty: list[str] = []
        is_of_bytes = self.treatment.level == "byte"
        selected = members(
            path, chosen=selection, as_bytes=is_of_bytes, note=lambda name, said: self._notes.add(name, [said])
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
        return [*self._notes.all(), *self.changes.notes(), *self.boilerplate.notes()]

    def _pass_over(self, pages: Sequence[str]) -> None:
        """Say of pages of the last corpus that they have no main text, or refuse it if nothing else is in it."""
        count = f"{len(pages):,} HTML page{'s' * (len(pages) > 1)}"
        if pages and self._text.size == self.sources[-1]:
            raise CorpusError(f"no main text was found in any of {count}; make plain text of them (pandoc -t plain)")
        if pages:
            were = "was" if len(pages) == 1 else "were"
            self._notes.add(
                "", [f"no main text was found in {count}, which {were} passed over, the first {shortened(pages[0])}"]
            )

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
        self._notes.add(member.name, [*_guessed(reading), *reading.notes, *found])
        if decoded.plain and not (found and treatment.markup == "extract"):
            decoded.texts.close()  # For two readers at once a compressed archive is unpacked once more.
            begin = self._text.add_text(plain.normalised(decoded.plain, self.changes))
        else:
            begin = self._text.add_text(_in_utf_8(texts, self.changes))
        if self._text.drop_end_of_file(begin):
            self._notes.add(member.name, ["dropped DOS's mark of the end (U+001A)"])
        if treatment.strip_gutenberg is not False:
            strip(self.file, begin, self.boilerplate, asked=treatment.strip_gutenberg)
            self._text.come_to_end()

    def _add_bytes(self, member: Member) -> None:
        """Append the bytes of a member right after those of the one before, to which line ends alone belong."""
        self.encodings[AS_THEY_ARE] += 1
        begin, has_text = self._text.size, False
        with member.open() as stream:
            for piece in iter(lambda: stream.read(PIECE_BYTES), b""):
                self._text.write(piece.decode("latin-1").encode())
                has_text = has_text or bool(piece.strip(LINE_ENDS))
        is_first = begin == self.sources[-1] and self._text.size > begin
        if is_first or (has_text and not self._is_blank):
            self._text.note_beginning(begin)
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
                self._text.add_lines(many)
        self.is_damaged |= damage.is_there
        self._notes.add(member.name, [*notes, *judged(damage, encoding, self.treatment.on_damage)])

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


@contextlib.contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of an error in the block which member it is of, unless it begins with that or there is but one."""
    try:
        yield
    except CorpusError as error:
        if not name or str(error).startswith(shortened(name)):
            raise
        raise CorpusError(f"{shortened(name)}: {error}") from None


def _guessed(reading: Reading) -> Iterator[str]:
    if reading.known_by == "a guess":
        words = f" by {', '.join(reading.evidence)}" if reading.evidence else ""
        yield f"{reading.encoding} is a guess{words}; --encoding names another character set"


def _in_utf_8(texts: Iterable[str], changes: Changes) -> Iterator[bytes]:
    return (text.encode() for text in normalised(texts, changes))
