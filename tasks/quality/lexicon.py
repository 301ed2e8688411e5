"""The words of a corpus, for scripts that write words apart, and which words of other texts it lacks."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tasks.data.ids import Ids
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
JOINERS = "'’ʼ\u200c\u200d"
LONGEST_MEAN = 20
PIECE_CHARACTERS = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """The distinct words of a text, without regard to case.

    A word is a run of letters and combining marks, with single apostrophes or joiners between them; digits and
    hyphens part words.
    """

    pattern: re.Pattern[str]
    words: frozenset[str]

    def judge(self, text: str) -> tuple[int, list[tuple[int, int]]]:
        """How many words the text has, and start and end of those that the lexicon lacks.

        Words that touch an end of the text do not count: they may be cut.
        """
        spans = [word.span() for word in self.pattern.finditer(text)]
        spans = [(start, end) for start, end in spans if start > 0 and end < len(text)]
        return len(spans), [(start, end) for start, end in spans if text[start:end] not in self]

    def __contains__(self, word: str) -> bool:
        return word in self.words or word.casefold() in self.words


def lexicon_of(ids: Ids, vocabulary: Vocabulary) -> Lexicon | None:
    """The lexicon of a text; None if it is written without words apart.

    That is so if less than half of its letters are of scripts that put blanks between words (Chinese, Japanese, Thai,
    Lao, Khmer, Burmese and Tibetan do not), or if what stands between blanks has more than 20 letters on average, as
    in a sequence of bases.
    """
    letters = "".join(c for c in vocabulary.characters if unicodedata.category(c)[0] in "LM")
    counts = ids.counts(vocabulary.size)[vocabulary.encode(letters)]
    spaced = np.array([not unicodedata.name(c, "").startswith(UNSPACED) for c in letters], bool)
    if counts[spaced].sum() * 2 < counts.sum() or not counts.any():
        return None
    one = f"[{re.escape(letters)}]"
    pattern = re.compile(f"{one}+(?:[{JOINERS}]{one}+)*")
    words: set[str] = set()
    total = 0
    for piece in _pieces(vocabulary, ids, letters + JOINERS):
        found = pattern.findall(piece)
        total += len(found)
        words.update(word.casefold() for word in set(found))
    if counts.sum() > LONGEST_MEAN * total:
        return None
    return Lexicon(pattern=pattern, words=frozenset(words))


def _pieces(vocabulary: Vocabulary, ids: Ids, within_words: str) -> Iterator[str]:
    """The text in pieces of about a million characters, cut where no word is."""
    inside = [character in within_words for character in vocabulary.characters]
    start = 0
    while start < len(ids):
        end = start + PIECE_CHARACTERS
        while end < len(ids) and inside[ids[end : end + 1][0]]:
            end += 1
        yield vocabulary.decode(ids[start:end])
        start = end
