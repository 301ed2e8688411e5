import pytest

from tests.corpora.texts import ENGLISH
from tests.corpus.archives import zipped

LONG = ENGLISH * 60
ESCAPED = LONG.replace("\n", "\\par\n")
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{:064d}\nsize {}\n"
NOTICE = "<br />\n<b>Notice</b>: Undefined index: q in <b>/srv/get.php</b> on line <b>12</b><br />\n"
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
TEXT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office:document/>"}
BOOK = {"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<x/>", "text/1.xhtml": b"<html>1</html>"}

PATH = '<path d="M0 0"/>'

MARKUP = {
    "page": ("HTML", f"<!DOCTYPE html>\n<html><body><p>{LONG}</p></body></html>"),
    "page after a notice": ("HTML", f"{NOTICE}<!DOCTYPE html><html><body>{LONG}</body></html>"),
    "page after a comment": ("HTML", f"<!-- {'-=' * 700} -->\n<html><body>{LONG}"),
    "page without a head": ("HTML", f"<BODY><p>{LONG}"),
    "page of fragments": ("HTML", "<ul>\n" + '<li class="x">one</li>\n' * 200 + "</ul>\n"),
    "drawing": ("SVG", f'<svg xmlns="http://www.w3.org/2000/svg">{PATH * 100}</svg>'),
    "wiki": ("MediaWiki", f'<mediawiki xmlns="http://example.org/x"><page><text>{LONG}</text></page></mediawiki>'),
    "feed": ("RSS", f"<?xml version='1.0'?><rss version='2.0'><channel>{'<item>x</item>' * 100}</channel></rss>"),
    "answer with its head": ("web server", f"HTTP/1.1 200 OK\nContent-Type: text/plain\n\n{LONG}"),
    "notebook": (
        "Jupyter",
        '{\n "cells": [\n  {\n   "cell_type": "code",\n   "source": ["x"]\n  }\n ]\n}\n' + " " * 1200 + "\n",
    ),
    "error": ("JSON", '{"error": {"code": 429, "message": "' + "slow down " * 110 + '"}}'),
    "rtf": ("RTF", rf"{{\rtf1\ansi\deff0{{\fonttbl{{\f0 Times;}}}}\f0\fs24 {ESCAPED}}}"),
    "postscript": ("PostScript", f"%!PS-Adobe-3.0\n%%Pages: 1\n({LONG}) show\n"),
}
OTHERS = {
    "pdf": ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Length 9>>\nstream\n" + LONG.encode() + b"\nendstream\n"),
    "epub": ("EPUB", zipped(BOOK)),
    "docx": ("DOCX", zipped(WORD)),
    "odt": ("ODT", zipped(TEXT)),
    "image": ("image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 10),
    "pointer": ("LFS pointer to 987,654,321 bytes", POINTER.format(3, 987_654_321)),
    "short pointer": ("LFS pointer to 12 bytes", POINTER.format(9, 12)),
    "7z": ("7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(256)) * 10),
    "compress": ("compress", b"\x1f\x9d\x90" + bytes(range(256)) * 10),
}


@pytest.mark.parametrize("kind", MARKUP)
def test_what_is_markup_is_refused_with_a_way_on_and_kept_when_it_is_meant(read, refused, file, kind):
    what, content = MARKUP[kind]
    path = file(content)

    said = refused(path)

    assert what in said
    assert "--markup keep" in said
    assert read(path, markup="keep").text == content


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_text_is_refused_by_its_content_with_what_to_do(refused, file, kind):
    what, content = OTHERS[kind]

    said = refused(file(content))

    assert what in said
    assert "not text; " in said


@pytest.mark.parametrize("title", ["One", "Two"])
def test_the_main_text_of_a_page_is_extracted_when_that_is_asked_for(read, file, title):
    pytest.importorskip("trafilatura")
    prose = "".join(f"<p>{number}. {ENGLISH.strip()}</p>" for number in range(30))
    menu = "<nav><a href='/'>Home</a></nav>"
    page = f"<!doctype html><html><head><title>{title}</title></head><body>{menu}<main>{prose}</main></body></html>"

    found = read(file(page), markup="extract")

    assert found.text == "".join(f"{number}. {ENGLISH}" for number in range(30))
    assert "HTML" in found.said


@pytest.mark.parametrize(
    "content",
    [
        "# Notes\n\nUse `<b>` for bold and `<i>` for italics.\n" + LONG,
        'if (a < b) { print("<a>"); }\n' * 60,
        '{"text": "one"}\n' * 100,
        r"\section{One} \emph{two} $a < b$" + "\n" * 2 + LONG,
    ],
)
def test_text_that_has_marks_in_it_is_text(read, file, content):
    assert read(file(content)).text == content


def book(title, text):
    return (
        f"The Project Gutenberg eBook of {title}\n\nThis is for the use of anyone.\n\n"
        f"*** START OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\n{text}"
        f"*** END OF THE PROJECT GUTENBERG EBOOK {title.upper()} ***\n\nSection 1. General terms.\n"
    )


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_book_of_a_file_stays_and_nothing_else(read, file, count):
    texts = [f"Chapter {number}\n" + ENGLISH * (40 * number) for number in range(1, count + 1)]

    found = read(file("".join(book(f"Volume {number}", text) for number, text in enumerate(texts))))

    assert found.text == "".join(texts)
    assert "dropped Project Gutenberg's header" in found.said


@pytest.mark.parametrize(
    ("header", "footer"),
    [
        ("*** START OF THIS PROJECT GUTENBERG EBOOK THE LONG AND\nWINDING TALE ***\n", "*** END OF THIS PROJECT "),
        ("*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n", "End of Project Gutenberg Etext of T"),
        ("*** DÉBUT DU PROJET GUTENBERG CONTE ***\n", "*** FIN DU PROJET GUTENBERG CONTE ***"),
        ("*** START OF THE PROJECT GUTENBERG EBOOK CONTE ***\n", "Fin du Projet Gutenberg de Conte, par Anne\n"),
        ("*** start of the project gutenberg ebook a tale ***\n", "*** end of the project gutenberg ebook a tale ***"),
        ("***START OF THE PROJECT GUTENBERG EBOOK A TALE***\n", "***END OF THE PROJECT GUTENBERG EBOOK A TALE***"),
    ],
)
def test_older_marks_of_books_are_known(read, file, header, footer):
    rest = "GUTENBERG EBOOK THE LONG AND\nWINDING TALE ***" if footer.endswith("PROJECT ") else ""

    found = read(file(f"Some licence.\n{header}{LONG}{footer}{rest}\nSome licence.\n"))

    assert found.text == LONG


def test_a_mark_that_would_take_most_of_the_text_is_asked_about_first(read, refused, file):
    path = file(LONG * 20 + book("Volume 1", LONG))

    assert "--no-strip-gutenberg" in refused(path)
    assert read(path, strip_gutenberg=False).text.startswith(LONG)
    assert read(path, strip_gutenberg=True).text == LONG


def test_a_page_without_a_main_text_among_others_is_passed_over_and_counted(read, file):
    pytest.importorskip("trafilatura")
    prose = "".join(f"<p>{number}. {ENGLISH.strip()}</p>" for number in range(30))
    empty = "<!doctype html><html><body><script>let x = 1</script></body></html>"
    for name, page in {"a": empty, "b": f"<!doctype html><html><body>{prose}</body></html>", "c": empty}.items():
        folder = file(page, f"pages/{name}.html").parent

    found = read(folder, markup="extract")

    assert found.text == "".join(f"{number}. {ENGLISH}" for number in range(30))
    assert "no main text was found in 2 HTML pages, which were passed over, the first a.html" in found.said


def test_pages_of_which_none_has_a_main_text_are_refused(refused, file):
    pytest.importorskip("trafilatura")
    for name in ("a", "b"):
        folder = file("<!doctype html><html><body></body></html>", f"pages/{name}.html").parent

    assert "no main text was found in any of 2 HTML pages" in refused(folder, markup="extract")
