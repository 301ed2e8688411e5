import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.corpus import forward
from tasks.corpus.errors import CorpusError
from tasks.corpus.forward import ForwardBytes
from tasks.corpus.ranges import Part

CONTENT = random.Random(3).randbytes(5000)


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
    monkeypatch.setattr(forward, "WINDOW_BYTES", 100)
    opened = []
    content = ForwardBytes(lambda: opened.append(1) or io.BytesIO(CONTENT * 200))
    for number in range(200):
        part = Part(content, number * 5000, 5000)
        for _ in range(2):
            with part.open() as stream:
                assert stream.read() == CONTENT

    assert len(opened) == 2


def test_more_than_the_window_can_be_read_at_once(monkeypatch):
    monkeypatch.setattr(forward, "WINDOW_BYTES", 1000)
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
