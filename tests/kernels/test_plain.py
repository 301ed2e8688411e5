import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.data.ids import Ids
from tasks.kernels import plain
from tasks.kernels.utf8 import CUT_BYTES, PLACES, count_characters, look_up_characters
from tasks.kernels.words import find_words, mark_known
from tasks.quality.hash_table import slots_of
from tasks.quality.streamed_matches import streamed_matches
from tests.kernel_setting import with_and_without
from tests.quality.texts import ID_TYPES, few_letters

QUICK = settings(max_examples=10, deadline=None)
TABLE = np.arange(PLACES, dtype=np.uint32)
CHARACTERS = st.text(st.sampled_from("aé\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff😀"), max_size=12)
PIECES = st.one_of(CHARACTERS.map(str.encode), st.binary(max_size=4))
NUMBERS = st.builds(lambda upper, lower: (upper << 60) + lower, st.integers(0, 15), st.integers(0, 2))


@pytest.mark.parametrize("dtype", ID_TYPES)
@given(pieces=st.lists(PIECES, max_size=5), cut=st.integers(0, CUT_BYTES))
@QUICK
def test_characters_are_looked_up_as_by_machine_code_also_in_what_is_no_utf_8(dtype, pieces, cut):
    content = np.frombuffer(b"".join(pieces) + bytes(CUT_BYTES), np.uint8)
    size, table = max(0, len(content) - CUT_BYTES - cut), TABLE.astype(dtype)

    def look_up():
        found = np.empty(size, dtype)
        return found[: look_up_characters(content, size, table, found)].tolist()

    compiled, without = with_and_without(look_up)
    assert compiled == without


@given(pieces=st.lists(PIECES, max_size=5), cut=st.integers(0, CUT_BYTES))
@QUICK
def test_characters_are_counted_as_by_machine_code_also_in_what_is_no_utf_8(pieces, cut):
    content = np.frombuffer(b"".join(pieces) + bytes(CUT_BYTES), np.uint8)
    size = max(0, len(content) - CUT_BYTES - cut)

    def count():
        counts = np.zeros(PLACES, np.int64)
        count_characters(content, size, counts)
        count_characters(content, size, counts)
        points = np.flatnonzero(counts != 0)
        return points.tolist(), counts[points].tolist()

    compiled, without = with_and_without(count)
    assert compiled == without


@pytest.mark.parametrize("dtype", ID_TYPES)
@given(ids=st.lists(st.integers(0, 5), max_size=60), seed=st.integers(0, 99))
@QUICK
def test_words_and_their_numbers_are_those_of_machine_code(dtype, ids, seed):
    ids, random = np.array(ids, dtype), np.random.default_rng(seed)
    kinds, (factors, terms) = random.integers(0, 3, 6, np.uint8), random.integers(0, 1 << 64, (2, 6), np.uint64)

    def find():
        found = np.empty((len(ids) // 2 + 1, 3), np.uint64)
        return found[: find_words(ids, kinds, factors, terms, found)].tolist()

    compiled, without = with_and_without(find)
    assert compiled == without


@given(held=st.sets(NUMBERS, max_size=20), numbers=st.lists(NUMBERS, max_size=20))
@QUICK
def test_the_numbers_that_machine_code_marks_are_marked(held, numbers):
    distinct = np.array(sorted(held), np.uint64)
    words = np.array([(0, 1, number) for number in numbers], np.uint64).reshape(-1, 3)
    size, slots = slots_of(distinct)
    table = np.zeros(size, np.uint64)
    table[slots] = distinct

    def mark():
        known = np.zeros(size, np.uint8)
        mark_known(words, table, known)
        return known.tolist()

    compiled, without = with_and_without(mark)
    assert compiled == without


@pytest.mark.parametrize(("dtype", "by"), [("<u1", 80), ("<u2", 300), ("<u4", 70_000)])
@given(
    ids=few_letters(60, letters=2).filter(bool),
    training=few_letters(150, letters=2),
    longest=st.integers(1, 40),
    start=st.integers(0, 9),
    block=st.integers(1, 30),
)
@QUICK
def test_matches_are_as_long_and_stand_where_machine_code_finds_them(dtype, by, ids, training, longest, start, block):
    ids, training = (np.array(each, np.int64) * by for each in (ids, training))

    def matches():
        found = streamed_matches(ids.astype(dtype), longest, Ids.of(training.astype(dtype)), min(start, len(training)))
        return [each.tolist() for each in found]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "BLOCK", block)
        patch.setattr("tasks.quality.streamed_matches.PIECE_CHARACTERS", 3 * block)
        compiled, without = with_and_without(matches)
    assert compiled == without


def test_long_copies_and_repetitions_are_matched_as_by_machine_code():
    random = np.random.default_rng(1)
    training = np.concatenate([random.integers(0, 4, 3000), np.full(500, 9), random.integers(0, 4, 3000)])
    training = training.astype("<u2")
    ids = np.concatenate(
        [random.integers(0, 4, 200), training[2900:3600], training[:300], np.full(40, 9), training[-40:]]
    )

    compiled, without = with_and_without(
        lambda: [each.tolist() for each in streamed_matches(ids.astype("<u2"), 600, Ids.of(training), 0)]
    )
    assert compiled == without
