import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.caching import Artifact
from tasks.data import division
from tasks.normalise import normalise
from tasks.text import byte_pieces

FILLED = "Il était une fois un pêcheur.\r\n\r\nIl n’avait rien pris.\n" * 20
TEXTS = st.lists(st.text(st.sampled_from("aé字😀\n\r\ufeff\u0301"), max_size=30), min_size=1, max_size=4)


def normalised(folder, name, texts, **options):
    """What the stage makes of texts and of a table of them: the text, the documents and the profile."""
    table = "".join(json.dumps({"text": text}) + "\n" for text in [FILLED, *texts])
    corpora = [table] if "field" in options else [FILLED, *texts]
    downloads, out = [], folder / name
    out.mkdir()
    for number, corpus in enumerate(corpora):
        came = folder / f"{name}-{number}"
        came.mkdir()
        (came / "corpus").write_bytes(corpus.encode())
        downloads.append(Artifact.of_folder(came))
    facts = normalise.function(out, downloads, on_damage="keep", **options).facts
    assert {path.name for path in out.iterdir()} == {"text.txt", "documents.parquet", "profile.json"}
    documents = pq.read_table(out / "documents.parquet").to_pydict()
    return (out / "text.txt").read_text(encoding="utf-8"), documents, (out / "profile.json").read_text(), facts


@given(
    texts=TEXTS,
    documents=st.sampled_from(["files", "lines", "blank-lines", "none"]),
    end_mark=st.booleans(),
    field=st.sampled_from([{}, {"field": "text"}]),
    size=st.integers(1, 400),
)
@settings(deadline=None, max_examples=40)
def test_any_cut_of_the_corpora_gives_the_same_text_documents_and_profile(
    tmp_path_factory, texts, documents, end_mark, field, size
):
    folder, options = tmp_path_factory.mktemp("cut"), {"documents": documents, "end_mark": end_mark, **field}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tasks.normalise.FEWEST_ENDED", 0)
        whole = normalised(folder, "whole", texts, **options)
        for module, name in ((division, "PIECE_BYTES"), (division, "OFFSETS"), (byte_pieces, "PIECE_BYTES")):
            patched.setattr(module, name, size)

        assert normalised(folder, "cut", texts, **options) == whole


def test_each_document_tells_its_source(tmp_path):
    text, documents, _, facts = normalised(tmp_path, "out", ["", "one\n\n", "\ntwo"])

    starts = [0, text.index("one"), text.index("\ntwo")]
    assert documents == {"start": [*starts[:2], starts[1] + 5], "source": [0, 2, 3]}
    assert (facts["documents"], facts["characters"]) == (3, len(text))


def test_each_row_that_is_not_empty_is_a_document(tmp_path):
    text, documents, _, _ = normalised(tmp_path, "out", ["one\r", "", "\ufeff", "cafe\u0301"], field="text")

    assert text == FILLED.replace("\r\n", "\n") + "one\ncafé"
    assert documents["start"] == [0, text.index("one"), text.index("café")]
