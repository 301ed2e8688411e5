import bz2
import gzip
import io
import lzma
import struct
import zipfile

import pytest

from tasks.corpus import members as module
from tasks.corpus.errors import CorpusError
from tasks.corpus.members import members

TEXT = "Longtemps, je me suis couché de bonne heure.\n".encode() * 50


@pytest.fixture
def unpacked(tmp_path):
    def unpacked(content):
        path = tmp_path / "corpus"
        path.write_bytes(content)
        (member,) = members(path)
        return member.open().read()

    return unpacked


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "two gzip members": gzip.compress(TEXT[:300]) + gzip.compress(TEXT[300:]),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "zip": zipped({"texts/a.txt": TEXT}),
    "zip of macOS": zipped({"texts/": "", "texts/a.txt": TEXT, "__MACOSX/texts/._a.txt": "\0"}),
}


def test_a_file_that_is_no_archive_is_its_own_member(unpacked):
    assert unpacked(TEXT) == TEXT


@pytest.mark.parametrize("kind", PACKED)
def test_a_compressed_corpus_is_unpacked(unpacked, kind):
    assert unpacked(PACKED[kind]) == TEXT


@pytest.mark.parametrize("kind", PACKED)
def test_a_truncated_archive_is_refused(unpacked, kind):
    with pytest.raises(CorpusError, match=r"the compressed corpus is damaged: .*; fetch it again"):
        unpacked(PACKED[kind][:-12])


@pytest.mark.parametrize("kind", PACKED)
def test_a_flipped_byte_anywhere_never_changes_the_text(unpacked, kind):
    content = PACKED[kind]
    for place in range(7, len(content), 7):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        try:
            text = unpacked(bytes(flipped))
        except CorpusError:
            continue
        assert text == TEXT


@pytest.mark.parametrize(("files", "count"), [({}, 0), ({"a.txt": "a", "b.txt": "b"}, 2)])
def test_a_zip_archive_must_hold_one_file(unpacked, files, count):
    content = zipped({"folder/": "", **files})

    with pytest.raises(CorpusError, match=f"the zip archive has {count} files instead of one"):
        unpacked(content)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("flags", 1, "is encrypted"), ("method", 99, "compression method is not supported")],
)
def test_a_zip_archive_that_cannot_be_unpacked_is_refused_in_words(unpacked, field, value, said):
    content = bytearray(zipped({"a.txt": "a"}))
    within = {"flags": (6, 8), "method": (8, 10)}[field]
    struct.pack_into("<H", content, within[0], value)
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + within[1], value)

    with pytest.raises(CorpusError, match=f"the zip archive cannot be unpacked: .*{said}.*; unpack it"):
        unpacked(bytes(content))


def test_a_corpus_unpacks_only_up_to_the_limit(unpacked, monkeypatch):
    monkeypatch.setattr(module, "MAXIMUM_BYTES", 1000)

    assert unpacked(gzip.compress(b"a" * 1000)) == b"a" * 1000
    with pytest.raises(CorpusError, match="unpacks to more than 1,000 bytes"):
        unpacked(gzip.compress(b"a" * 1001))
