import io
import random

import pytest

from tasks.corpus.errors import CorpusError
from tasks.corpus.forward import ForwardBytes
from tasks.corpus.ranges import FileBytes, Part, StreamBytes

CONTENT = random.Random(3).randbytes(5000)


@pytest.fixture
def file(tmp_path):
    (tmp_path / "file").write_bytes(CONTENT)
    return FileBytes.of(tmp_path / "file")


def every_kind(file):
    return {
        "file": file,
        "spooled": FileBytes.spooled(io.BytesIO(CONTENT)),
        "part": Part(FileBytes.spooled(io.BytesIO(b"before" + CONTENT + b"after")), 6, 5000),
        "stream": StreamBytes(lambda: io.BytesIO(CONTENT)),
        "forward": ForwardBytes(lambda: io.BytesIO(CONTENT)),
        "part of a stream": Part(ForwardBytes(lambda: io.BytesIO(b"before" + CONTENT + b"after")), 6, 5000),
    }


@pytest.mark.parametrize("kind", every_kind(None))
@pytest.mark.parametrize("offset", [0, 1, 4999, 5000])
def test_bytes_are_read_from_any_offset_to_their_end(file, kind, offset):
    content = every_kind(file)[kind]

    assert content.open(offset).read() == CONTENT[offset:]
    assert content.at(offset, 10) == CONTENT[offset : offset + 10]
    assert content.head(7) == CONTENT[:7]


@pytest.mark.parametrize("kind", ["file", "spooled", "part"])
def test_what_is_seekable_is_read_in_any_order(file, kind):
    stream = every_kind(file)[kind].open()
    stream.seek(-5, io.SEEK_END)

    assert stream.read() == CONTENT[-5:]
    assert stream.seek(3) == 3
    assert stream.read(4) == CONTENT[3:7]
    assert stream.seek(10, io.SEEK_CUR) == stream.tell() == 17
    with pytest.raises(OSError, match="before the first"):
        stream.seek(-1)


def test_what_only_runs_forwards_says_so():
    part = Part(ForwardBytes(lambda: io.BytesIO(CONTENT)), 5, 10)

    assert not part.open().seekable()
    with pytest.raises(io.UnsupportedOperation):
        part.open().seek(0)


def test_a_part_that_is_not_all_there_is_refused(file):
    stream = Part(file, 4990, 20).open()

    with pytest.raises(CorpusError, match="10 bytes of it are missing: it was cut off"):
        stream.read()
