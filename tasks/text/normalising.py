"""From decoded texts to one normal text: line ends, Unicode form, boilerplate."""

import re
import unicodedata

from tasks.corpus.errors import CorpusError

MINIMUM_CHARACTERS = 1000
GUTENBERG_START = re.compile(r"^\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG EBOOK.*\*\*\*\s*$", re.MULTILINE)
GUTENBERG_END = re.compile(r"^\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG EBOOK.*$", re.MULTILINE)


def normalise(text: str, *, strip_gutenberg: bool) -> tuple[str, list[str]]:
    """The text with LF line ends, in NFC, without byte order mark, and notes on what was changed.

    Args:
        text: as decoded.
        strip_gutenberg: whether to drop what stands outside Project Gutenberg's start and end lines.
    """
    notes = []
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        notes.append(f"carriage returns became line feeds ({text.count(chr(13)):,})")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not unicodedata.is_normalized("NFC", text):
        before = len(text)
        text = unicodedata.normalize("NFC", text)
        notes.append(f"composed to Unicode form NFC ({before:,} characters became {len(text):,})")
    if strip_gutenberg:
        start, end = GUTENBERG_START.search(text), GUTENBERG_END.search(text)
        if start and end and start.end() < end.start():
            before = len(text)
            text = text[start.end() : end.start()].strip("\n") + "\n"
            dropped = before - len(text)
            notes.append(f"dropped Project Gutenberg's header and footer ({dropped:,} characters)")
    return text, notes


def join(texts: list[str]) -> str:
    """The texts in order, each on lines of its own.

    Raises:
        CorpusError: the whole is too little to learn from.
    """
    text = "".join(part if part.endswith("\n") else f"{part}\n" for part in texts[:-1]) + texts[-1]
    if len(text) < MINIMUM_CHARACTERS:
        raise CorpusError(
            f"the corpus has {len(text):,} characters; {MINIMUM_CHARACTERS:,} are the least, 100,000 a good start"
        )
    if len(set(text)) < 2:
        raise CorpusError(f"the corpus is one character, {text[0]!r}, {len(text):,} times; give a real text")
    return text
