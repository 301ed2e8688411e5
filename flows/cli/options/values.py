"""The kinds of values that options have, each with the check of what is given."""

import math
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from tasks.corpus.sources import kind_of
from tasks.text import character_sets

HEADER = re.compile(r"[!#$%&'*+.^`|~\w-]+:[^\r\n]*", re.ASCII)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


def _readable(source: str) -> str:
    kind_of(source)
    return source


def _is_header(line: str) -> str:
    if not HEADER.fullmatch(line):
        raise ValueError("holds a line that is no HTTP header; write 'Name: value', with ${NAME} for what is secret")
    return line


def _is_encoding(name: str) -> str:
    if character_sets.typed(name) is None:
        raise ValueError(f"names no character set of texts, got {name!r}; give one such as utf-8, latin-1 or gb18030")
    return name


def _listed(value: Any) -> Any:
    """A value by itself is a list of one, as on the command line."""
    return [value] if isinstance(value, str | int | float) else value


Listed = BeforeValidator(_listed)
Temperature = Annotated[float, Field(ge=0, le=100), AfterValidator(_finite)]
Source = Annotated[str, Field(min_length=1), AfterValidator(_readable)]
Pattern = Annotated[str, Field(min_length=1)]
Header = Annotated[str, AfterValidator(_is_header)]
Encoding = Annotated[str, AfterValidator(_is_encoding)]
