"""The vocabulary: the corpus's distinct characters in code point order, and the way between text and ids."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tasks.corpus.choices import Level
from tasks.text.characters import shown
from tasks.text.normalising import normal
from tasks.text.prompts import PromptError, UnknownPolicy

if TYPE_CHECKING:
    import numpy as np

NEAREST_COUNT = 3
NAMED = 5  # in a message
SIMILAR = ("'‘’‚‛`´′", '"“”„‟«»″', "-‐‑‒–—―−", ". …·", " \t\u00a0\u2003\u2009", "\n\u2028\u2029")


@dataclass(frozen=True)
class Vocabulary:
    """The characters of a corpus, sorted by code point; a character's id is its position.

    Attributes:
        characters: the distinct characters, ascending.
        counts: how often each occurs in the corpus.
        unknown_character: the one of them that stands for those of the corpus that are too rare to be told apart, and
            that no sample is made of; None where there are none.
        level: what the text consists of, and the word for one. At the level of bytes each is the character of its
            number, U+0000 to U+00FF, in all texts but those that people give (`inside`) and are shown (`outside`).
    """

    characters: tuple[str, ...]
    counts: tuple[int, ...]
    unknown_character: str | None = None
    level: Level = "character"

    @classmethod
    def from_json(cls, content: str) -> "Vocabulary":
        """Read what `to_json` wrote."""
        stored = json.loads(content)
        unknown, level = stored.get("unknown_character"), stored.get("level", "character")
        return cls(tuple(stored["characters"]), tuple(stored["counts"]), unknown, level)

    def to_json(self) -> str:
        """As ASCII JSON: `{"characters": [...], "counts": [...]}`, and `unknown_character` where there is one.

        At the level of bytes there is `"level": "byte"`, too.
        """
        unknown = {"unknown_character": self.unknown_character} if self.unknown_character else {}
        level = {"level": self.level} if self.level != "character" else {}
        return json.dumps({"characters": self.characters, "counts": self.counts, **unknown, **level})

    @property
    def size(self) -> int:
        """How many characters it has."""
        return len(self.characters)

    @cached_property
    def sha256(self) -> str:
        """Digest of the characters in order, of which one is unknown, and of the level; the counts play no part."""
        digest = hashlib.sha256("".join(self.characters).encode("utf-8", "surrogatepass"))
        if self.unknown_character:
            digest.update(b"\xff" + self.unknown_character.encode())  # a byte that no character has
        if self.level != "character":
            digest.update(b"\xfe" + self.level.encode())
        return digest.hexdigest()

    @property
    def never_drawn(self) -> tuple[int, ...]:
        """Ids of which no sample is made: that of the unknown character."""
        return (self.characters.index(self.unknown_character),) if self.unknown_character else ()

    @property
    def first(self) -> str:
        """What a text begins after where nothing else is said: a new line, or the first character that is drawn."""
        return "\n" if "\n" in self._drawn else next(c for c in self.characters if c in self._drawn)

    @property
    def encoding(self) -> str:
        """The character set in which the text becomes the bytes that it stands for."""
        return "latin-1" if self.level == "byte" else "utf-8"

    def inside(self, given: str) -> str:
        """What a text that a person gives is in the model's own: normalised as the corpus is, or its bytes in UTF-8."""
        from tasks.text.byte_text import bytes_of

        return bytes_of(given) if self.level == "byte" else normal(given)

    def outside(self, text: str, *, cut: bool = False) -> str:
        """What a person is shown of a text of the model: itself, or what its bytes are in UTF-8.

        Args:
            text: of the model.
            cut: it is out of a longer one: parts of characters at its ends are left out, not shown as U+FFFD.
        """
        from tasks.text.byte_text import text_of

        return text_of(text, cut=cut) if self.level == "byte" else text

    def aligned(self, text: str) -> "tuple[str, np.ndarray]":
        """The text as `outside` gives it, and where each of its characters ends in the model's, `(n,)` int64."""
        import numpy as np

        from tasks.text.byte_text import aligned

        return aligned(text) if self.level == "byte" else (text, np.arange(1, len(text) + 1))

    def begun(self, text: str) -> tuple[str, str]:
        """As `outside` gives it, what of a text can be shown before all of it has come, and the rest as it is."""
        from tasks.text.byte_text import begun

        return begun(text) if self.level == "byte" else (text, "")

    def named(self, character: str) -> str:
        """One of the characters as it can be shown by itself: a byte beyond ASCII written out."""
        return character if self.level == "character" or character.isascii() else f"\\x{ord(character):02x}"

    @cached_property
    def _drawn(self) -> frozenset[str]:
        return frozenset(self.characters) - {self.unknown_character}

    @property
    def id_type(self) -> "np.dtype[np.unsignedinteger]":
        """The narrowest little-endian unsigned integer that holds every id: 1, 2 or 4 bytes."""
        import numpy as np

        return np.dtype("<u1" if self.size <= 1 << 8 else "<u2" if self.size <= 1 << 16 else "<u4")

    def encode(self, text: str) -> "np.ndarray":
        """Ids of the text's characters: shape `(len(text),)`, dtype `id_type`.

        Raises:
            ValueError: a character is not in the vocabulary.
        """
        from tasks.text.points import places_of

        ids, offset = places_of(text, self._points)
        if offset is not None:
            named = shown(text[offset]) if self.level == "character" else f"0x{ord(text[offset]):02X}"
            raise ValueError(
                f"{self.level} {named} at offset {offset} is not in the vocabulary ({self.size} {self.level}s)"
            )
        return ids.astype(self.id_type)

    def decode(self, ids: "Sequence[int] | np.ndarray") -> str:
        """The text of these ids.

        Raises:
            IndexError: one is of no character.
        """
        from tasks.text.points import text_of

        return text_of(ids, self._points)

    def folded(self, text: str) -> str:
        """The text with the unknown character, where there is one, in the place of each that the vocabulary lacks."""
        if not self.unknown_character:
            return text
        return text.translate({ord(c): self.unknown_character for c in dict.fromkeys(text) if not self._has(c)})

    def unknown(self, given: str) -> list[str]:
        """The characters of a person's text that no sample is made of, each once, in order: those not all there."""
        return [character for character in dict.fromkeys(self._normal(given)) if not self._has(character)]

    def _normal(self, given: str) -> str:
        return normal(given) if self.level == "character" else given

    def _has(self, character: str) -> bool:
        return character in self._drawn if self.level == "character" else self._drawn.issuperset(self.inside(character))

    def nearest(self, character: str) -> list[str]:
        """Up to three characters of the vocabulary that could stand for this one, the likeliest first."""
        bare = unicodedata.normalize("NFKD", character)[:1]
        similar = "".join(group for group in SIMILAR if character in group)
        likely = [character.swapcase(), bare, bare.swapcase(), *similar]
        kind = unicodedata.category(character)
        drawn = filter(self._has, self._drawn)
        by_distance = sorted(drawn, key=lambda c: (unicodedata.category(c) != kind, abs(ord(c) - ord(character)), c))
        return [c for c in dict.fromkeys([*likely, *by_distance]) if c and self._has(c)][:NEAREST_COUNT]

    def fit_prompt(self, prompt: str, policy: UnknownPolicy, what: str = "prompt") -> str:
        """The prompt with only characters that the vocabulary has; what `inside` makes of it can be encoded.

        Args:
            prompt: any text of a person.
            policy: what to do with other characters: refuse them, put the nearest in their place, drop them.
            what: the word for it in a message.

        Raises:
            PromptError: there are some and the policy is to refuse them.
        """
        prompt = self._normal(prompt)
        unknown = self.unknown(prompt)
        if unknown and policy == "refuse":
            raise PromptError(
                f"the {what} has characters {self.lacking}: {self._named(unknown, prompt)}; "
                f"change the {what}, or pass --unknown-characters nearest or drop"
            )
        table = {c: "".join(self.nearest(c)[:1]) if policy == "nearest" else "" for c in unknown}
        return "".join(table.get(c, c) for c in prompt)

    @property
    def lacking(self) -> str:
        """Why a character is unknown, for a message."""
        what = "whose bytes " if self.level == "byte" else "that "
        return f"{what}the corpus lacks{' or that are too rare in it' if self.unknown_character else ''}"

    def _named(self, unknown: list[str], prompt: str) -> str:
        if len(unknown) > NAMED:
            examples = ", ".join(map(shown, unknown[:NAMED]))
            return f"{len(unknown):,} of its {len(set(prompt)):,} distinct ones, for example {examples}"
        written = r"; for a backslash before n, t, x or u write \\" if min(unknown) < " " else ""
        nearest = {c: " ".join(map(shown, self.nearest(c))) or "none" for c in unknown}
        named = (f"{shown(c)} at position {prompt.index(c)} (nearest: {nearest[c]})" for c in unknown)
        return "; ".join(named) + (written if "\\" in self.characters else "")

    @cached_property
    def _points(self) -> "np.ndarray":
        from tasks.text.points import code_points

        return code_points("".join(self.characters))


def vocabulary_of(text: str) -> Vocabulary:
    """The vocabulary of a text."""
    from tasks.text.points import counted

    points, counts = counted(text)
    return Vocabulary(tuple(map(chr, points)), tuple(counts))
