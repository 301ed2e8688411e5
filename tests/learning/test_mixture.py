import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.learning.mixture import mixture

OLD, NEW = 9_500, 500


def mixed(new=((OLD, OLD + NEW),), epochs=3.0):
    ids = np.zeros(OLD + NEW, np.uint8)
    ids[OLD:] = 1
    return mixture(Ids.of(ids, np.arange(0, len(ids), 100)), np.array(new, np.int64).reshape(-1, 2), epochs)


def test_new_text_is_seen_as_often_as_from_scratch_and_the_other_steps_see_some_of_all():
    made = mixed()

    assert len(made) == pytest.approx(10_000 * 3 / 5, abs=16)
    assert (made[0 : len(made)] == 1).sum() == pytest.approx(3 * NEW, abs=0.05 * len(made))
    assert made[len(made) - 3 * NEW : len(made)].all()


def test_new_text_takes_half_of_the_steps_at_most():
    made = mixed(((5_500, 10_000),), epochs=3.0)

    assert len(made) == pytest.approx(6_000, abs=16)
    assert made[len(made) - 3_000 : len(made)].tolist() == [0] * 2_500 + [1] * 500


def test_of_a_text_that_is_not_seen_once_from_scratch_as_much_of_what_is_new_is_seen():
    made = mixed(epochs=0.4)

    assert made[len(made) - 200 : len(made)].all()
    assert len(made) == pytest.approx(800, abs=16)


@pytest.mark.parametrize("new", [(), ((0, OLD + NEW),)], ids=["nothing", "everything"])
def test_where_nothing_is_new_or_too_much_the_split_is_seen_as_it_is(new):
    assert mixed(new) is None


def test_each_stretch_begins_a_document_and_has_its_own():
    (starts,) = mixed().starts()

    assert {0, len(mixed()) - NEW, len(mixed()) - NEW + 100} <= set(starts.tolist())
