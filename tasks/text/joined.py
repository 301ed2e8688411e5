"""The joined text: the texts of all members of all corpora in one file, normalised, each on lines of its own."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tasks.corpus.choices import Markup, OnDamage
from tasks.corpus.members import Member, members
from tasks.corpus.rows import rows
from tasks.corpus.selection import Selection
from tasks.text.decoding import decode
from tasks.text.gutenberg import Boilerplate, strip
from tasks.text.normalising import Changes, normalised
from tasks.text.reading import Reading
from tasks.text.screening import check_bytes, screened

SHOWN_NOTES = 20


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What is done to the bytes of a corpus to make a normal text of them.

    Attributes:
        encoding: the character set that the user names; None: found out.
        on_damage: what becomes of bytes that do not fit, and of NULs.
        markup: what becomes of HTML, XML and the like.
        field: the field of a table whose rows are the texts; None: it is no table.
        strip_gutenberg: whether Project Gutenberg's headers and footers go; None: those no longer than a licence.
    """

    encoding: str | None = None
    on_damage: OnDamage = "refuse"
    markup: Markup = "refuse"
    field: str | None = None
    strip_gutenberg: bool | None = None


@dataclass(kw_only=True)
class JoinedText:
    """Texts one after the other in a file.

    Attributes:
        file: readable and writable, at its end; UTF-8.
        treatment: of the bytes.
        begins: where each text begins, in bytes.
        sources: how many texts there were before each corpus.
        encodings: by character set, how many members were in it.
        changes: what was changed in normalising.
        boilerplate: what was found of Project Gutenberg.
    """

    file: BinaryIO
    treatment: Treatment
    begins: "array[int]" = field(default_factory=lambda: array("q"))
    sources: list[int] = field(default_factory=list)
    encodings: Counter[str] = field(default_factory=Counter)
    changes: Changes = field(default_factory=Changes)
    boilerplate: Boilerplate = field(default_factory=Boilerplate)
    _notes: list[str] = field(default_factory=list)
    _more_notes: int = 0

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
        self.sources.append(len(self.begins))
        for member in members(path, chosen=selection):
            if self.treatment.field:
                with member.open() as stream:
                    self._add_rows(rows(stream, self.treatment.field, encoding=self.treatment.encoding or "utf-8"))
            else:
                self._add_member(member, declared)

    @property
    def notes(self) -> list[str]:
        """What is to be said of the texts, the same only once."""
        more = [f"and {self._more_notes:,} more notes"] if self._more_notes else []
        return [*self._notes, *more, *self.changes.notes(), *self.boilerplate.notes()]

    def _add_member(self, member: Member, declared: str | None) -> None:
        treatment = self.treatment
        with member.open() as stream:
            check_bytes(stream, name=member.name, markup=treatment.markup)
        reading, pieces = decode(member, encoding=treatment.encoding, declared=declared, on_damage=treatment.on_damage)
        pieces, found = screened(pieces, name=member.name, markup=treatment.markup)
        self.encodings[reading.encoding] += 1
        self._note(member.name, [*_guessed(reading), *reading.notes, *found])
        begin = self._add_text(pieces)
        if treatment.strip_gutenberg is not False:
            strip(self.file, begin, self.boilerplate, asked=treatment.strip_gutenberg)

    def _add_rows(self, texts: Iterable[str]) -> None:
        self.encodings["utf-8"] += 1
        for text in texts:
            self._add_text([text])

    def _add_text(self, pieces: Iterable[str]) -> int:
        _end_line(self.file)
        begin = self.file.tell()
        self.file.writelines(piece.encode() for piece in normalised(pieces, self.changes))
        if self.file.tell() > begin:
            self.begins.append(begin)
        return begin

    def _note(self, name: str, notes: Sequence[str]) -> None:
        for note in notes:
            shown = f"{name}: {note}" if name else note
            if shown in self._notes:
                continue
            if len(self._notes) < SHOWN_NOTES:
                self._notes.append(shown)
            else:
                self._more_notes += 1


def _guessed(reading: Reading) -> Iterator[str]:
    if reading.known_by == "a guess":
        words = f" by {', '.join(reading.evidence)}" if reading.evidence else ""
        yield f"{reading.encoding} is a guess{words}; --encoding names another character set"


def _end_line(file: BinaryIO) -> None:
    """End the file's last line. The file is at its end, before and after."""
    if not file.tell():
        return
    file.seek(-1, 2)
    if file.read(1) != b"\n":
        file.write(b"\n")
