import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.corpus import ranges
from tasks.corpus.errors import CorpusError
from tasks.corpus.ranges import FileBytes, ForwardBytes, Part, StreamBytes

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


@settings(max_examples=50, deadline=None)
@given(reads=st.lists(st.tuples(st.integers(0, 5200), st.integers(0, 900)), max_size=30))
def test_any_reads_of_a_forward_stream_give_what_stands_there(reads):
    content, streams = ForwardBytes(lambda: io.BytesIO(CONTENT)), []
    for number, (offset, size) in enumerate(reads):
        stream = content.open(offset)

        assert stream.read(size) == CONTENT[offset : offset + size]
        if number % 3:
            stream.close()
        else:
            streams.append(stream)


def test_parts_read_twice_in_order_take_two_streams(monkeypatch):
    monkeypatch.setattr(ranges, "WINDOW_BYTES", 100)
    opened = []
    content = ForwardBytes(lambda: opened.append(1) or io.BytesIO(CONTENT * 200))
    for number in range(200):
        part = Part(content, number * 5000, 5000)
        for _ in range(2):
            with part.open() as stream:
                assert stream.read() == CONTENT

    assert len(opened) == 2


def test_more_than_the_window_can_be_read_at_once(monkeypatch):
    monkeypatch.setattr(ranges, "WINDOW_BYTES", 1000)
    content = ForwardBytes(lambda: io.BytesIO(CONTENT * 100))

    assert content.at(7, 300_000) == (CONTENT * 100)[7:300_007]


def test_a_stream_that_failed_is_not_used_again():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            piece = super().read(size)
            if not piece:
                raise CorpusError("damaged")
            return piece

    content = ForwardBytes(lambda: Failing(CONTENT))
    for _ in range(2):
        with content.open() as stream, pytest.raises(CorpusError, match="damaged"):
            stream.read()
