"""The unit of a model's text in the words that tell of it: a character, or a byte."""


def in_units(words: str, unit: str) -> str:
    """Words that speak of characters, speaking of bytes where those are the unit; none of them may be of a text."""
    return words.replace("character", unit)
