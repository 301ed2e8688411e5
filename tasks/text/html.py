"""The main text of an HTML page, without what stands around it; needs the extra `html`."""

import importlib.util

from tasks.corpus.errors import CorpusError, MissingExtraError, NoMainTextError

MAXIMUM_CHARACTERS = 20_000_000
LACKS = "extracting text from HTML needs the extra `html`: pip install trafilatura lxml_html_clean"


def check_extra() -> None:
    """See to it that what extracts text is installed.

    Raises:
        MissingExtraError: it is not.
    """
    if importlib.util.find_spec("trafilatura") is None:
        raise MissingExtraError(LACKS)


def main_text(page: str) -> str:
    """The text of a page without menus, notes, scripts and what else frames it; a paragraph a line.

    Raises:
        MissingExtraError: the extra is not installed.
        NoMainTextError: the page has none.
        CorpusError: it is too large for one page.
    """
    try:
        from trafilatura import extract
    except ImportError:
        raise MissingExtraError(LACKS) from None

    if len(page) > MAXIMUM_CHARACTERS:
        raise CorpusError(
            f"the HTML page is larger than {MAXIMUM_CHARACTERS:,} characters, too large for one page; "
            "give its parts, or pass --markup keep"
        )
    text = extract(page, include_comments=False, include_tables=True)
    if not text:
        raise NoMainTextError("no main text was found in the HTML page; make plain text of it (pandoc -t plain)")
    return f"{text.strip()}\n"
