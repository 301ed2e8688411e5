"""The licence that Project Gutenberg puts around a book, told from a text of somebody else's by the words in it."""

import re

LEAST_WORDS = 3
BYTES_PER_WORD = 500  # The licence has one every 120, a header with long credits every 400.
WORD = re.compile(rb"gutenberg|\be-?(?:book|text)|licen[cs]e|copyright|trademark|public domain", re.IGNORECASE)


def reads_like_licence(text: bytes) -> bool:
    """Whether the text, without the lines that mark a book, names what a licence is about again and again.

    Args:
        text: in UTF-8; one of nothing but spaces is as good.
    """
    words = len(WORD.findall(text))
    return not text.strip() or (words >= LEAST_WORDS and words * BYTES_PER_WORD >= len(text))
