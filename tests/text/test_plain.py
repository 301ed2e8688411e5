import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.text import plain
from tasks.text.damage import survey
from tasks.text.damage_policy import judged
from tasks.text.normalising import Changes, is_stable, normalised
from tasks.text.plain import surveyed

PIECES = st.lists(
    st.sampled_from(["a b\n", "\r\n", "é", "à la", "字，", "😀", "â", "€™", "„", "Ã", "©", "Ñ", "\ufeff", "\0", "\x85"])
    | st.sampled_from(["\u0301", "\u1161", "가", "\u212b", "\ufffd", "\ue000", "\ud7ff", "ﬁ", "\u0378", "\U000e0001"]),
    max_size=12,
)


def cut(content, size):
    return [content[at : at + size] for at in range(0, len(content), size)]


@given(parts=PIECES, size=st.integers(1, 9), end=st.sampled_from([b"", b"", b"", b"\xe5\xad", b"\xff"]))
@example(parts=["é" * 20, "â", "€™"], size=4, end=b"")
@example(parts=["\ufeff", "\ufeff"], size=2, end=b"")
@settings(max_examples=300)
def test_a_plain_text_is_surveyed_as_any_other_and_is_normal_but_for_carriage_returns(parts, size, end):
    content = "".join(parts).encode() + end
    slow, fast = survey([content], "utf-8", ascii_alone=True), surveyed(cut(content, size))

    if fast:
        assert (fast.characters, fast.lines, fast.beyond_ascii) == (slow.characters, slow.lines, slow.beyond_ascii)
        assert slow.fits
        assert not slow.tail
        assert not any(slow.counts.values())
        assert judged(fast, "utf-8", "refuse") == judged(slow, "utf-8", "refuse") == []
        changes, others = Changes(), Changes()
        text = content.decode().removeprefix("\ufeff")
        whole = b"".join(plain.normalised(plain.without_mark(cut(content, size)), changes)).decode()
        assert whole == "".join(normalised([text], others))
        assert changes == others


@pytest.mark.parametrize(
    "text", ["", "a\r\nb", "Cœurs à l’aîné, “Éa”", "道可道，非常道。", "Привет", "😀", "\ufeffa é"]
)
def test_what_most_texts_are_made_of_is_plain(text):
    assert surveyed([text.encode()])


@pytest.mark.parametrize("text", ["a\0", "é\0", "e\u0301", "a\ufeff", "\ufffd", "\x85", "\u212b", "donâ€™t", "Ã©"])
def test_what_may_have_to_be_mended_or_said_is_not(text):
    assert surveyed([text.encode()]) is None


@given(st.lists(st.characters(exclude_categories=["Cs"]).filter(is_stable)))
def test_stable_characters_in_any_order_are_composed(characters):
    text = "".join(characters)

    assert unicodedata.normalize("NFC", text) == text


@pytest.mark.parametrize(
    "character", ["\u0301", "\u1161", "\u11a8", "\u09be", "\u212b", "\u0340", "\u0958", "\u2add\u0338"[1]]
)
def test_what_composing_may_change_is_not_stable(character):
    assert not is_stable(character)
