"""Prompts: how they are written, what can be wrong with one, and a file of them, one a line."""

import re
from pathlib import Path
from typing import Literal

from tasks.corpus.errors import why_unread

UnknownPolicy = Literal["refuse", "nearest", "drop"]

ESCAPE = re.compile(r"\\(?:([nt\\])|x([0-7][0-9a-fA-F])|u(?![dD][89a-fA-F])([0-9a-fA-F]{4}))")
MEANT = {"n": "\n", "t": "\t", "\\": "\\"}


class PromptError(ValueError):
    """A prompt holds characters that the vocabulary lacks, or no prompt can be had."""


def meant(text: str) -> str:
    r"""The text that is meant by one as it is typed: `\n`, `\t`, `\\`, `\x03` and `\u0003` stand for what they do in C.

    Of two digits ASCII's characters alone can be written, which are the same as bytes and as characters.
    """
    return ESCAPE.sub(lambda found: MEANT.get(found[1]) or chr(int(found[2] or found[3], 16)), text)


def prompts_of(path: Path) -> list[str]:
    """The prompts in a UTF-8 file as they are typed, one a line, empty lines left out.

    Raises:
        PromptError: it cannot be read, or holds none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"cannot read --prompts {path}: {why_unread(error)}") from None
    prompts = [line for line in lines if line]
    if not prompts:
        raise PromptError(f"--prompts {path} holds no prompts; write one a line")
    return prompts
