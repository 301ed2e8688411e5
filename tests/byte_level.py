"""Texts of bytes and their vocabularies."""

import dataclasses

from tasks.text.vocabulary import vocabulary_of


def inside(text):
    """A text, or bytes, as a model of bytes has them: each byte the character of its number."""
    return (text if isinstance(text, bytes) else text.encode()).decode("latin-1")


def byte_vocabulary(text):
    """The vocabulary of the bytes of a text."""
    return dataclasses.replace(vocabulary_of(inside(text)), level="byte")
