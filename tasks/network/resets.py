"""Resets of the recurrent state where documents begin: what they follow on in texts that are drawn or scored."""

from tasks.corpus.choices import DocumentUnit, end_mark_of
from tasks.text.vocabulary import Vocabulary


def before_document(vocabulary: Vocabulary, unit: DocumentUnit) -> str:
    """The character that a document follows on: what ends documents, else what a text begins after."""
    mark = end_mark_of(unit)
    return mark if mark in vocabulary.characters else vocabulary.first


def reset_id(vocabulary: Vocabulary, unit: DocumentUnit | None) -> int | None:
    """The id before which the state is reset while text is drawn: what ends a document; None: nothing tells it."""
    mark = end_mark_of(unit) if unit else None
    return vocabulary.characters.index(mark) if mark in vocabulary.characters else None
