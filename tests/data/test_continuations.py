import numpy as np
import pytest

from tasks.data.continuations import read_continuations, write_continuations
from tasks.data.samples import pack_surprise, unpack_surprise
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary, inside


def a_row(prompt, text):
    surprise = pack_surprise(np.ones(len(text)))
    about = {"prompt": prompt, "text": text, "characters": len(text), "surprise": surprise}
    return {"offset": 3, "log_probability": -float(len(text)), **about}


def test_the_continuations_of_the_asked_prompts_are_read(tmp_path):
    rows = [a_row("one", " day"), a_row("two", " days")]
    write_continuations(tmp_path / "real.parquet", rows)

    assert read_continuations(tmp_path / "real.parquet", {"two", "three"}, vocabulary_of("days one two")) == rows[1:]


def test_bytes_are_shown_as_characters_and_scored_as_bytes(tmp_path):
    write_continuations(tmp_path / "real.parquet", [a_row(inside("é"), inside("aßb"))])

    (one,) = read_continuations(tmp_path / "real.parquet", {"é"}, byte_vocabulary("éaßb"))

    assert (one["prompt"], one["text"], one["characters"]) == ("é", "aßb", 4)
    assert unpack_surprise(one["surprise"]) == pytest.approx([1, 2, 1])


def test_a_stop_string_ends_them_where_it_would_have_ended_samples(tmp_path):
    write_continuations(tmp_path / "real.parquet", [a_row("one", " day. Two. Three")])
    given = tmp_path / "real.parquet", {"one"}, vocabulary_of("one day. Two. Three")

    ended = [read_continuations(*given, **how)[0]["text"] for how in ({"stop": ". "}, {"stop": "!"})]
    late = read_continuations(*given, stop=". ", minimum_length=7)[0]
    assert ended == [" day. ", " day. Two. Three"]
    assert (late["text"], late["characters"], len(unpack_surprise(late["surprise"]))) == (" day. Two. ", 11, 11)
    assert late["log_probability"] == pytest.approx(-11 * np.log(2))
