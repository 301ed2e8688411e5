import math

import numpy as np
import pytest

from tasks.data.ids import Ids
from tasks.data.passages import Passage
from tasks.sampling import continuation
from tasks.sampling.continuation import continuations
from tests.tiny_models import VOCABULARY, in_lines, lines, losses, losses_by_line, noise, random_network

NETWORK, IDS = random_network(), noise(120, seed=1)
PASSAGES = [
    Passage(start, VOCABULARY.decode(IDS[start : start + size]), len(IDS)) for start, size in ((50, 9), (3, 4), (75, 2))
]


def test_each_is_as_long_as_a_sample_and_scored_as_one_that_has_read_the_beginning_alone():
    found = [*continuations(NETWORK, Ids.of(IDS), PASSAGES, 30)]

    assert [one.passage for one in found] == PASSAGES
    for one in found:
        read = IDS[one.passage.start : one.passage.end + 30]
        assert one.ids.tolist() == read[-30:].tolist()
        assert one.bits == pytest.approx(losses(NETWORK, read)[-30:] / math.log(2), rel=1e-4)


def test_in_a_short_split_one_ends_with_it(monkeypatch):
    assert [len(one.ids) for one in continuations(NETWORK, Ids.of(IDS), PASSAGES, 200)] == [61, 113]
    monkeypatch.setattr(continuation, "MOST_CHARACTERS", 59)
    assert [len(one.ids) for one in continuations(NETWORK, Ids.of(IDS), PASSAGES, 20)] == [20, 20]
    assert [*continuations(NETWORK, Ids.of(IDS), [], 20)] == []


def test_one_ends_where_its_text_does_however_long_samples_are():
    passages = [one._replace(stop=stop) for one, stop in zip(PASSAGES, (80, 120, 78), strict=True)]

    found = [*continuations(NETWORK, Ids.of(IDS), passages, 40)]

    assert [one.passage for one in found] == passages[:2]
    assert [one.ids.tolist() for one in found] == [IDS[59:80].tolist(), IDS[7:47].tolist()]
    assert found[0].bits == pytest.approx(losses(NETWORK, IDS[50:80])[-21:] / math.log(2), rel=1e-4)


def test_where_the_state_is_reset_a_beginning_is_read_as_that_of_a_document():
    ids = lines(120, seed=2)
    start = int(np.flatnonzero(ids[:60] == 0)[1]) + 1
    passage = Passage(start, VOCABULARY.decode(ids[start : start + 3]), len(ids))

    (one,) = continuations(NETWORK, in_lines(ids), [passage], 30, before=0)

    read = np.concatenate([[0], ids[start : start + 33]])
    assert one.bits == pytest.approx(losses_by_line(NETWORK, read)[-30:] / math.log(2), rel=1e-4)
