"""Values of ingredients as a line shows them: long texts cut, of long lists how many there are and what differs."""

import re
from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Any

SHOWN_LENGTH = 60
SHOWN_DIFFERENCE = 120
BEFORE_DIFFERENCE = 10
DIGEST = re.compile("[0-9a-f]{64}")


def change_of(old: Any, new: Any, nothing: str = "None") -> str:
    """Two values that differ, old and new; of long lists how many there are, and what only one has if that is short.

    Args:
        old: the value before.
        new: that after.
        nothing: what stands for a value that is None.
    """
    # A text and its bytes: the same to people.
    readable = _of_bytes if _whole(old, _of_bytes) != _whole(new, _of_bytes) else str
    are_lists = isinstance(old, list | Mapping) and isinstance(new, list | Mapping)
    if are_lists and any(len(_whole(value, readable)) > SHOWN_LENGTH for value in (old, new)):
        return _change_of_lists(_items(old), _items(new), readable)
    if isinstance(old, str) and isinstance(new, str):
        old, new = _from_difference(old, new)
    return " → ".join(nothing if value is None else _shown(value, readable) for value in (old, new))


def _change_of_lists(old: list[Any], new: list[Any], readable: Callable[[str], str]) -> str:
    parts = {"gone": _without(old, new), "new": _without(new, old)}
    told = ", ".join(f"{_shown(one, readable)} {what}" for what, some in parts.items() for one in some)
    if len(told) > SHOWN_DIFFERENCE:
        told = ", ".join(f"{len(some):,} {what}" for what, some in parts.items() if some)
    return f"{len(old):,} → {len(new):,} in all: {told or 'the same ones, in another order or number'}"


def _without(items: list[Any], others: list[Any]) -> list[Any]:
    there = {_whole(one, str) for one in others}
    return [one for one in items if _whole(one, str) not in there]


def _items(value: Any) -> list[Any]:
    return [{name: value[name]} for name in value] if isinstance(value, Mapping) else value


def _from_difference(old: str, new: str) -> tuple[str, str]:
    """Two texts without the beginning that both have, where it is so long that the difference would be cut off."""
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))) - BEFORE_DIFFERENCE
    return (f"…{old[start:]}", f"…{new[start:]}") if start > SHOWN_LENGTH // 2 else (old, new)


def _shown(value: Any, readable: Callable[[str], str]) -> str:
    text = _whole(value, readable)
    if len(text) <= SHOWN_LENGTH:
        return text
    count = f" ({len(value):,} in all)" if isinstance(value, list | Mapping) and len(value) > 1 else ""
    return f"{text[: SHOWN_LENGTH - 1]}…{count}"


def _whole(value: Any, readable: Callable[[str], str]) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_whole(one, readable)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_whole(one, readable) for one in value) + "]"
    if isinstance(value, str):
        return value[:12] if DIGEST.fullmatch(value) else repr(readable(value))
    return str(value)


def _of_bytes(text: str) -> str:
    """The text that bytes are in UTF-8, if the characters stand for such; texts of bytes come as their numbers."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
