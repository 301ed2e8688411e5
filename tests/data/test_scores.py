import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.data.ids import Ids
from tasks.data.samples import SCHEMA, write_samples
from tasks.data.scores import SCORED, read_chunks, read_measures, read_texts, scored, write_windows
from tasks.quality.matches import CopyRule
from tasks.quality.measuring import Ground, measured
from tasks.text.vocabulary import vocabulary_of
from tests.page.reviews import a_sample

CORPUS = "The quick brown fox jumps over the lazy dog. Pack my box with five dozen liquor jugs.\n"


def table_of(texts):
    return pa.Table.from_pylist([a_sample(text, index=number) for number, text in enumerate(texts)], SCHEMA)


def score(texts, corpus=CORPUS):
    vocabulary = vocabulary_of(corpus)
    ids, table = Ids.of(vocabulary.encode(corpus)), table_of(texts)
    found = measured(texts, table["log_probability"].to_numpy(), Ground.of(vocabulary, ids, ids), CopyRule(10, 0, True))
    return scored(table, found)


def test_the_places_in_a_sample_count_from_its_own_beginning():
    loop = "the dog. " * 3
    rows = score(["vwxyz", "", "xx " + CORPUS[4:19] + " qq foxen " + loop]).to_pylist()

    assert [row["copied"] for row in rows[:2]] == [[], []]
    assert rows[2]["copied"][0] == {"start": 2, "end": 19, "offset": 3}
    text = rows[2]["text"]
    assert [text[one["start"] : one["end"]] for one in rows[2]["unknown_words"]] == ["qq", "foxen"]
    assert [text[one["start"] : one["end"]] for one in rows[2]["loops"]] == [" " + loop]


def test_a_measure_that_does_not_apply_is_null():
    short, empty = score(["fox", ""]).to_pylist()

    assert (short["novel_share"], short["distinct_4"], short["known_words"]) == (None, None, None)
    assert short["copied_share"] == 0
    assert (empty["bits_per_character"], empty["alphabet_divergence"], empty["longest_copy"]) == (None, None, 0)


def test_without_words_no_word_is_known_or_unknown():
    (row,) = score(["学而时习之学"], corpus="学而时习之,不亦说乎?\n").to_pylist()

    assert (row["known_words"], row["unknown_words"], row["longest_copy"]) == (None, [], 5)


def test_a_sample_is_read_after_the_last_line_of_its_prompt(tmp_path):
    drawn = {"Rinaan\nMiansa": "\n", "\n": "Anna\n", "An": "na\n", "\x03": "Bo\x03", "b\x03D": "ora\x03"}
    write_samples(tmp_path / "samples.parquet", [a_sample(text, prompt=prompt) for prompt, text in drawn.items()])

    read = read_texts(tmp_path / "samples.parquet", 0.8)

    assert read == ["Miansa\n", "Anna\n", "Anna\n", "Bo\x03", "Dora\x03"]


def test_a_scored_sample_has_all_columns_and_its_measures_are_read_back(tmp_path):
    pq.write_table(score(["The quick fox jumps", "fox"]), tmp_path / "scored.parquet")

    assert pq.read_schema(tmp_path / "scored.parquet").equals(SCORED)
    found = read_measures(tmp_path / "scored.parquet")
    assert found["characters"].tolist() == [19, 3]
    assert found["temperatures"].tolist() == [0.8, 0.8]
    assert found["measures"]["bits_per_character"] == pytest.approx([2, 2])
    assert np.isnan(found["measures"]["novel_share"][1])
    assert set(found["measures"]) >= {"copied_share", "longest_copy", "known_words", "distinct_4"}


@pytest.mark.parametrize("characters", [1, 40, 10_000])
def test_samples_are_read_in_chunks_and_in_order(tmp_path, characters):
    for file, count in (("a", 7), ("b", 1), ("c", 5)):
        rows = [a_sample("x" * (number % 3) + file, index=number) for number in range(count)]
        write_samples(tmp_path / file, rows)

    chunks = list(read_chunks([tmp_path / file for file in "abc"], characters))

    texts = [text for chunk in chunks for text in chunk["text"].to_pylist()]
    assert texts == ["x" * (n % 3) + file for file, count in (("a", 7), ("b", 1), ("c", 5)) for n in range(count)]
    assert len(chunks) == {1: 13, 40: 1, 10_000: 1}[characters]


def test_windows_are_rows_that_any_reader_understands(tmp_path):
    row = {"offset": 2**40, "text": "é😀", "log_probability": -4.5, "characters": 2, "surprise": b"\0<\0<"}
    write_windows(tmp_path / "reference.parquet", [row])

    assert pq.read_table(tmp_path / "reference.parquet").to_pylist() == [row]
