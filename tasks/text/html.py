"""The main text of an HTML page, without what stands around it; needs the extra `html`."""

from tasks.corpus.errors import CorpusError, MissingExtraError

MAXIMUM_CHARACTERS = 20_000_000


def main_text(page: str) -> str:
    """The text of a page without menus, notes, scripts and what else frames it; a paragraph a line.

    Raises:
        MissingExtraError: the extra is not installed.
        CorpusError: the page has no main text, or is too large for one.
    """
    try:
        from trafilatura import extract
    except ImportError:
        raise MissingExtraError(
            "extracting text from HTML needs the extra `html`: pip install trafilatura lxml_html_clean"
        ) from None
    if len(page) > MAXIMUM_CHARACTERS:
        raise CorpusError(
            f"the HTML page is larger than {MAXIMUM_CHARACTERS:,} characters, too large for one page; "
            "give its parts, or pass --markup keep"
        )
    text = extract(page, include_comments=False, include_tables=True)
    if not text:
        raise CorpusError("no main text was found in the HTML page; make plain text of it (pandoc -t plain)")
    return f"{text.strip()}\n"
