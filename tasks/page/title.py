"""The title of a corpus: of its first words, what reads as a line does."""

import itertools
import re

from tasks.text.byte_text import NO_CHARACTER
from tasks.text.characters import visible

TITLE_CHARACTERS = 64
SHORTEST_SENTENCE = 16
BLANKS, NO_WORDS, NO_TEXT = "A corpus of blanks", "A corpus that begins without words", "A corpus that is no text"
MOST_WITHOUT = 4  # of the opening a fourth may be of no character, or be controls
RULE = re.compile(r"([^\w\s])\1{2,}")  # three and more of one mark, as lines are drawn with
SENTENCE = re.compile(r".*?[.!?。！？]+[\"'”’»)]*(?= |$)")


def title_of(opening: str) -> str:
    """A heading that the text begins with, else its first sentence, else its first words, on one line.

    Args:
        opening: the first characters of the corpus; a long line is cut between words where there are any.
    """
    if sum(c == NO_CHARACTER or (c < " " and not c.isspace()) for c in opening) * MOST_WITHOUT > len(opening):
        return NO_TEXT
    line = _heading(opening) or _on_a_line(opening)
    if len(line) <= TITLE_CHARACTERS:
        return line or (NO_WORDS if opening.strip() else BLANKS)
    sentence = SENTENCE.match(line[:TITLE_CHARACTERS])
    if sentence and len(sentence[0]) >= SHORTEST_SENTENCE and line[len(sentence[0])] == " ":
        return sentence[0]
    cut = line[:TITLE_CHARACTERS]
    words = (cut.rsplit(" ", 1)[0] if " " in cut[TITLE_CHARACTERS // 2 :] else cut).rstrip(" ,;:.–—-")
    return f"{words} …" if words else NO_WORDS


def label_of(title: str) -> str:
    """What the title of a corpus is, for those who see it for the first time."""
    return "The corpus" if title in (BLANKS, NO_WORDS, NO_TEXT) else "The corpus begins"


def _heading(opening: str) -> str:
    """The first line that a rule is drawn under, of several words if there is one; empty if there is none."""
    lines = [line.strip() for line in opening.split("\n")]
    ruled = [above for above, below in itertools.pairwise(lines) if RULE.fullmatch(below)]
    found = [line for line in map(_on_a_line, ruled) if line]
    return next((line for line in found if " " in line), "".join(found[:1]))


def _on_a_line(text: str) -> str:
    """The words of a text without the rules drawn between them, control characters written out."""
    words = text[: 4 * TITLE_CHARACTERS].split()
    return " ".join(visible(word) for word in words if not RULE.fullmatch(word) or word.startswith("..."))
