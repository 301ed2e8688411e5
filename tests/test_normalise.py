import pytest

from tasks.caching import Artifact
from tasks.corpus.errors import CorpusError
from tasks.normalise import normalise

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


@pytest.mark.parametrize("content", [b"short", b"<!doctype html>" + b"a b " * 1000, b"\0ab" * 1000])
def test_what_is_no_corpus_leaves_no_text(out, downloaded, content):
    with pytest.raises(CorpusError):
        normalise.function(out, [downloaded(content)])
    assert list(out.iterdir()) == []


def test_of_several_corpora_the_error_says_which(out, downloaded):
    downloads = [downloaded(FRENCH.encode()), downloaded(b"\0ab" * 1000)]

    with pytest.raises(CorpusError, match=r"^corpus 2 of 2: the corpus is binary"):
        normalise.function(out, downloads)
