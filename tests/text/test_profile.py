import json
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.text.profile import MOST_LINES, UNIT, Profile, profile_of

TEXTS = st.text(st.sampled_from("ab\n é字😀\0"), max_size=300)
LONG = "".join(f"{n * n}\n" for n in range(3 * MOST_LINES))


def lines(count: int, seed: int = 1) -> str:
    chosen = random.Random(seed)
    return "".join("".join(chosen.choices("abcdefghijklmnopqrstuvwxyz   .", k=24)) + "\n" for _ in range(count))


def profile(text: str) -> Profile:
    return profile_of([text.encode()])


def cut(text: str, places: list[int]) -> list[bytes]:
    """The text in pieces of UTF-8 that end at these places, which may be within characters."""
    content = text.encode()
    ends = sorted(place % (len(content) + 1) for place in places)
    return [content[start:end] for start, end in zip([0, *ends], [*ends, len(content)], strict=True)]


@settings(deadline=None)
@given(TEXTS, st.integers(1, 40), st.lists(st.integers(0, 100_000), max_size=12))
@example("x" * UNIT + "\n", 1, [UNIT])
@example("é" * UNIT, 3, [1, UNIT - 1])
@example(LONG, 1, [10, 10_000, 17_000])
def test_any_cut_of_the_text_gives_the_same_profile(text, times, places):
    assert profile_of(cut(text * times, places)) == profile(text * times)


@settings(deadline=None)
@given(TEXTS)
def test_the_alphabet_counts_every_character(text):
    found = profile(text)

    assert found.alphabet == {one: text.count(one) for one in set(text)}
    assert found.characters == len(text)


@settings(deadline=None)
@given(TEXTS)
@example(LONG)
def test_a_profile_survives_being_written(text):
    found = profile(text)

    assert Profile.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"alphabet": 1, "limit": 1, "lines": []}', '{"alphabet": {}, "limit": 1, "lines": ["x"]}']
)
def test_what_is_no_profile_is_refused(text):
    with pytest.raises(ValueError, match="no profile"):
        Profile.from_json(text)


@pytest.mark.parametrize("text", [lines(30_000), "no line " * 100_000, "same\n" * 100_000, "a" * 500_000])
def test_a_profile_is_small_whatever_the_size_and_the_lines(text):
    found = profile(text)

    assert len(found.lines) <= MOST_LINES
    assert len(found.to_json()) < 60_000
    assert json.loads(found.to_json())


@pytest.mark.parametrize("kept", [0.0, 0.25, 0.5, 1.0])
def test_the_share_of_new_lines_is_told_within_a_few_hundredths(kept):
    before = lines(20_000)
    same = before.splitlines(keepends=True)[: int(20_000 * kept)]
    after = "".join(same) + lines(20_000 - len(same), seed=2)

    share = profile(after).share_new_to(profile(before))

    assert share == pytest.approx(1 - kept, abs=0.08)


def test_of_texts_of_very_different_sizes_the_share_is_told_as_well():
    before = lines(40_000)
    head = "".join(before.splitlines(keepends=True)[:10_000])

    assert profile(head).share_new_to(profile(before)) == 0.0
    assert profile(before).share_new_to(profile(head)) == pytest.approx(0.75, abs=0.08)


def test_of_a_few_lines_no_share_is_told():
    assert profile("one\ntwo\n").share_new_to(profile(lines(100))) is None
