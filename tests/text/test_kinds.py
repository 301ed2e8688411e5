import pickle
import shutil
import sqlite3
import struct
import sys
import wave
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from tasks.text.kinds import HEAD_BYTES, Kind, kind_of_bytes, refusal

LINES = b"It was the best of times.\n" * 80


def saved(tmp_path, write):
    path = tmp_path / "file"
    write(path)
    return path.read_bytes()[:HEAD_BYTES]


def png():
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def sound(path):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1000))


def database(path):
    with sqlite3.connect(path) as connection:
        connection.execute("create table texts (text)")
    connection.close()


def array(path):
    with path.open("wb") as file:
        np.save(file, np.arange(9))


TABLE = pa.table({"text": ["It was the best of times."] * 50})
WRITTEN = {
    "sound": sound,
    "an SQLite database": database,
    "Parquet": lambda path: pyarrow.parquet.write_table(TABLE, path),
    "an Arrow file": lambda path: pyarrow.feather.write_feather(TABLE, path),
    "an array of NumPy": array,
    "a program": lambda path: shutil.copyfile(sys.executable, path),
}
HEADS = {
    "an image": [
        png(),
        b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        b"GIF89a\1\0\1\0\x80\0\0",
        b"RIFF\x24\0\0\0WEBPVP8 ",
        b"BM\x8a\0\0\0\0\0\0\0\x8a\0\0\0",
        b"\0\0\0\x18ftypheic\0\0\0\0",
        b"II*\0\x08\0\0\0",
    ],
    "sound": [b"ID3\3\0\0\0\0\0\x23TSSE", b"OggS\0\2", b"fLaC\0\0\0\x22", b"\xff\xfb\x90\x64\0\x0f\xf0\0\0"],
    "a video": [b"\0\0\0\x20ftypisom\0\0\2\0", b"\x1aE\xdf\xa3\x01\0\0\0", b"RIFF\x24\0\0\0AVI LIST"],
    "a program": [
        b"\x7fELF\2\1\1\0",
        b"MZ\x90\0\3\0\0\0\4\0",
        b"\xcf\xfa\xed\xfe\7\0\0\1",
        b"\xca\xfe\xba\xbe\0\0\0\x34",
    ],
    "a font": [b"\0\1\0\0\0\x12\1\0", b"wOF2\0\1\0\0"],
    "a PDF document": [
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Length 9>>stream\n" + LINES,
        b"\xef\xbb\xbf\r\n<br />\n%PDF-1.7\n%\xe2\xe3\n7 0 obj\n<<>>\n",
    ],
    "a document of an old Microsoft Office (DOC, XLS, PPT)": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)],
    "an e-book of Mobipocket or Kindle": [b"A_Tale_of_Two_Cities".ljust(60, b"\0") + b"BOOKMOBI" + bytes(20)],
    "a DjVu document": [b"AT&TFORM\0\0\x10\0DJVM"],
    "a pickle of Python": [pickle.dumps({"text": ["a"] * 3}, protocol) for protocol in (2, 3, 4, 5)],
    "a model's weights (safetensors)": [struct.pack("<Q", 60) + b'{"weight":{"dtype":"F32"}}'],
    "a 7z archive": [b"7z\xbc\xaf\x27\x1c\0\4"],
    "a RAR archive": [b"Rar!\x1a\7\1\0"],
    "packed by compress (.Z)": [b"\x1f\x9d\x90\x49\xe8"],
    "packed by lz4": [b"\x04\x22M\x18\x64\x40\xa7"],
    "a cpio archive": [b"070701" + b"0001A2B3" * 13 + b"name\0"],
    "an HDF5 file": [b"\x89HDF\r\n\x1a\n\0\0\0\0"],
}
MARKED = {
    "RTF": rb"{\rtf1\ansi\ansicpg1252\cocoartf2639{\fonttbl\f0\fswiss Helvetica;}" + LINES,
    "PostScript": b"%!PS-Adobe-3.0\n%%Title: a tale\n" + LINES,
}


@pytest.mark.parametrize("what", WRITTEN)
def test_files_that_hold_no_text_are_told_by_content(what, tmp_path):
    assert kind_of_bytes(saved(tmp_path, WRITTEN[what])).what == what


@pytest.mark.parametrize(("what", "head"), [(what, head) for what, heads in HEADS.items() for head in heads])
def test_binary_files_are_told_by_their_first_bytes(what, head):
    kind = kind_of_bytes(head)

    assert (kind.what, kind.is_text) == (what, False)


@pytest.mark.parametrize("what", MARKED)
def test_text_in_a_language_of_marks_is_told_and_may_be_meant(what):
    kind = kind_of_bytes(MARKED[what])

    assert (kind.what, kind.is_text) == (what, True)


@pytest.mark.parametrize(
    "head",
    [
        LINES,
        "Les vrais paradis sont les paradis qu'on a perdus.".encode("latin-1"),
        "Все счастливые семьи".encode("koi8-r"),
        "吾輩は猫である。".encode("shift_jis"),
        "吾輩は猫である。".encode("utf-16"),
        "It was the best of times".encode("utf-16-le"),
        "It was the best of times".encode("utf-16-be"),
        "It was the best of times".encode("utf-32"),
        "吾輩は猫である。".encode("iso2022_jp"),
        "Été".encode("utf-8-sig"),
        b"",
        b"\0",
        b"GIF89a is how an image in that format begins.",
        b"PAR1 stands at both ends of Parquet, GGUF before a model.",
        b"GGUF\n",
        b"BM is a magic number.",
        b"MZ, said Mark Zbikowski.",
        b"%PDF-like comments are written in TeX.",
        b"Every document begins with the line\n%PDF-1.4\nand then come objects.",
        b"version https://git-lfs.github.com/spec/v1 is the first line of a pointer.\nsize 5\n",
        b"070707 is octal.",
        b"RIFF on a theme",
        rb"\documentclass{article}" + b"\n" + LINES,
        b"#!/bin/sh\necho hello\n",
        b'{"text": "It was the best of times."}\n' * 20,
        b"text,author\nIt was the best of times,Dickens\n",
        b"truetype fonts begin with 'true' at times",
    ],
)
def test_text_in_any_character_set_is_none_of_these(head):
    assert kind_of_bytes(head) is None


def test_a_refusal_says_what_it_is_and_every_way_on():
    binary, marked = Kind("a PDF document", "make plain text of it"), Kind("RTF", "save it as plain text", is_text=True)

    assert refusal(binary, "") == "the corpus is a PDF document, not text; make plain text of it"
    assert refusal(binary, "d/a.pdf") == (
        "d/a.pdf is a PDF document, not text; make plain text of it; or choose the corpus's texts with --member"
    )
    assert refusal(marked, "") == (
        "the corpus is RTF, not text; save it as plain text; or pass --markup keep, if it is to be learnt as it is"
    )


@pytest.mark.parametrize(
    "start",
    ["я\nабажур\n", "яШя, сказал он\n", "ЕРУЖ\n", "Зq\n"],
    ids=["jpeg xl", "jpeg", "eps", "cpio"],
)
def test_a_text_in_cyrillic_whose_first_letters_are_those_of_another_kind_is_text(start):
    assert kind_of_bytes((start + "слово\r\n" * 100 + "\x1a").encode("cp1251")) is None
