"""The words of a corpus, for scripts that write words apart, and which words of other texts it lacks."""

import unicodedata
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tasks.data.ids import Ids
from tasks.kernels.words import JOINER, LETTER, OUTSIDE, find_words, mark_known
from tasks.progress import progressing
from tasks.quality.hash_table import slots_of
from tasks.quality.texts import Spans, Texts
from tasks.text.byte_text import CONTINUATIONS
from tasks.text.vocabulary import Vocabulary

UNSPACED = (
    "CJK",
    "IDEOGRAPHIC",
    "HIRAGANA",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
    "TIBETAN",
)
UNSPACED_BYTES = "\xe3\xe4\xe5\xe6\xe7\xe8\xe9"  # The first of three, in UTF-8.
FEW_CONTROLS = 100
JOINERS = "'’ʼ\u200c\u200d"
LONGEST_MEAN = 20
ALL_BITS = (1 << 64) - 1
FACTOR = 0x9E3779B97F4A7C15


class Judgement(NamedTuple):
    """The words of each text, and how many of them a lexicon lacks, `(texts,)` int64 each, and where those are."""

    counts: np.ndarray
    missing: np.ndarray
    unknown: Spans


@dataclass(frozen=True, kw_only=True, eq=False)
class Lexicon:
    """The distinct words of a text, without regard to case. They are looked for in it, and never held.

    A word is a run of letters and combining marks, with single apostrophes or joiners between them; digits and
    hyphens part words. Words are told apart by numbers of 64 bits that are made from their letters.

    Attributes:
        ids: of the text.
        kinds: what each id is, and then what is between texts, `(vocabulary + 1,)` uint8.
        factors: of each id, what makes the numbers of words, `(vocabulary + 1,)` uint64.
        terms: as well.
    """

    ids: Ids
    kinds: np.ndarray
    factors: np.ndarray
    terms: np.ndarray

    def judge(self, texts: Texts) -> Judgement:
        """Which words of texts the lexicon lacks; words that touch an end of a text do not count: they may be cut."""
        apart = np.full(len(texts.ids) + len(texts.lengths), len(self.kinds) - 1, np.uint32)
        apart[np.arange(len(texts.ids)) + texts.owners] = texts.ids
        words = self._words(apart)
        firsts = texts.starts + np.arange(len(texts.lengths))
        owners = np.searchsorted(firsts, words[:, 0], "right") - 1
        starts, ends = (words[:, column].astype(np.int64) - owners for column in (0, 1))
        whole = (starts > texts.starts[owners]) & (ends < (texts.starts + texts.lengths)[owners])
        unknown = whole & ~self._has(words[:, 2])
        counts, missing = (np.bincount(owners[those], minlength=len(texts.lengths)) for those in (whole, unknown))
        return Judgement(counts, missing, Spans(starts=starts[unknown], ends=ends[unknown]))

    def total(self) -> int:
        """How many words the text has."""
        return sum(len(words) for words in self._words_by_piece())

    def _has(self, numbers: np.ndarray) -> np.ndarray:
        """Whether the words of these numbers are in the text."""
        distinct, places = np.unique(numbers, return_inverse=True)
        size, slots = slots_of(distinct)
        table, known = np.zeros(size, np.uint64), np.zeros(size, np.uint8)
        table[slots] = distinct
        for words in self._words_by_piece():
            mark_known(words, table, known)
        return known[slots][places] > 0

    def _words(self, ids: np.ndarray) -> np.ndarray:
        """Start, end and number of each word, `(words, 3)` uint64."""
        found = np.empty((len(ids) // 2 + 1, 3), np.uint64)
        return found[: find_words(ids, self.kinds, self.factors, self.terms, found)]

    def _words_by_piece(self) -> Iterator[np.ndarray]:
        """The words of the text, of one piece after the other; those of the next two are looked for meanwhile."""
        found = deque[Future[np.ndarray]]()
        with ThreadPoolExecutor(2) as pool:
            for piece in self._pieces():
                found.append(pool.submit(self._words, piece))
                if len(found) > 2:
                    yield found.popleft().result()
            yield from (words.result() for words in found)

    def _pieces(self) -> Iterator[np.ndarray]:
        """The text in pieces, cut where no word is, unless there is no such place."""
        rest = self.ids[:0]
        for piece in progressing("words", self.ids.pieces(), len(self.ids), "characters", len):
            outside = np.flatnonzero(self.kinds[piece[::-1][: 1 << 12]] == OUTSIDE)
            end = len(piece) - int(outside[0]) if len(outside) else len(piece)
            yield np.concatenate([rest, piece[:end]])
            rest = piece[end:]
        yield rest


def lexicon_of(ids: Ids, vocabulary: Vocabulary) -> Lexicon | None:
    """The lexicon of a text; None if it is written without words apart.

    That is so if less than half of its letters are of scripts that put blanks between words (Chinese, Japanese, Thai,
    Lao, Khmer, Burmese and Tibetan do not), or if what stands between blanks has more than 20 letters on average, as
    in a sequence of bases. The unknown character, which may be any letter, is one: no part of a word is a word.

    Of bytes all beyond ASCII are parts of letters, of Chinese or Japanese ones those from 0xE3 to 0xE9 on; and what has
    more than one control byte in a hundred is no text.
    """
    of_bytes, occurrences = vocabulary.level == "byte", ids.counts(vocabulary.size)
    letters = [_is_letter(c, of_bytes) for c in vocabulary.characters]
    spaced = [c not in UNSPACED_BYTES if of_bytes else _is_spaced(c) for c in vocabulary.characters]
    first = [not of_bytes or c not in CONTINUATIONS for c in vocabulary.characters]
    counts = occurrences * np.array(letters) * np.array(first)
    if counts @ np.array(spaced) * 2 < counts.sum() or not counts.any():
        return None
    controls = occurrences @ np.array([c < " " and not c.isspace() for c in vocabulary.characters])
    if of_bytes and controls * FEW_CONTROLS > occurrences.sum():
        return None
    kinds = [
        LETTER if letter or c == vocabulary.unknown_character else JOINER if c in JOINERS else OUTSIDE
        for c, letter in zip(vocabulary.characters, letters, strict=True)
    ]
    folded = [c if of_bytes and not c.isascii() else c.casefold() for c in vocabulary.characters]
    numbers = [_numbers_of(character) for character in folded]
    factors, terms = (np.array([*column, 0], np.uint64) for column in zip(*numbers, strict=True))
    lexicon = Lexicon(ids=ids, kinds=np.array([*kinds, OUTSIDE], np.uint8), factors=factors, terms=terms)
    return None if counts.sum() > LONGEST_MEAN * lexicon.total() else lexicon


def _is_letter(character: str, of_bytes: bool) -> bool:
    return (of_bytes and not character.isascii()) or unicodedata.category(character)[0] in "LM"


def _is_spaced(character: str) -> bool:
    return not unicodedata.name(character, "").startswith(UNSPACED)


def _numbers_of(folded: str) -> tuple[int, int]:
    """By what a character, given without its case, multiplies the number of a word, and what it adds to it."""
    factor, term = 1, 0
    for one in folded:
        factor, term = factor * FACTOR & ALL_BITS, (term * FACTOR + _mixed(ord(one))) & ALL_BITS
    return factor, term


def _mixed(number: int) -> int:
    """A number of 64 bits that looks drawn by chance (splitmix64, Steele et al. 2014)."""
    mixed = (number + 1) * FACTOR & ALL_BITS
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & ALL_BITS
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & ALL_BITS
    return mixed ^ mixed >> 31
