"""What is done to the bytes of a corpus, as the user asks."""

from dataclasses import dataclass

from tasks.corpus.choices import Level, Markup, OnDamage


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What is done to the bytes of a corpus to make a normal text of them.

    Attributes:
        level: bytes become the characters of their numbers, and no more is done to them.
        encoding: the character set that the user names; None: found out.
        on_damage: what becomes of bytes that do not fit, and of NULs.
        markup: what becomes of HTML, XML and the like.
        field: the field of a table whose rows are the texts; None: it is no table.
        strip_gutenberg: whether Project Gutenberg's headers and footers go; None: those no longer than a licence.
    """

    level: Level = "character"
    encoding: str | None = None
    on_damage: OnDamage = "refuse"
    markup: Markup = "refuse"
    field: str | None = None
    strip_gutenberg: bool | None = None
