import base64
import json

import numpy as np
import pytest

from tasks.page import sample_data
from tasks.page.sample_data import identity, packed, samples_data
from tests.page.reviews import a_sample

CORPUS = "".join(chr(0x4E00 + place) for place in range(1000))
TEXT, MEASURES, COPIED, LOOPS, UNKNOWN, SURPRISE = 6, 7, 8, 9, 10, 11


def excerpt(start, end):
    return CORPUS[max(0, start) : end]


def rows_of(*samples):
    return samples_data(samples, excerpt, len(samples))["rows"]


def test_samples_stand_row_by_row_with_each_prompt_once():
    samples = [
        a_sample(f"{prompt} {t} {index}", t, index, prompt)
        for t in (0.5, 1.0)
        for prompt in ("A", "B")
        for index in range(2)
    ]
    data = samples_data(samples, excerpt, 8)

    assert data["prompts"] == ["A", "B"]
    assert data["total"] == 8
    assert [row[TEXT] for row in data["rows"]] == [
        f"{prompt} {t} {index}" for prompt in ("A", "B") for index in range(2) for t in (0.5, 1.0)
    ]


def test_more_than_there_is_room_for_is_cut_at_a_whole_sample():
    samples = [a_sample("é" * 10, index=index) for index in range(9)]
    size = len(json.dumps(rows_of(samples[0]), ensure_ascii=False, separators=(",", ":")).encode()) - 1

    for room, count in ((2 * size, 2), (2 * size - 1, 1), (0, 0), (99 * size, 9)):
        data = samples_data(samples, excerpt, 9, room)
        assert (len(data["rows"]), data["total"]) == (count, 9)


def test_a_very_long_sample_is_cut_and_its_length_kept(monkeypatch):
    monkeypatch.setattr(sample_data, "SAMPLE_CHARACTERS", 5)
    (row,) = rows_of(a_sample("x" * 10))

    assert row[TEXT - 1 : TEXT + 1] == [10, "xxxxx"]
    assert len(base64.b64decode(row[SURPRISE])) == 5


def test_what_is_copied_comes_with_the_corpus_around_it():
    (row,) = rows_of(a_sample("x" + CORPUS[500:540], copied=[(1, 41, 500)]))

    assert row[COPIED] == [[1, 41, 500, CORPUS[380:500], CORPUS[540:660]]]


def test_at_the_ends_of_the_corpus_there_is_less_around_it():
    (row,) = rows_of(a_sample(CORPUS[5:45], copied=[(0, 40, 5)]))

    assert row[COPIED][0][3] == CORPUS[:5]


def test_when_the_room_for_excerpts_is_used_up_the_offsets_remain(monkeypatch):
    monkeypatch.setattr(sample_data, "EXCERPT_CHARACTERS", 100)
    one, other = rows_of(*(a_sample(CORPUS[300:340], index=index, copied=[(0, 40, 300)]) for index in range(2)))

    assert len(one[COPIED][0]) == 5
    assert other[COPIED] == [[0, 40, 300]]


def test_spans_and_measures_come_along():
    (row,) = rows_of(a_sample("abc abc abc", bits=1.23456, loops=[(0, 11)], unknown=[(4, 7)], known_words=None))

    assert (row[LOOPS], row[UNKNOWN]) == ([[0, 11]], [[4, 7]])
    assert row[MEASURES][0] == 1.2346
    assert None in row[MEASURES]


def test_surprise_is_kept_in_tenths_of_a_bit():
    given = np.array([0.0, 0.04, 0.06, 3.14, 25.5, 60.0, np.inf], "<f2").tobytes()

    assert list(base64.b64decode(packed(given))) == [0, 0, 1, 31, 255, 255, 255]


@pytest.mark.parametrize("change", [{"text": "other"}, {"index": 4}, {"temperature": 0.3}])
def test_ratings_are_of_the_samples_whatever_else_is_known_of_them(change):
    sample = a_sample("text \ud800")

    assert identity([sample]) == identity([{**sample, "copied_share": 0.9}])
    assert identity([sample]) != identity([{**sample, **change}])
