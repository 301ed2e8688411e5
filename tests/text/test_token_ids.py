import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.progress import WorkProgress, listening
from tasks.text import token_ids as module
from tasks.text.token_ids import encoded, vocabulary_of_file
from tasks.text.vocabulary import vocabulary_of

CHARACTERS = st.one_of(
    st.characters(codec="utf-8"), st.sampled_from("aéß€語😀\0\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff")
)
TEXTS = st.text(CHARACTERS, min_size=1, max_size=200)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("text") / "text.txt"


@settings(max_examples=50, deadline=None)
@given(text=TEXTS, piece=st.integers(1, 40))
def test_any_cut_of_the_pieces_gives_the_vocabulary_and_the_ids_of_the_text(path, text, piece):
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE_BYTES", piece)
        vocabulary = vocabulary_of_file(path)
        ids = np.concatenate(list(encoded(path, vocabulary)))

    assert vocabulary == vocabulary_of(text)
    assert ids.dtype == vocabulary.id_type
    np.testing.assert_array_equal(ids, vocabulary.encode(text))


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("distinct", [256, 257, 65_537])
def test_ids_of_every_width_are_those_of_the_text(path, distinct):
    text = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x20000)][:distinct])) * 2
    path.write_bytes(text.encode())
    vocabulary = vocabulary_of_file(path)

    np.testing.assert_array_equal(np.concatenate(list(encoded(path, vocabulary))), vocabulary.encode(text))


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"caf\xe9",
        b"a\xc3",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xff\xff\xff\xff",
        b"\xf8\x88\x80\x80\x80",
        b"\x80\x80\x80\x80abc",
    ],
    ids=repr,
)
def test_what_is_no_utf_8_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(ValueError, match="holds no text in UTF-8"):
        vocabulary_of_file(path)


def test_how_far_it_has_come_is_told(path):
    path.write_bytes(b"abc" * 100)
    heard = []
    with pytest.MonkeyPatch.context() as patch, listening(heard.append):
        patch.setattr(module, "PIECE_BYTES", 50)
        list(encoded(path, vocabulary_of("abc")))

    assert [event.done for event in heard] == [50, 100, 150, 200, 250, 300]
    assert all(isinstance(event, WorkProgress) and event.total == 300 and event.unit == "bytes" for event in heard)
