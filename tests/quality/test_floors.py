import bz2
import lzma
import math

import numpy as np
import pytest

from tasks.quality import floors as module
from tasks.quality.floors import floors

COUNTS = np.array([1, 0])


def test_the_uniform_floor_is_the_logarithm_of_the_vocabulary():
    assert floors("ab", np.ones(65, int), np.ones(65, int))["uniform"] == pytest.approx(6.0223678)


def test_the_unigram_floor_is_the_cross_entropy_of_the_smoothed_frequencies():
    train, validation = np.array([0, 0, 0, 1, 1], "<u1"), np.array([0, 1, 2, 2], "<u1")

    # Counts 3, 2 and 0, each with one added, of 8.
    expected = -(math.log2(4 / 8) + math.log2(3 / 8) + 2 * math.log2(1 / 8)) / 4

    assert floors("abc", np.bincount(train, minlength=3), np.bincount(validation, minlength=3))[
        "unigram"
    ] == pytest.approx(expected)


def test_the_unigram_floor_of_equal_frequencies_is_the_uniform_one():
    measured = floors("abcd", np.array([10] * 4), np.array([1, 1, 0, 1]))

    assert measured["unigram"] == pytest.approx(measured["uniform"]) == 2


def test_the_compressors_floors_are_their_bits_for_each_character():
    text = "Ä rose is a rose is a rose.\n" * 200
    plain = text.encode()
    measured = floors(text, COUNTS, COUNTS)

    assert len(plain) > len(text)
    assert measured["bzip2"] == pytest.approx(len(bz2.compress(plain, 9)) * 8 / len(text))
    assert measured["xz"] == pytest.approx(len(lzma.compress(plain, preset=9 | lzma.PRESET_EXTREME)) * 8 / len(text))


def test_only_the_beginning_of_a_long_corpus_is_compressed(monkeypatch):
    monkeypatch.setattr(module, "COMPRESSED_BYTES", 1001)
    text = "é" * 1000

    assert floors(text, COUNTS, COUNTS)["bzip2"] == pytest.approx(len(bz2.compress(text.encode()[:1001], 9)) * 8 / 500)


def test_bytes_are_compressed_as_they_are():
    content = np.random.default_rng(1).integers(256, size=4000).astype(np.uint8).tobytes()
    measured = floors(content.decode("latin-1"), COUNTS, COUNTS, "latin-1")

    assert measured["bzip2"] == pytest.approx(len(bz2.compress(content, 9)) * 8 / 4000)
    assert 8 < measured["xz"] < 8.5
