import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.data.batches import ShuffledWindows, Streams, held_out
from tasks.data.ids import Ids

lengths = st.integers(2, 400)
batch_sizes = st.integers(1, 9)
sequence_lengths = st.integers(1, 50)
seeds = st.integers(0, 1000)


def streams(count=1000, batch_size=4, sequence_length=10, seed=1):
    return Streams(ids=Ids.of(np.arange(count)), batch_size=batch_size, sequence_length=sequence_length, seed=seed)


def windows(count=1000, batch_size=4, sequence_length=10, seed=1, buffer=20):
    return ShuffledWindows(
        ids=Ids.of(np.arange(count)), batch_size=batch_size, sequence_length=sequence_length, seed=seed, buffer=buffer
    )


def of_lines(make, count, **options):
    """Batches of ids that are their places, with documents that begin at every seventh, and where they begin."""
    starts = np.arange(0, count, 7)
    return dataclasses.replace(make(count, **options), ids=Ids.of(np.arange(count), starts), resets=True), starts


def epoch(batches, number=0):
    first = number * batches.steps_per_epoch
    return [batches.batch(step) for step in range(first, first + batches.steps_per_epoch)]


@pytest.mark.parametrize("make", [streams, windows])
def test_a_batch_is_of_int32_ids(make):
    batch = make().batch(0)

    assert batch.inputs.dtype == batch.targets.dtype == np.int32
    assert batch.inputs.shape == batch.targets.shape == (4, 10)


@pytest.mark.parametrize("make", [streams, windows])
def test_a_batch_is_a_pure_function_of_seed_and_step(make):
    forward = [make().batch(step) for step in range(60)]
    backward = [make().batch(step) for step in reversed(range(60))][::-1]

    for one, other in zip(forward, backward, strict=True):
        np.testing.assert_array_equal(one[:2], other[:2])


@pytest.mark.parametrize("make", [streams, windows])
def test_another_seed_gives_other_batches(make):
    assert not np.array_equal(make(seed=1).batch(0).inputs, make(seed=2).batch(0).inputs)


@pytest.mark.parametrize("make", [streams, windows])
def test_another_epoch_gives_other_batches(make):
    batches = make()

    assert not np.array_equal(epoch(batches, 0), epoch(batches, 1))


@given(count=lengths, batch_size=batch_sizes, sequence_length=sequence_lengths, seed=seeds)
def test_the_targets_of_streams_are_the_inputs_shifted_by_one(count, batch_size, sequence_length, seed):
    for inputs, targets, _ in epoch(streams(count, batch_size, sequence_length, seed)):
        np.testing.assert_array_equal(targets, (inputs + 1) % count)
        np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])


@given(count=lengths, batch_size=batch_sizes, sequence_length=sequence_lengths, seed=seeds)
def test_streams_go_on_from_step_to_step(count, batch_size, sequence_length, seed):
    steps = epoch(streams(count, batch_size, sequence_length, seed), 1)

    for before, after in itertools.pairwise(steps):
        np.testing.assert_array_equal(after.inputs[:, 0], before.targets[:, -1])


@given(count=lengths, batch_size=batch_sizes, sequence_length=sequence_lengths, seed=seeds)
def test_an_epoch_of_streams_sees_no_target_twice_and_misses_few(count, batch_size, sequence_length, seed):
    batches = streams(count, batch_size, sequence_length, seed)
    seen = np.concatenate([batch.targets.ravel() for batch in epoch(batches)])

    assert len(set(seen.tolist())) == len(seen)
    assert count - 1 - len(seen) < batches.streams * (batches.length + 1)


