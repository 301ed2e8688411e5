"""Hints: what is said of a text that may be learnt as it is, but is of a format that something else may be meant by."""

import json
import re

from tasks.corpus.table_errors import quoted

SAMPLED_ROWS, SHOWN_KEYS = 3, 5
TIMES = re.compile(r"^(?:\d{1,2}:)?\d{2}:\d{2}[,.]\d{3} --> ", re.MULTILINE)
LEAST_TIMES = 5
JSON_LIST = re.compile(r'\s*\[\s*\{\s*"')
MAIL = re.compile(r"From \S+ +[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d")
WRAPPED_PART = re.compile(r"^Content-Transfer-Encoding: *(?:base64|quoted-printable)", re.MULTILINE | re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
ENTITIES_SHARE = 500  # One in so many characters.


def hints(head: str) -> tuple[str, ...]:
    """Notes on the text that begins so.

    Args:
        head: the first 65,536 characters, or all that there are.
    """
    entity = ENTITY.search(head)
    said = {
        _of_rows(head): True,
        "it is one JSON list: for the texts of one key write one object a line (jq -c '.[]'), and name it by --field": (
            JSON_LIST.match(head)
        ),
        "it is subtitles: their times are learnt as well": len(TIMES.findall(head)) >= LEAST_TIMES,
        "it is mail of which parts are in Base64 or quoted-printable: decode them, or they are learnt as they are": (
            MAIL.match(head) and WRAPPED_PART.search(head)
        ),
        f"it has characters written as HTML does, such as {entity and entity[0]}: they are learnt as they are": (
            len(ENTITY.findall(head)) * ENTITIES_SHARE > len(head)
        ),
    }
    return tuple(note for note, holds in said.items() if note and holds)


def _of_rows(head: str) -> str:
    """That a text whose first lines are objects of JSON may be meant as a table."""
    rows = []
    for line in head.split("\n")[:SAMPLED_ROWS]:
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError):
            return ""
    if len(rows) < SAMPLED_ROWS or not all(isinstance(row, dict) and row for row in rows):
        return ""
    keys = ", ".join(map(quoted, [*rows[0]][:SHOWN_KEYS]))
    return f"its lines are objects of JSON with the keys {keys}: --field takes the text out of one"
