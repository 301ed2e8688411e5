import gzip
import json

import pyarrow.parquet as pq
import pytest

from tasks.caching import Artifact
from tasks.corpus.errors import CorpusError
from tasks.normalise import normalise
from tasks.progress import listening
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
        "documents": 1,
        "divided_by": "files",
        "encodings": {"utf-8": 1},
        "findings": ["UTF-8, 1,350 characters, 22 distinct; carriage returns became line feeds (30)"],
    }


def test_corpora_are_joined_in_order_each_in_its_own_character_set(out, downloaded):
    downloads = [
        downloaded(FRENCH.encode("latin-1"), charset="iso-8859-1"),
        downloaded("Война и мир".encode("cp1251"), charset="windows-1251"),
        downloaded("fin".encode("utf-16")),
    ]

    facts = normalise.function(out, downloads).facts

    assert (out / "text.txt").read_text(encoding="utf-8") == f"{FRENCH}Война и мир\nfin"
    assert facts["encodings"] == {"windows-1252": 1, "windows-1251": 1, "utf-16-le": 1}


def test_the_asked_character_set_counts_before_the_declared_one(out, downloaded):
    downloads = [downloaded(FRENCH.encode("cp850"), charset="iso-8859-1")]

    normalise.function(out, downloads, encoding="cp850")

    assert (out / "text.txt").read_text(encoding="utf-8") == FRENCH


def test_what_was_passed_over_or_damaged_is_among_the_findings(out, downloaded):
    downloads = [downloaded(FRENCH.encode(), charset="latin-1"), downloaded(FRENCH.encode()[:-1] + b"\xc3")]

    facts = normalise.function(out, downloads).facts

    (found,) = facts["findings"]
    assert found.endswith(
        "; the server says latin-1, but the bytes are UTF-8; cut off within its last character: 1 byte dropped"
    )


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


def test_a_corpus_of_blank_lines_has_no_documents_between_them_and_is_refused(out, downloaded):
    with pytest.raises(CorpusError, match="the corpus is blank lines alone"):
        normalise.function(out, [downloaded(b" \t\n" * 500)], documents="blank-lines")


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
    assert "dropped Project Gutenberg's headers and footers of 3 books" in facts["findings"][0]


def test_of_several_corpora_the_error_says_which(out, downloaded):
    downloads = [downloaded(FRENCH.encode()), downloaded(b"\0ab" * 1000)]

    with pytest.raises(CorpusError, match=r"^corpus 2 of 2: the corpus is binary"):
        normalise.function(out, downloads)


@pytest.mark.parametrize("archived", [tar, zipped, lambda files: gzip.compress(tar(files))])
def test_the_members_of_an_archive_are_joined_in_order_each_in_its_own_character_set(out, downloaded, archived):
    files = {"a.txt": FRENCH.encode(), ".DS_Store": b"\0\1", "b.txt": "fin".encode("utf-16")}

    facts = normalise.function(out, [downloaded(archived(files))]).facts

    assert (out / "text.txt").read_text(encoding="utf-8") == f"{FRENCH}fin"
    assert facts["encodings"] == {"utf-8": 1, "utf-16-le": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "b is an image, not text"),
        (f"<!doctype html><title>Oh</title>{FRENCH}".encode("utf-16"), r"b is an HTML page \(Oh\), not text"),
    ],
)
def test_a_member_that_is_no_text_is_refused_by_its_name(out, downloaded, content, said):
    archive = zipped({"a.txt": FRENCH.encode(), "b": content})

    with pytest.raises(CorpusError, match=rf"^corpus 2 of 2: {said}; .*; or choose the corpus's texts with --member$"):
        normalise.function(out, [downloaded(FRENCH.encode()), downloaded(archive)])


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"\xff" * 5 + FRENCH.encode(), {}, r"b\.txt: 5 bytes in 1,355 characters are not utf-8"),
        (b"id,text\n1\n", {"field": "text"}, r"b\.txt: line 2 of the table has 1 cell"),
    ],
)
def test_a_member_that_is_damaged_is_refused_by_its_name(out, downloaded, content, options, said):
    archive = zipped({"a.txt": b"id,text\n1,a\n", "b.txt": content})

    with pytest.raises(CorpusError, match=rf"^{said}"):
        normalise.function(out, [downloaded(archive)], **options)


@pytest.mark.parametrize(
    ("unit", "count", "starts"), [("files", 2, [0, 1350]), ("none", 1, [0]), ("lines", 60, [*range(0, 2700, 45)])]
)
def test_where_documents_begin_is_written_with_their_source(out, downloaded, unit, count, starts):
    downloads = [downloaded(FRENCH.encode()), downloaded(FRENCH.encode("latin-1"), charset="latin-1")]

    facts = normalise.function(out, downloads, documents=unit).facts

    table = pq.read_table(out / "documents.parquet")
    assert facts["documents"] == count
    assert table["start"].to_pylist() == starts
    assert table["source"].to_pylist() == [int(start >= 1350) for start in starts]
    assert sorted(path.name for path in out.iterdir()) == ["documents.parquet", "profile.json", "text.txt"]


