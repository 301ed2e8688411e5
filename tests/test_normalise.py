import gzip

import pytest

from tasks.caching import Artifact
from tasks.corpus.errors import CorpusError
from tasks.normalise import normalise
from tests.corpus.archives import tar, zipped

FRENCH = "Longtemps, je me suis couché de bonne heure.\n" * 30


@pytest.fixture
def downloaded(tmp_path):
    folders = iter(range(10))

    def downloaded(content, charset=None):
        folder = tmp_path / f"download{next(folders)}"
        folder.mkdir()
        (folder / "corpus").write_bytes(content)
        if charset:
            (folder / "charset").write_text(charset)
        return Artifact.of_folder(folder)

    return downloaded


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_the_text_is_written_as_utf_8_with_line_feeds(out, downloaded):
    content = FRENCH.replace("\n", "\r\n").encode("utf-8-sig")

    facts = normalise.function(out, [downloaded(content)]).facts

    assert (out / "text.txt").read_bytes() == FRENCH.encode()
    assert facts == {
        "characters": len(FRENCH),
        "bytes": len(FRENCH.encode()),
        "encodings": ["utf-8"],
        "changes": ["carriage returns became line feeds (30)"],
    }


def test_corpora_are_joined_in_order_each_in_its_own_character_set(out, downloaded):
    downloads = [
        downloaded(FRENCH.encode("latin-1"), charset="iso-8859-1"),
        downloaded("Война и мир".encode("cp1251"), charset="windows-1251"),
        downloaded("fin".encode("utf-16")),
    ]

    facts = normalise.function(out, downloads).facts

    assert (out / "text.txt").read_text(encoding="utf-8") == f"{FRENCH}Война и мир\nfin"
    assert facts["encodings"] == ["windows-1252", "windows-1251", "utf-16-le"]


def test_the_asked_character_set_counts_before_the_declared_one(out, downloaded):
    downloads = [downloaded(FRENCH.encode("cp850"), charset="iso-8859-1")]

    normalise.function(out, downloads, encoding="cp850")

    assert (out / "text.txt").read_text(encoding="utf-8") == FRENCH


def test_what_was_passed_over_or_damaged_is_among_the_changes(out, downloaded):
    downloads = [downloaded(FRENCH.encode(), charset="latin-1"), downloaded(FRENCH.encode()[:-1] + b"\xc3")]

    facts = normalise.function(out, downloads).facts

    assert facts["changes"] == [
        "the server says latin-1, but the bytes are UTF-8",
        "cut off within its last character: 1 byte dropped",
    ]


@pytest.mark.parametrize("strip", [True, False])
def test_project_gutenbergs_header_is_dropped_unless_it_is_to_stay(out, downloaded, strip):
    book = f"*** START OF THE PROJECT GUTENBERG EBOOK X ***\n{FRENCH}*** END OF THE PROJECT GUTENBERG EBOOK X ***\n"

    normalise.function(out, [downloaded(book.encode())], strip_gutenberg=strip)

    assert (out / "text.txt").read_text(encoding="utf-8") == (FRENCH if strip else book)


@pytest.mark.parametrize("content", [b"<!doctype html>" + b"a b " * 1000, b"\0ab" * 1000])
def test_what_is_no_text_is_refused(out, downloaded, content):
    with pytest.raises(CorpusError):
        normalise.function(out, [downloaded(content)])


@pytest.mark.parametrize("text", ["", "ab" * 499 + "c"])
def test_too_short_a_corpus_is_refused(out, downloaded, text):
    with pytest.raises(CorpusError, match=f"the corpus has {len(text)} characters; 1,000 are the least"):
        normalise.function(out, [downloaded(text.encode())])


@pytest.mark.parametrize("character", ["e", "é", "😀"])
def test_a_corpus_of_one_character_is_refused(out, downloaded, character):
    message = f"the corpus is one character, '{character}', 300,000 times"
    with pytest.raises(CorpusError, match=message):
        normalise.function(out, [downloaded((character * 300_000).encode())])
    normalise.function(out, [downloaded((character * 300_000 + "a").encode())])


def test_the_shortest_corpora_are_joined_on_lines_of_their_own(out, downloaded):
    facts = normalise.function(out, [downloaded(text) for text in (b"a" * 499, b"b" * 499 + b"\n", b"a")]).facts

    assert (out / "text.txt").read_text() == "a" * 499 + "\n" + "b" * 499 + "\na"
    assert facts["characters"] == 1001


def test_characters_are_counted_after_what_project_gutenberg_adds_is_dropped(out, downloaded):
    book = (
        f"head\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n{FRENCH}*** END OF THE PROJECT GUTENBERG EBOOK X ***\n"
    )

    facts = normalise.function(out, [downloaded(book.encode()), downloaded(book.encode() * 2)]).facts

    assert facts["characters"] == 3 * len(FRENCH)
    assert facts["changes"][0].startswith("dropped Project Gutenberg's headers and footers of 3 books")


def test_of_several_corpora_the_error_says_which(out, downloaded):
    downloads = [downloaded(FRENCH.encode()), downloaded(b"\0ab" * 1000)]

    with pytest.raises(CorpusError, match=r"^corpus 2 of 2: the corpus is binary"):
        normalise.function(out, downloads)


@pytest.mark.parametrize("archived", [tar, zipped, lambda files: gzip.compress(tar(files))])
def test_the_members_of_an_archive_are_joined_in_order_each_in_its_own_character_set(out, downloaded, archived):
    files = {"a.txt": FRENCH.encode(), ".DS_Store": b"\0\1", "b.txt": "fin".encode("utf-16")}

    facts = normalise.function(out, [downloaded(archived(files))]).facts

    assert (out / "text.txt").read_text(encoding="utf-8") == f"{FRENCH}fin"
    assert facts["encodings"] == ["utf-8", "utf-16"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "b is an image, not text"),
        (f"<!doctype html><title>Oh</title>{FRENCH}".encode("utf-16"), r"b is an HTML page \(Oh\), not text"),
    ],
)
def test_a_member_that_is_no_text_is_refused_by_its_name(out, downloaded, content, said):
    archive = zipped({"a.txt": FRENCH.encode(), "b": content})

    with pytest.raises(CorpusError, match=rf"^corpus 2 of 2: {said}; .*; or choose the archive's texts with --member$"):
        normalise.function(out, [downloaded(FRENCH.encode()), downloaded(archive)])