@pytest.mark.parametrize(
    ("count", "batch_size", "sequence_length", "shape"),
    [
        (1000, 4, 10, (4, 10)),
        (41, 4, 10, (4, 10)),
        (40, 4, 10, (3, 10)),
        (11, 4, 10, (1, 10)),
        (10, 4, 10, (1, 9)),
        (2, 4, 10, (1, 1)),
    ],
)
def test_a_text_shorter_than_a_batch_is_cut_into_fewer_or_shorter_streams(count, batch_size, sequence_length, shape):
    batches = streams(count, batch_size, sequence_length)

    assert batches.steps_per_epoch >= 1
    assert batches.batch(0).inputs.shape == (batches.streams, batches.length) == shape


def test_an_epoch_of_streams_starts_with_a_zero_state_at_another_place():
    batches = streams()
    n = batches.steps_per_epoch

    assert [step for step in range(3 * n) if batches.resets_state(step)] == [0, n, 2 * n]
    assert len({int(batches.batch(number * n).inputs[0, 0]) for number in range(5)}) > 1


def test_shuffled_windows_start_with_a_zero_state_once():
    assert [step for step in range(100) if windows().resets_state(step)] == [0]


@given(
    count=st.integers(12, 400),
    batch_size=batch_sizes,
    sequence_length=st.integers(1, 11),
    seed=seeds,
    buffer=st.integers(1, 60),
)
def test_each_window_is_seen_once_an_epoch_but_for_the_remainder(count, batch_size, sequence_length, seed, buffer):
    batches = windows(count, batch_size, sequence_length, seed, buffer)
    total = count // (sequence_length + 1)
    for number in (0, 1):
        firsts = np.concatenate([batch.inputs[:, 0] for batch in epoch(batches, number)])

        assert set(firsts.tolist()) <= set(range(0, total * (sequence_length + 1), sequence_length + 1))
        assert len(set(firsts.tolist())) == len(firsts)
        assert len(firsts) == (total // batch_size * batch_size or total)


def test_a_window_is_consecutive_with_its_targets_shifted_by_one():
    for inputs, targets, _ in epoch(windows()):
        np.testing.assert_array_equal(np.diff(inputs), 1)
        np.testing.assert_array_equal(targets, inputs + 1)


@pytest.mark.parametrize("buffer", [1, 7, 20])
def test_no_window_comes_earlier_than_the_buffer_allows(buffer):
    batches = windows(count=1100, batch_size=1, buffer=buffer)
    order = [int(batch.inputs[0, 0]) // 11 for batch in epoch(batches)]

    assert sorted(order) == list(range(100))
    assert all(window - place < buffer for place, window in enumerate(order))
    assert (order == list(range(100))) == (buffer == 1)


def test_a_buffer_of_all_windows_shuffles_them_all():
    batches = windows(count=1100, batch_size=1, buffer=10_000)
    firsts = [int(epoch(batches, number)[0].inputs[0, 0]) // 11 for number in range(50)]

    assert min(firsts) < 25
    assert max(firsts) > 75


def test_a_text_of_less_than_one_batch_of_windows_gives_a_smaller_batch():
    batches = windows(count=25)

    assert batches.steps_per_epoch == 1
    assert sorted(batches.batch(0).inputs[:, 0].tolist()) == [0, 11]


@given(count=st.integers(2, 400), rows=st.integers(1, 20), length=st.integers(1, 100))
def test_every_held_out_target_counts_exactly_once(count, rows, length):
    held = held_out(Ids.of(np.arange(count)), rows=rows, length=length, most=1000)
    counted = held.weights == 1

    assert sorted(held.targets[counted].tolist()) == list(range(1, count))
    assert ((held.weights == 0) | counted).all()
    np.testing.assert_array_equal(held.targets[counted], held.inputs[counted] + 1)
    assert held.inputs.shape == held.targets.shape == held.weights.shape


@given(count=st.integers(2, 400), rows=st.integers(1, 20), length=st.integers(1, 100))
def test_held_out_streams_go_on_from_step_to_step(count, rows, length):
    held = held_out(Ids.of(np.arange(count)), rows=rows, length=length, most=1000)
    rows_ = held.inputs.shape[1]
    inputs = held.inputs.swapaxes(0, 1).reshape(rows_, -1)
    counted = held.weights.swapaxes(0, 1).reshape(rows_, -1) == 1

    for row, of_row in zip(inputs, counted, strict=True):
        np.testing.assert_array_equal(np.diff(row[of_row]), 1)
        assert not np.any(np.diff(of_row.astype(int)) > 0)
    assert rows_ == max(1, min(rows, (count - 1) // length))


def test_held_out_ids_keep_their_types():
    held = held_out(Ids.of(np.arange(100, dtype="<u1")), rows=2, length=10, most=1000)

    assert [part.dtype for part in held[:3]] == [np.int32, np.int32, np.float32]


@given(count=st.integers(100, 3000), rows=st.integers(1, 9), length=st.integers(1, 20), most=st.integers(1, 90))
def test_of_long_held_out_text_the_beginning_of_each_stream_is_measured(count, rows, length, most):
    held = held_out(Ids.of(np.arange(count)), rows=rows, length=length, most=most)
    steps, streams = held.inputs.shape[:2]
    stream = (count - 1) // streams

    assert (held.weights == 1).all()
    assert held.weights.size <= max(most, rows * length)
    np.testing.assert_array_equal(held.targets, held.inputs + 1)
    assert held.inputs[0, :, 0].tolist() == [row * stream for row in range(streams)]
    np.testing.assert_array_equal(np.diff(held.inputs.swapaxes(0, 1).reshape(streams, -1)), 1)
    assert steps * length <= stream


def test_text_that_is_just_short_enough_is_measured_whole():
    assert held_out(Ids.of(np.arange(101)), rows=2, length=10, most=100).weights.sum() == 100
    assert held_out(Ids.of(np.arange(102)), rows=2, length=10, most=100).weights.sum() == 100


@pytest.mark.parametrize("make", [streams, windows])
def test_the_state_is_kept_but_where_the_next_character_begins_a_document(make):
    batches, starts = of_lines(make, 1003, sequence_length=10)

    for step in range(2 * batches.steps_per_epoch):
        batch = batches.batch(step)
        assert batch.keep.dtype == np.float32
        np.testing.assert_array_equal(batch.keep == 0, np.isin(batch.targets, starts))


@pytest.mark.parametrize("make", [streams, windows])
def test_batches_of_which_no_state_is_reset_say_nothing_of_it(make):
    assert make().batch(0).keep is None
    assert held_out(Ids.of(np.arange(101)), rows=2, length=10, most=100).keep is None


@given(count=st.integers(2, 400), rows=st.integers(1, 20), length=st.integers(1, 100), most=st.integers(1, 500))
def test_of_held_out_text_too_the_state_is_kept_but_where_the_next_character_begins_a_document(
    count, rows, length, most
):
    starts = np.arange(0, count, 7)
    held = held_out(Ids.of(np.arange(count), starts), rows=rows, length=length, most=most, resets=True)

    assert held.keep.dtype == np.float32
    np.testing.assert_array_equal(held.keep == 0, np.isin(held.targets, starts))


def test_the_state_is_reset_at_every_character_that_ends_a_document_as_it_is_where_text_is_drawn():
    ids = np.array([1, 0, 0, 2, 0, 3, 3, 0, 0, 0, 4, 0])
    in_lines = Ids.of(ids, np.array([0, 3, 5, 10])).ended_by(0)

    held = held_out(in_lines, rows=1, length=11, most=100, resets=True)
    streamed = Streams(ids=in_lines, batch_size=2, sequence_length=3, seed=1, resets=True)
    windows = ShuffledWindows(ids=in_lines, batch_size=2, sequence_length=3, seed=1, buffer=4, resets=True)

    for batch in (held, *epoch(streamed), *epoch(windows)):
        np.testing.assert_array_equal(batch.keep == 0, batch.inputs == 0)