def test_each_document_is_ended_by_a_mark_where_one_is_to_be_learnt(out, downloaded):
    files = {f"{number}.txt": FRENCH.encode() for number in range(9)}
    downloads = [downloaded(tar(files)), downloaded(FRENCH.strip().encode())]

    facts = normalise.function(out, downloads, end_mark=True).facts

    text = (out / "text.txt").read_text(encoding="utf-8")
    assert text == f"{FRENCH}\x03" * 9 + f"{FRENCH.strip()}\x03"
    assert facts["characters"] == len(text)
    assert pq.read_table(out / "documents.parquet")["start"].to_pylist() == [*range(0, len(text), len(FRENCH) + 1)]


@pytest.mark.parametrize(("unit", "count"), [("files", "9 documents"), ("none", "1 document")])
def test_too_few_documents_to_learn_their_ends_are_refused(out, downloaded, unit, count):
    archive = tar({f"{number}.txt": FRENCH.encode() for number in range(9)})

    with pytest.raises(CorpusError, match=f"--end-mark: the corpus has {count}; 10 are the least"):
        normalise.function(out, [downloaded(archive)], end_mark=True, documents=unit)


def test_a_member_of_line_feeds_alone_is_no_document(out, downloaded):
    archive = tar({"a.txt": b"\n\n", "b.txt": FRENCH.encode(), "c.txt": b"\r\n", "d.txt": b"fin"})

    facts = normalise.function(out, [downloaded(archive)]).facts

    assert facts["documents"] == 2
    assert (out / "text.txt").read_text(encoding="utf-8") == f"{FRENCH}fin"


def test_the_rows_of_a_field_are_documents(out, downloaded):
    lines = [json.dumps({"title": str(number), "text": FRENCH}) for number in range(3)]

    facts = normalise.function(out, [downloaded("\n".join(lines).encode())], field="text").facts

    assert facts["documents"] == 3
    assert (out / "text.txt").read_text(encoding="utf-8") == FRENCH * 3
    with pytest.raises(CorpusError, match=r"there is no field 'body'.*'title', 'text'"):
        normalise.function(out, [downloaded("\n".join(lines).encode())], field="body")


def test_the_character_set_of_a_table_is_told(out, downloaded):
    table = downloaded(f'id,text\n1,"{FRENCH}"\n'.encode("cp1252"))

    (found,) = normalise.function(out, [table], field="text", encoding="cp1252").facts["findings"]

    assert found.startswith("cp1252, 1,350 characters")


def test_damage_in_the_rows_of_a_table_is_told_and_more_than_a_trace_of_nuls_refused(out, downloaded):
    rows = ["é" * 9 + "\n", *[FRENCH] * 20, "a\0b", "\ufffd"]
    table = downloaded("\n".join(json.dumps({"text": row}) for row in rows).encode())
    many = downloaded(json.dumps({"text": FRENCH + "\0" * 20}).encode())

    (found,) = normalise.function(out, [table], field="text").facts["findings"]

    assert "1 NUL in 27," in found
    assert "1 replacement character (U+FFFD)" in found
    assert (out / "text.txt").read_text(encoding="utf-8").endswith("\nab\n\ufffd")
    with pytest.raises(CorpusError, match=r"20 NULs in 1,371 characters.*--on-damage drop or keep"):
        normalise.function(out, [many], field="text")


def test_members_are_chosen_by_name_among_all_corpora(out, downloaded):
    downloads = [downloaded(tar({"a.txt": FRENCH.encode(), "b.md": b"no"})), downloaded(zipped({"c.txt": b"end"}))]

    normalise.function(out, downloads, member=["*.txt"])
    assert (out / "text.txt").read_text(encoding="utf-8") == f"{FRENCH}end"

    with pytest.raises(CorpusError, match=r"no member of the corpus is called d\.txt \(--member\)"):
        normalise.function(out, downloads, member=["a.txt", "d.txt"])


def test_a_guess_is_never_silent(out, downloaded):
    (found,) = normalise.function(out, [downloaded(FRENCH.encode("cp1252"))]).facts["findings"]

    assert "windows-1252 is a guess by couché; --encoding names another character set" in found


def test_what_takes_long_is_told_of(out, downloaded):
    heard = []

    with listening(heard.append):
        normalise.function(out, [downloaded(FRENCH.encode() * 4000)])

    for what in ("read the corpus", "look for Project Gutenberg", "divide"):
        done = [(event.done, event.total) for event in heard if event.what == what]
        assert len(done) > 3
        assert done[-1][0] == done[-1][1] == len(FRENCH.encode()) * 4000


def bytes_in(folder):
    """The bytes that the text of a folder stands for."""
    return (folder / "text.txt").read_bytes().decode().encode("latin-1")


