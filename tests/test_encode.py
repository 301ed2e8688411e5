import hashlib

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.caching import Artifact, Session, Store
from tasks.caching.running.execute import execute
from tasks.data.dataset import Dataset
from tasks.encode import encode
from tasks.text.vocabulary import Vocabulary, vocabulary_of
from tests.kernel_setting import kernels, with_and_without
from tests.normal_text import normal_text

TEXT = "Longtemps, je me suis couché de bonne heure 😀.\n" * 300


@pytest.fixture
def encoded(tmp_path):
    folders = iter(range(10))

    def encoded(text, starts=(0,), **limits):
        number = next(folders)
        source, out = normal_text(tmp_path / f"in{number}", text, starts), tmp_path / f"out{number}"
        out.mkdir()
        return out, source, encode.function(out, source, **limits)

    return encoded


@pytest.mark.parametrize("text", [TEXT, "a\r\nb\ufeff\u2028" * 200], ids=["plain", "odd line ends"])
def test_the_ids_and_the_vocabulary_lead_back_to_the_text(encoded, text):
    out, _, outcome = encoded(text)

    vocabulary = Vocabulary.from_json((out / "vocabulary.json").read_text())
    assert vocabulary.decode(Dataset.of(Artifact.of_folder(out)).split("ids")[:]) == text
    assert vocabulary == vocabulary_of(text)
    assert outcome.facts == {"characters": len(text), "vocabulary_size": len(set(text)), "findings": []}


def test_the_ids_name_the_vocabulary_and_the_corpus(encoded):
    out, source, _ = encoded(TEXT)

    metadata = pq.read_schema(out / "ids-00000.parquet").metadata
    assert metadata[b"charflow.vocabulary"].decode() == vocabulary_of(TEXT).sha256
    assert metadata[b"charflow.corpus"].decode() == source.digest


def test_the_digest_is_of_the_content(encoded):
    digests = [encoded(text)[2].digest for text in (TEXT, TEXT, TEXT[::-1], TEXT.replace("L", "l"))]

    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_where_documents_begin_counts_in_the_digest_and_stands_beside_the_ids(encoded):
    out, _, outcome = encoded(TEXT, [0, 47, 5000])

    assert outcome.digest != encoded(TEXT)[2].digest
    assert [*np.concatenate([*Dataset.of(Artifact.of_folder(out)).split("ids").starts()])] == [0, 47, 5000]


def test_rare_characters_become_one_and_it_is_said(encoded):
    out, _, outcome = encoded(TEXT + "ß中", min_count=2)

    dataset = Dataset.of(Artifact.of_folder(out))
    assert dataset.vocabulary.decode(dataset.split("ids")[-5:]) == "😀.\n\ufffd\ufffd"
    assert outcome.facts["vocabulary_size"] == len(set(TEXT)) + 1
    assert outcome.facts["findings"] == [
        "2 characters that occur 2 times in all became one unknown character (U+FFFD), which no sample is made of"
    ]
    assert outcome.digest != encoded(TEXT + "\ufffd\ufffd")[2].digest


def test_texts_of_equal_ids_over_other_characters_differ(encoded):
    assert encoded("abab" * 300)[2].digest != encoded("cdcd" * 300)[2].digest


@settings(max_examples=20, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=300), piece=st.integers(1, 60))
def test_any_cut_of_the_pieces_gives_the_same_files(tmp_path_factory, text, piece):
    folder = tmp_path_factory.mktemp("cut")
    source = normal_text(folder / "text", text)
    made = []
    for size in (1 << 22, piece):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tasks.text.token_ids.PIECE_BYTES", size)
            out = folder / str(size)
            out.mkdir()
            outcome = encode.function(out, source)
        made.append((outcome, {path.name: path.read_bytes() for path in out.iterdir()}))

    assert made[0] == made[1]
    vocabulary, content = vocabulary_of(text), vocabulary_of(text).to_json().encode()
    assert made[0][1]["vocabulary.json"] == content
    assert made[0][0].digest == hashlib.sha256(content + bytes(8) + vocabulary.encode(text).tobytes()).hexdigest()


def test_the_level_of_bytes_is_written_into_the_vocabulary_and_tells_the_result_apart(encoded):
    (of_bytes, _, one), (of_characters, _, other) = encoded("Ã©\0ÿ" * 300, level="byte"), encoded("Ã©\0ÿ" * 300)

    assert Vocabulary.from_json((of_bytes / "vocabulary.json").read_text()).level == "byte"
    assert "level" not in (of_characters / "vocabulary.json").read_text()
    assert one.digest != other.digest


def test_without_kernels_the_files_are_the_same(encoded):
    def files():
        out, _, outcome = encoded(TEXT)
        return outcome, {path.name: path.read_bytes() for path in out.iterdir()}

    compiled, without = with_and_without(files)
    assert compiled == without


@pytest.mark.parametrize("order", [("on", "off"), ("off", "on")], ids=" ".join)
def test_what_was_made_with_kernels_is_used_without_them_and_the_other_way_round(tmp_path, order):
    session = Session(store=Store(tmp_path / "store", run="test"), answer=execute)
    source = normal_text(tmp_path / "text", TEXT)
    with session.active():
        for setting in order:
            with kernels(setting):
                encode(source)

    assert [report.state for report in session.reports] == ["ran", "cached"]
