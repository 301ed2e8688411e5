import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.data.ids import Ids
from tasks.data.samples import SCHEMA, unpack_surprise
from tasks.data.scores import read_measures, scored
from tasks.data.shown_samples import schema_of, shown
from tasks.quality.matches import CopyRule
from tasks.quality.measuring import Ground, measured
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary, inside
from tests.page.reviews import a_sample

CORPUS = "Der Bär läuft über die Straße, “schön” sagt er. Привет, мир; der Igel schläft im Wald.\n"
VOCABULARY = byte_vocabulary(CORPUS.encode() + bytes(range(256)))


def score(*texts):
    """The rows of texts of bytes as they are shown."""
    ids = Ids.of(VOCABULARY.encode(inside(CORPUS)))
    ground = Ground.of(VOCABULARY, ids, ids)
    rows = [
        a_sample(inside(text), index=number, prompt=inside("für "), surprise=np.arange(len(inside(text))) / 8)
        for number, text in enumerate(texts)
    ]
    table = pa.Table.from_pylist(rows, SCHEMA)
    found = measured(table["text"].to_pylist(), table["log_probability"].to_numpy(), ground, CopyRule(10, 0, True))
    return shown(scored(table, found), VOCABULARY)


def test_samples_of_bytes_are_shown_as_text_and_keep_their_bytes():
    first, second = score("Bär 😀", b"x\xff\xe2\x82y").to_pylist()

    assert (first["prompt"], first["text"], first["characters"]) == ("für ", "Bär 😀", 5)
    assert (second["text"], second["bytes"]) == ("x\ufffd\ufffd\ufffdy", b"x\xff\xe2\x82y")
    assert first["bytes"] == "Bär 😀".encode()
    assert unpack_surprise(first["surprise"]) * 8 == pytest.approx([0, 1 + 2, 3, 4, 5 + 6 + 7 + 8])


def test_copied_passages_are_whole_characters_at_their_place_in_the_corpus():
    content = CORPUS.encode()
    (row,) = score(b"q\xa4" + "zz läuft über dié Straße, “schÖn”".encode()).to_pylist()

    assert row["copied"]
    for one in row["copied"]:
        there = content[one["offset"] : one["offset"] + one["size"]].decode()
        assert there == row["text"][one["start"] : one["end"]]
    assert [row["text"][one["start"] : one["end"]] for one in row["copied"]] == [" läuft über di", " Straße, “sch"]


def test_loops_and_unknown_words_lie_in_the_text_that_is_shown():
    loop = "мир, мир, мир, мир, мир, мир, "
    (row,) = score(f"Bär größe, {loop}Wäld er").to_pylist()

    assert [row["text"][one["start"] : one["end"]] for one in row["unknown_words"]] == ["größe", "Wäld"]
    (found,) = row["loops"]
    assert loop.strip() in row["text"][found["start"] : found["end"]]


def test_measures_are_weighted_by_bytes(tmp_path):
    pq.write_table(score("ää", "ab"), tmp_path / "samples.parquet")

    assert pq.read_schema(tmp_path / "samples.parquet").equals(schema_of(VOCABULARY))
    assert read_measures(tmp_path / "samples.parquet")["characters"].tolist() == [4, 2]


def test_samples_of_characters_stay_as_they_are():
    table = pa.table({"text": ["Ã©"]})

    assert shown(table, vocabulary_of("Ã©")) is table
