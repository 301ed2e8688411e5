"""Wrappings: text that was written in a few letters of ASCII for its transport, and reads as no language."""

import re

from tasks.text.kinds import Kind

LEAST_LINES = 10
UU_BEGIN = re.compile(r"(?:[^\n]*\n){0,20}?begin [0-7]{3,4} [^\n]+\n(?:[!-`][ -`]{1,84}\n){10}")
BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{60,76}")
QUOTED = re.compile(r"=[0-9A-F]{2}")
SOFT_BREAK = re.compile(r"=$", re.MULTILINE)
MOST = 0.9
QUOTED_SHARE = 100  # One sign in so many characters, and a soft break in so many lines.

UUENCODED = Kind("uuencoded", "decode it (uudecode) and give the text", is_text=True)
BASE64 = Kind("in Base64", "decode it (base64 -d) and give the text", is_text=True)
QUOTED_PRINTABLE = Kind("quoted-printable, as mail is sent", "decode it (qprint -d) and give the text", is_text=True)


def kind_of_wrapping(head: str) -> Kind | None:
    """What the text is wrapped in that begins so; None if it is as it was written.

    Args:
        head: the first characters, or all that there are.
    """
    if UU_BEGIN.match(head):
        return UUENCODED
    lines = head.splitlines()
    long = [line for line in lines if BASE64_LINE.fullmatch(line)]
    if len(long) >= LEAST_LINES and len(long) >= MOST * len(lines) and not all(map(str.isalpha, long)):
        return BASE64
    breaks, quoted = len(SOFT_BREAK.findall(head)), len(QUOTED.findall(head))
    if breaks >= LEAST_LINES and breaks * QUOTED_SHARE > len(lines) and quoted * QUOTED_SHARE > len(head):
        return QUOTED_PRINTABLE
    return None
