"""Kinds of files that are text and yet no text to learn from unasked, told by how they begin: markup, errors, heads."""

import json
import re
from typing import Any

from tasks.text.kinds import HEAD_BYTES, Kind, kind_of_bytes

HEAD_CHARACTERS = 1 << 16
JUNK_CHARACTERS = 2000
LONGEST_AFTER_PAGE = 80
TITLE_CHARACTERS = 60
LEAST_SHARE, LEAST_TAGS, LEAST_CLOSING = 0.1, 5, 0.25
LARGEST_ERROR = 4096

TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*+)(\s[^<>]*+)?>")
# What may stand before markup: byte order marks, comments, <?xml?> but not <?php, and PHP's notices.
BEFORE = re.compile(
    r"""(?>
        [\s\ufeff]++ | <!--.*?--> | <\?xml.*?\?>
        | (?:<br\s*/?>\s*)?+ (?:<b>)?+ (?:PHP\ )?+
          (?:Warning|Notice|Deprecated|Strict\ Standards|(?:Fatal|Parse)\ error) (?:</b>)?+
          : [^\n]{0,2000}?\ on\ line\ (?:<b>)?+ \d++ (?:</b>)?+ (?:<br\s*/?>)?+
    )*+""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
DECLARATION = re.compile(r"[\s\ufeff]*+<\?xml[\s-]")
PHP_IN_HTML = re.compile(r"[\s\ufeff]*+(?:<br\s*/?>\s*)?<b>[\w ]{1,20}</b>: [^\n]{0,2000}? in <b>")
DOCUMENT_TYPE = re.compile(r"<!DOCTYPE\s+([\w:.-]+)\s*(?:>|\[|SYSTEM\b|PUBLIC\b)", re.IGNORECASE)
PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
PAGE_WITHIN = re.compile(r"<!doctype\s+html\b|<html[\s>]|<body[\s>]|</(?:body|html)>", re.IGNORECASE)
PAGE_AT_LINE = re.compile(r"^(?:<!doctype\s+html\b|<html[\s>])", re.IGNORECASE | re.MULTILINE)
# Possessive throughout: what is given back could be tried anew at each character of a long run of spaces.
TITLE = re.compile(r"<title[^<>]*+>([^<>]{1,1000}+)</title>", re.IGNORECASE)
PAGE_CLOSED = re.compile(r"</(?:body|html)>\s*\Z", re.IGNORECASE)
PAGE_END = re.compile(r"</html>\s*", re.IGNORECASE)
# Components of Vue and Svelte, and templates: code that begins with a tag.
COMPONENT_TAG = re.compile(r"template|script|style")
TEMPLATE_BLOCK = re.compile(r"\{[#/@](?:if|each|await|key|html|snippet|render)\b")
CODE_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
MARKDOWN = re.compile(r"^(?:\#{1,6}\ |```|~~~|[-*+]\ |\[!\[)|\]\(", re.MULTILINE | re.VERBOSE)
HTML_TAG = re.compile(
    r"""a|abbr|address|article|aside|audio|b|base|big|blockquote|br|button|canvas|center|code|dd|details|div|dl|dt|em
    |fieldset|figure|font|footer|form|frame|frameset|h[1-6]|header|hr|i|iframe|img|input|li|link|main|meta|nav|noscript
    |ol|p|pre|script|section|select|small|span|strong|style|sub|sup|table|tbody|td|template|textarea|tfoot|th|thead
    |title|tr|u|ul|video""",
    re.VERBOSE,
)
HTTP_HEAD = re.compile(r"\ufeff?HTTP/\d(?:\.\d)? \d{3}\b[^\n]*\n(?:[\w-]+:[^\n]*\n)+")
MHTML = re.compile(r"(?:[\w-]+: [^\n]*\n(?:[ \t][^\n]*\n)*){0,20}Content-Type: multipart/related;\s+type=\"text/html\"")
NOTEBOOK_HEAD = re.compile(r'[\s\ufeff]*\{\s*"(?:cells"\s*:\s*\[|metadata"\s*:\s*\{|nbformat)')
S3_ERROR = re.compile(r"<Error>\s*<Code>(\w{1,60})</Code>")
ERROR_KEY = re.compile(r"errors?|error_?(?:message|description|summary)|fault")
ERROR_COMPANION = re.compile(
    r"""(?:error_?)?(?:message|code|status|type)s?|status_?code|details?|description|title|instance|path|timestamp|ok
    |success|__type|reason|request_?id|trace_?id|documentation_url|hint|cause|name|url""",
    re.VERBOSE,
)

RAW_ADDRESS = "give the address of the raw text"
EXTRACT = f"{RAW_ADDRESS}, or pass --markup extract to have the page's main text alone"
KNOWN_ROOTS = {
    "svg": Kind("an SVG image", "give a text", is_text=True),
    "mediawiki": Kind("a MediaWiki dump in XML", "extract its text (wikiextractor) and give that", is_text=True),
    "rss": Kind("a news feed (RSS)", "give the texts that it leads to", is_text=True),
    "feed": Kind("a news feed (Atom)", "give the texts that it leads to", is_text=True),
    "fictionbook": Kind("an FB2 book", "make plain text of it (pandoc -t plain)", is_text=True),
}
NOTEBOOK = Kind("a Jupyter notebook", "make Markdown of it (jupyter nbconvert --to markdown)", is_text=True)
XML = Kind("XML", "extract its text and give that", is_text=True)
SERVED = Kind("a web server's answer with its head", "give what follows the head (curl without -i)", is_text=True)
WEB_ARCHIVE = Kind("a saved web page (MHTML)", "save the page as text", is_text=True)


def kind_of_text(head: str) -> Kind | None:
    """What the file is whose decoded text begins so; None if it is text to learn from.

    Only what cannot well be prose, code or Markdown counts: a page or a document of XML from the first tag on, and
    fragments where a tenth and more is tags.

    Args:
        head: the first 65,536 characters, or all that there are.
    """
    start = BEFORE.match(head).end()  # type: ignore[union-attr]  # it matches nothing, too
    by_bytes = kind_of_bytes(head[:HEAD_BYTES].lstrip("\ufeff \t\r\n").encode(errors="replace"))
    if by_bytes and by_bytes.is_text:
        return by_bytes
    if HTTP_HEAD.match(head):
        return SERVED
    if MHTML.match(head):
        return WEB_ARCHIVE
    if head.startswith("<", start) or PHP_IN_HTML.match(head) or DECLARATION.match(head):
        return _kind_of_markup(head, start)
    if _is_late_page(head, start):
        return _page(head)
    return NOTEBOOK if NOTEBOOK_HEAD.match(head) and '"cell_type"' in head else _json_error(head)


def share_of_markup(text: str) -> float:
    """The share of its characters that stand in tags."""
    return sum(found.end() - found.start() for found in TAG.finditer(text)) / max(1, len(text))


def _is_late_page(head: str, start: int) -> bool:
    """Whether a page follows a few other words, and is no example that a text goes on after."""
    late = PAGE_AT_LINE.search(head, start, start + JUNK_CHARACTERS)
    if not late or CODE_FENCE.search(head, 0, late.start()):
        return False
    end = PAGE_END.search(head, late.start())
    goes_on = end and not head.startswith("<", end.end()) and len(head) - end.end() > LONGEST_AFTER_PAGE
    return not goes_on and _is_dense(head[late.start() :])


def _kind_of_markup(head: str, start: int) -> Kind | None:
    """What a text is whose first character beyond comments opens a tag."""
    error = S3_ERROR.match(head, start)
    if error:
        return Kind(f"an error of the server ({error[1]})", "check the address and the access to it", is_text=True)
    if PAGE.match(head, start) or PHP_IN_HTML.match(head):
        return _page(head)
    document_type, root = DOCUMENT_TYPE.match(head, start), TAG.match(head, start)
    name = (document_type[1] if document_type else root[2] if root else "").lower()
    if name in KNOWN_ROOTS and (document_type or (root and not root[1])):
        return KNOWN_ROOTS[name]
    if document_type or DECLARATION.match(head) or (root and "xmlns" in (root[3] or "")):
        return XML
    if not root or root[1]:
        return None
    if COMPONENT_TAG.fullmatch(name) or (HTML_TAG.fullmatch(name) and TEMPLATE_BLOCK.search(head)):
        return _page(head) if PAGE_AT_LINE.search(head, start) or PAGE_CLOSED.search(head, start) else None
    if HTML_TAG.fullmatch(name):
        within = PAGE_WITHIN.search(head, start)
        is_page = within and not CODE_FENCE.search(head, 0, within.start())
        return _page(head) if is_page or (_is_dense(head[start:]) and len(MARKDOWN.findall(head)) < 3) else None
    return XML if _is_dense(head[start:]) and _spans(head[start:], root[2]) else None


def _page(head: str) -> Kind:
    found = TITLE.search(head)
    title = " ".join(found[1].split())[:TITLE_CHARACTERS] if found else ""
    named = f" ({title})" if title else ""
    return Kind(f"an HTML page{named}", EXTRACT, is_text=True, is_page=True)


def _is_dense(text: str) -> bool:
    """Whether the text is markup by its amount of tags, and by those that close."""
    tags = [found[1] for found in TAG.finditer(text)]
    is_enough = len(tags) >= LEAST_TAGS and tags.count("/") >= LEAST_CLOSING * len(tags)
    return is_enough and share_of_markup(text) >= LEAST_SHARE


def _spans(text: str, name: str) -> bool:
    """Whether the element is the root: whether it is closed at the end alone, or after what is seen of the text."""
    closed = text.find(f"</{name}>")
    return closed < 0 or not text[closed + len(name) + 3 :].strip()


def _json_error(head: str) -> Kind | None:
    """Whether the whole text is one JSON object that tells of an error and of nothing else."""
    if not head.lstrip("\ufeff \t\r\n").startswith("{") or len(head) >= HEAD_CHARACTERS:
        return None
    try:
        found: Any = json.loads(head.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    told = {str(key).lower(): value for key, value in found.items()}
    causes = [value for key, value in told.items() if ERROR_KEY.fullmatch(key) and value]
    causes = [value for value in causes if value is True or not isinstance(value, int | float)]
    messages = [told[key] for key in ("message", "detail") if key in told]
    of_nothing_else = all(ERROR_KEY.fullmatch(key) or ERROR_COMPANION.fullmatch(key) for key in told)
    if not ((causes or messages) and of_nothing_else) and not (causes and len(head) <= LARGEST_ERROR):
        return None
    said = next((one for one in (*causes, *messages) if isinstance(one, str)), "")
    named = f" ({' '.join(said.split())[:TITLE_CHARACTERS]})" if said else ""
    return Kind(f"a server's error in JSON{named}", "check the address and the access to it", is_text=True)
