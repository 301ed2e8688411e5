"""What can be chosen of how a corpus is read, divided and held out: names alone, which cost no import."""

from typing import Literal

OnDamage = Literal["refuse", "drop", "keep"]
Markup = Literal["refuse", "keep", "extract"]
DocumentUnit = Literal["files", "lines", "blank-lines", "none"]
Duplicates = Literal["keep", "drop"]
HoldOut = Literal["tail", "documents", "blocks"]
Level = Literal["character", "byte"]  # What a model tells apart; each is the word for one, too.

END_OF_TEXT = "\x03"


def end_mark_of(unit: DocumentUnit) -> str:
    """What ends a document where ends are to be learnt: of a line its line feed, else U+0003, END OF TEXT."""
    return "\n" if unit == "lines" else END_OF_TEXT
