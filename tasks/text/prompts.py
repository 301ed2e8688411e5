"""Prompts: what can be wrong with one, and a file of them, one a line."""

import re
from pathlib import Path
from typing import Literal

UnknownPolicy = Literal["refuse", "nearest", "drop"]

MEANT = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}


class PromptError(ValueError):
    """A prompt holds characters that the vocabulary lacks, or no prompt can be had."""


def prompts_of(path: Path) -> list[str]:
    r"""The prompts in a UTF-8 file, one a line, empty lines left out; `\n`, `\t` and `\\` stand for what they do in C.

    Raises:
        PromptError: it cannot be read, or holds none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"cannot read --prompts {path}: {error}") from None
    prompts = [re.sub(r"\\[nt\\]", lambda escape: MEANT[escape[0]], line) for line in lines if line]
    if not prompts:
        raise PromptError(f"--prompts {path} holds no prompts; write one a line")
    return prompts
