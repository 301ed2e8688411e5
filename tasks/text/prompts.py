"""A file of prompts: one a line."""

import re
from pathlib import Path

from tasks.text.vocabulary import PromptError

MEANT = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}


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
