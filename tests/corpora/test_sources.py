import gzip
import io
import lzma
import os
import sys
import threading

import pytest

from tests.corpora.texts import ENGLISH, TEXTS
from tests.corpus.archives import COMPRESSIONS, tar, zipped

ONE, TWO = ENGLISH * 40, TEXTS["French"] * 40
BOTH = {"1.txt": ONE.encode(), "2.txt": TWO.encode("cp1252")}
OF_SYSTEMS = {
    ".DS_Store": b"\0\0\0\1Bud1",
    "Thumbs.db": b"\xd0\xcf",
    "desktop.ini": b"[x]",
    "__MACOSX/._1.txt": b"\0\5",
}


@pytest.mark.parametrize("written", [str, lambda path: path.as_uri()], ids=["path", "file"])
def test_a_file_is_named_by_path_or_address(read, file, written):
    assert read(written(file(ONE, "a corpus #1.txt"))).text == ONE


def test_a_text_comes_from_standard_input(read, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TWO.encode("cp1252"))))

    assert read("-").text == TWO


@pytest.mark.parametrize("content", [ONE.encode(), gzip.compress(ONE.encode())], ids=["plain", "packed"])
def test_a_named_pipe_is_read_as_standard_input_is(read, tmp_path, content):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(content,))
    writer.start()

    assert read(tmp_path / "pipe").text == ONE
    writer.join()


@pytest.mark.parametrize("content", [ONE.encode(), gzip.compress(ONE.encode())], ids=["plain", "packed"])
def test_what_a_shell_substitutes_for_a_command_is_read(read, content):
    reading, writing = os.pipe()
    writer = threading.Thread(target=lambda: (os.write(writing, content), os.close(writing)))
    writer.start()

    assert read(f"/dev/fd/{reading}").text == ONE
    writer.join()
    os.close(reading)


@pytest.mark.parametrize("pack", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_a_packed_text_is_unpacked_by_its_content_also_twice(read, file, pack):
    assert read(file(pack(ONE.encode()))).text == ONE
    assert read(file(gzip.compress(pack(ONE.encode())), "corpus.txt.gz")).text == ONE


@pytest.mark.parametrize(
    "pack",
    [tar, zipped, lambda files: gzip.compress(tar(files)), lambda files: lzma.compress(tar(files))],
    ids=["tar", "zip", "tar.gz", "tar.xz"],
)
def test_the_texts_of_an_archive_are_joined_in_order_and_what_a_system_left_is_passed_over(read, file, pack):
    archive = file(pack({**OF_SYSTEMS, **BOTH}))

    assert read(archive).text == ONE + TWO
    assert read(archive, member=["2.*"]).text == TWO


@pytest.mark.parametrize(("form", "rest"), [("folder", ""), ("pattern", "/*.txt"), ("deep pattern", "/**/*.txt")])
def test_a_folder_or_a_quoted_pattern_stands_for_its_files_in_order(read, file, form, rest):
    for name, content in {**OF_SYSTEMS, **BOTH}.items():
        folder = file(content, f"poems/{name}").parent

    folder = folder if folder.name == "poems" else folder.parent
    found = read(f"{folder}{rest}")

    assert found.text == ONE + TWO
    assert found.artifact.facts["documents"] == 2


def test_several_corpora_are_joined_in_order_each_on_lines_of_its_own(read, file):
    assert read(file(ONE.rstrip(), "1.txt"), file(zipped(BOTH), "2.zip")).text == ONE + ONE + TWO


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("".join('{"id": 1, "line": "' + line.strip() + '"}\n' for line in [ENGLISH] * 40), "line"),
        ("id,line\n" + "".join(f'1,"{line.strip()}"\n' for line in [ENGLISH] * 40), "line"),
    ],
    ids=["JSON Lines", "CSV"],
)
def test_the_rows_of_a_table_are_documents(read, file, content, field):
    found = read(file(content), field=field)

    assert found.text.rstrip("\n") == ONE.rstrip("\n")
    assert found.artifact.facts["documents"] == 40


@pytest.mark.parametrize(
    ("unit", "text", "documents"),
    [("lines", "Ada\nBob\nCleo\n" * 100, 300), ("blank-lines", (ENGLISH * 2 + "\n") * 30, 30), ("none", ONE, 1)],
)
def test_units_within_a_file_are_documents_where_they_are_named(read, file, unit, text, documents):
    assert read(file(text), documents=unit).artifact.facts["documents"] == documents


def test_a_small_file_does_not_unpack_to_what_fills_a_disk(refused, file):
    said = refused(file(gzip.compress(bytes(70 << 20))))

    assert "more than 1,000 times its size" in said


@pytest.mark.parametrize(("name", "said"), [("no.txt", "there is no file"), ("*.md", "no.* file")])
def test_a_name_of_nothing_is_told(refused, tmp_path, name, said):
    assert str(tmp_path) in refused(tmp_path / name)
