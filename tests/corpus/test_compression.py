import io
import tracemalloc

import pytest
import zstandard

from tasks.corpus.compression import decoder_of, decompressed
from tasks.corpus.errors import CorpusError
from tests.corpus.archives import COMPRESSIONS

TEXT = b"It was the best of times, it was the worst of times.\n" * 2000


def opened(kind, content):
    packed = COMPRESSIONS[kind](content)
    return decompressed(io.BytesIO(packed), decoder_of(packed))


@pytest.mark.parametrize("kind", COMPRESSIONS)
@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_any_sizes_of_the_reads_give_the_same_bytes(kind, size):
    stream = opened(kind, TEXT[:3000])

    assert b"".join(iter(lambda: stream.read(size), b"")) == TEXT[:3000]


@pytest.mark.parametrize("kind", COMPRESSIONS)
def test_nothing_compressed_is_nothing(kind):
    assert opened(kind, b"").read() == b""


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"BZh is how a bzip2 file begins",
        b"BZh91AY is how a bzip2 file begins",
        b"\x1f\x8b",
        b"\x1f\x8b\x08\xff\0\0",
        b"]\0\0",
        b"]\0\0\x80\0It was the best of times",
        b"]]]]]]]]]]]]]]]]]]]]]",
        bytes(20),
        b"\x28\xb5\x2f",
        "(µ/ý".encode(),
    ],
)
def test_what_only_resembles_a_compressed_file_is_none(head):
    assert decoder_of(head) is None


def test_a_frame_of_zstandard_to_be_skipped_is_skipped():
    packed = b"\x50\x2a\x4d\x18\4\0\0\0note" + zstandard.compress(TEXT)

    assert decompressed(io.BytesIO(packed), decoder_of(packed)).read() == TEXT


@pytest.mark.parametrize("kind", COMPRESSIONS)
def test_memory_does_not_grow_with_what_zeros_unpack_to(kind):
    packed = COMPRESSIONS[kind](bytes(50 << 20))
    stream = decompressed(io.BytesIO(packed), decoder_of(packed))
    tracemalloc.start()
    for _ in range(40):
        assert len(stream.read(1 << 20)) == 1 << 20
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 38 << 20


def test_damage_is_refused_in_words():
    packed = bytearray(COMPRESSIONS["gzip"](TEXT))
    packed[-6] ^= 1

    with pytest.raises(CorpusError, match=r"it is compressed and damaged: .*incorrect data check; fetch it again"):
        decompressed(io.BytesIO(bytes(packed)), decoder_of(packed)).read()
