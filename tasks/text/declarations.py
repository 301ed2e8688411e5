"""Declarations: the character set that a text names itself, as editors, markup, style sheets and mail have them."""

import re

HEAD_BYTES, LINES, TAIL_BYTES = 4096, 2, 1024
NAME = rb"[\"']?([A-Za-z][\w.:()-]*)"
OF_THE_BEGINNING = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*" + NAME + rb"|@charset " + NAME)
# Of Emacs and Python in one of the first two lines.
OF_A_LINE = re.compile(rb"^(?:[ \t\f]*#[^\n]*?|[^\n]*-\*-[^\n]*?)\bcoding[:=][ \t]*" + NAME, re.MULTILINE)
OF_VIM = re.compile(rb"\b(?:vim?|ex):[^\n]*?\b(?:fenc|fileencoding)=" + NAME)
WITHIN = re.compile(
    rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*" + NAME + rb"|^\"?Content-Type:\s*text/\w+;\s*charset=" + NAME + rb"|"
    rb"^[^%\n]*\\(?:usepackage\[([\w-]+)\]\{inputenc\}|inputencoding\{([\w-]+)\})",
    re.IGNORECASE | re.MULTILINE,
)
LINE_ENDS = re.compile(r"-(?:unix|dos|mac)$")
# LaTeX's names, of those that nobody else has.
ALIASES = {"ansinew": "windows-1252", "applemac": "macintosh", "macce": "mac_latin2", "utf8x": "utf-8"}


def declared_within(content: bytes) -> str | None:
    """The name of the set that a text of ASCII's signs declares near its beginning, or its end as Vim does.

    Args:
        content: the text, or as much of its beginning as there is.
    """
    lines = b"\n".join(content[:HEAD_BYTES].split(b"\n", LINES)[:LINES])
    ends = content[:TAIL_BYTES], content[-TAIL_BYTES:]
    found = (
        OF_THE_BEGINNING.match(content),
        OF_A_LINE.search(lines),
        *map(OF_VIM.search, ends),
        WITHIN.search(content[:HEAD_BYTES]),
    )
    names = [next(filter(None, one.groups())).decode() for one in found if one]
    return ALIASES.get(name := LINE_ENDS.sub("", names[0].lower()), name) if names else None
