import bz2
import lzma
import math

import numpy as np
import pyppmd
import pytest

from tasks.quality import floors as module
from tasks.quality.floors import Window, floors

COUNTS = np.array([1, 0])
PLAIN = {
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "ppmd": lambda plain: pyppmd.compress(plain, max_order=6, mem_size=1 << 27, variant="H"),
}


def uniform_and_unigram(train, validation):
    measured = floors(Window.of("ab", "ab"), train, validation)
    return measured["uniform"], measured["unigram"]


def test_the_uniform_floor_is_the_logarithm_of_the_vocabulary():
    assert uniform_and_unigram(np.ones(65, int), np.ones(65, int))[0] == pytest.approx(6.0223678)


def test_the_unigram_floor_is_the_cross_entropy_of_the_smoothed_frequencies():
    train, validation = np.array([0, 0, 0, 1, 1], "<u1"), np.array([0, 1, 2, 2], "<u1")

    # Counts 3, 2 and 0, each with one added, of 8.
    expected = -(math.log2(4 / 8) + math.log2(3 / 8) + 2 * math.log2(1 / 8)) / 4

    found = uniform_and_unigram(np.bincount(train, minlength=3), np.bincount(validation, minlength=3))
    assert found[1] == pytest.approx(expected)


def test_the_unigram_floor_of_equal_frequencies_is_the_uniform_one():
    uniform, unigram = uniform_and_unigram(np.array([10] * 4), np.array([1, 1, 0, 1]))

    assert unigram == pytest.approx(uniform) == 2


@pytest.mark.parametrize("name", PLAIN)
def test_a_compressors_floor_is_by_how_much_held_out_text_lengthens_the_compressed_training_text(name):
    drawn = np.random.default_rng(1).choice(["Ä rose ", "is ", "a ", "thorn", ".\n"], 6000)
    train, held_out = "".join(drawn[:5000]), "".join(drawn[5000:])
    compress = PLAIN[name]
    grown = len(compress((train + held_out).encode())) - len(compress(train.encode()))

    assert len(held_out.encode()) > len(held_out)
    floor = floors(Window.of(train, held_out), COUNTS, COUNTS)[name]
    assert floor * len(held_out) / 8 == pytest.approx(grown, abs=1)  # What PPMd holds back is a byte longer at times.


def test_text_that_the_training_text_has_already_costs_xz_and_ppmd_next_to_nothing():
    letters = np.random.default_rng(2).choice([*"abcdefghijklmnop"], 20_000)
    train = "".join(letters)

    new = floors(Window.of(train[:-5000], train[-5000:]), COUNTS, COUNTS)
    repeated = floors(Window.of(train, train[-5000:]), COUNTS, COUNTS)
    assert all(new[name] > 3.9 for name in PLAIN)
    assert repeated["xz"] < 0.2
    assert repeated["ppmd"] < 0.7
    assert repeated["bzip2"] < new["bzip2"]


def test_of_long_texts_the_end_of_the_one_and_the_beginning_of_the_other_are_compressed(monkeypatch):
    monkeypatch.setattr(module, "TRAINING_BYTES", 1001)
    monkeypatch.setattr(module, "HELD_OUT_BYTES", 501)

    window = Window.of("a" * 1000 + "é" * 900, "ö" * 300 + "a" * 900)
    assert window.train == ("é" * 900).encode()[-1001:]
    assert window.held_out == ("ö" * 300).encode()[:501]
    assert window.characters == {"train": 500, "validation": 250}
    assert floors(window, COUNTS, COUNTS)["bzip2"] == pytest.approx(
        (len(bz2.compress(window.train + window.held_out)) - len(bz2.compress(window.train))) * 8 / 250
    )


def test_of_short_texts_all_is_compressed():
    assert Window.of("über", "all") == ("über".encode(), b"all", {"train": 4, "validation": 3})


def test_bytes_are_compressed_as_they_are():
    content = np.random.default_rng(1).integers(256, size=8000).astype(np.uint8).tobytes()
    window = Window.of(content[:4000].decode("latin-1"), content[4000:].decode("latin-1"), "latin-1")
    measured = floors(window, COUNTS, COUNTS)

    assert window == (content[:4000], content[4000:], {"train": 4000, "validation": 4000})
    assert all(measured[name] == pytest.approx(8, abs=0.7) for name in PLAIN)