def test_at_the_level_of_bytes_nothing_is_changed_of_them_and_nothing_refused(out, downloaded):
    image, old = b"\x89PNG\r\n\x1a\n\0\xff" * 200, "\ufeffe\u0301\r\n".encode() * 50

    facts = normalise.function(out, [downloaded(image), downloaded(gzip.compress(old))], level="byte").facts

    assert bytes_in(out) == image + old
    assert (facts["level"], facts["characters"], facts["documents"]) == ("byte", len(image + old), 2)
    kinds = len(set(image + old))
    assert facts["findings"] == [f"bytes as they are, 2 documents, {len(image + old):,} bytes, {kinds} distinct"]


def test_at_the_level_of_bytes_a_document_that_is_an_archive_is_taken_whole_and_other_archives_are_opened(
    out, downloaded
):
    document = zipped({"mimetype": b"application/epub+zip", "a.xhtml": b"<p>a</p>" * 200})
    packed = tar({"a.bin": b"\0\1\2" * 400, "b.epub": document})

    facts = normalise.function(out, [downloaded(packed)], level="byte").facts

    content = bytes_in(out)
    assert content == b"\0\1\2" * 400 + document
    assert facts["documents"] == 2


def test_at_the_level_of_bytes_lines_are_documents_and_rows_of_a_table_are_their_bytes(out, downloaded, tmp_path):
    facts = normalise.function(out, [downloaded(b"\xff\xfe one\r\ntwo\n" * 100)], level="byte", documents="lines").facts
    assert facts["documents"] == 200

    (tmp_path / "rows").mkdir()
    table = "".join(json.dumps({"text": f"caf\u00e9 e\u0301\r {n}"}) + "\n" for n in range(100)).encode()
    normalise.function(tmp_path / "rows", [downloaded(table)], level="byte", field="text")
    content = bytes_in(tmp_path / "rows")
    assert content.decode().startswith("caf\u00e9 e\u0301\r 0\ncaf\u00e9 e\u0301\r 1\n")


@pytest.mark.parametrize("level", ["byte", "character"])
def test_what_has_line_ends_alone_is_no_document_at_either_level(out, downloaded, tmp_path, level):
    rows = [FRENCH, "\r\n", "\n", "\r", FRENCH]
    table = "".join(json.dumps({"text": text}) + "\n" for text in rows).encode()
    files = tar({f"{n}.txt": text.encode() for n, text in enumerate(["\r\n", *rows, ""])})
    (tmp_path / "files").mkdir()

    of_table = normalise.function(out, [downloaded(table)], level=level, field="text").facts
    of_files = normalise.function(tmp_path / "files", [downloaded(files)], level=level).facts

    assert (of_table["documents"], of_files["documents"]) == (2, 2)
    begins = pq.read_table(tmp_path / "files/documents.parquet")["start"].to_pylist()
    second = {"byte": len(b"\r\n" + FRENCH.encode() + b"\r\n\n\r"), "character": len(FRENCH)}[level]
    assert begins == [0, second]


def test_too_few_bytes_are_refused_as_bytes(out, downloaded):
    with pytest.raises(CorpusError, match="the corpus has 3 bytes; 1,000 are the least"):
        normalise.function(out, [downloaded(b"\0\1\2")], level="byte")


def test_options_that_change_nothing_are_told(out, downloaded):
    undamaged = [downloaded(FRENCH.encode())]
    damaged = [downloaded(FRENCH.encode() + bytes([0]) + FRENCH.encode())]
    cut_off = [downloaded(FRENCH.encode() * 9 + b"\xc3")]
    table = [downloaded("".join(json.dumps({"t": row}) + "\n" for row in [FRENCH, "\ufffd"]).encode())]

    def indifferent(downloads, **options):
        folder = out / str(len(list(out.iterdir())))
        folder.mkdir()
        return set(normalise.function(folder, downloads, **options).indifferent)

    assert indifferent(undamaged) == {"on_damage", "markup"}
    assert indifferent(undamaged, on_damage="keep", markup="keep") == {"on_damage"}
    assert indifferent(damaged, on_damage="drop") == {"markup"}
    assert indifferent(cut_off) == {"markup"}
    russian = "Съешь ещё этих мягких французских булок, да выпей же чаю.\n" * 99
    two_sets = [downloaded(russian.encode("koi8-r") + russian.encode("cp1251"))]
    assert indifferent(two_sets, on_damage="keep") == {"markup"}
    assert indifferent(table, field="t", on_damage="keep") == {"markup"}
    distinct = [downloaded("".join(f"Ligne {number}.\n" for number in range(200)).encode())]
    assert indifferent(distinct, documents="lines", duplicates="drop") == {"on_damage", "markup", "duplicates"}
    assert indifferent([*distinct, *distinct], duplicates="drop") == {"on_damage", "markup"}
    assert indifferent(undamaged, documents="blank-lines") == {"on_damage", "markup"}
