import pytest

from tasks.text.changes import changes
from tasks.text.profile import Profile, profile_of
from tests.text.test_profile import lines


def like(text: str) -> Profile:
    return profile_of([text.encode()])


BEFORE = lines(2_000)
LINES = BEFORE.splitlines(keepends=True)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        BEFORE + lines(1_500, seed=2),
        lines(1_000, seed=2) + BEFORE,
        "".join(reversed(LINES)),
        "".join(LINES[:1_950]),
        "".join(line if number % 3 else "revised " + line for number, line in enumerate(LINES)),
        BEFORE + "Ωραία!\n",
        "".join(LINES[500:]) + lines(500, seed=3),
    ],
    ids=[
        "the same",
        "appended to",
        "put before",
        "in another order",
        "a little cut",
        "revised",
        "one strange",
        "moving",
    ],
)
def test_what_a_text_goes_through_as_it_is_kept_up_is_passed(after):
    assert changes(like(BEFORE), like(after)) == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (
            "Service unavailable, come back later.\n" * 30,
            "it has 1,140 characters, 2.3 % of the 50,000 of the last one",
        ),
        (BEFORE[: int(len(BEFORE) * 0.8)], "80 % of the 50,000 of the last one, and next to nothing new"),
        (BEFORE * 5, "500 % of the"),
        (BEFORE.replace("e", "Ã©"), "of its characters are ones that the last one lacked"),
        (BEFORE.replace("e", "?"), "of the last one's characters are ones that it lacks"),
        (lines(2_000, seed=2), "100 % of its lines are new"),
        ("".join(LINES[:12]) * 167, "of the last one's lines are gone"),
        ("".join(LINES[:300]) + lines(1_700, seed=2), "of the last one's lines are gone"),
    ],
    ids=[
        "an error page",
        "a cut upload",
        "many times the size",
        "a wrong character set",
        "letters lost",
        "replaced",
        "a part repeated",
        "nearly replaced",
    ],
)
def test_what_is_beyond_that_is_told_with_its_numbers(after, said):
    assert any(said in one for one in changes(like(BEFORE), like(after))), changes(like(BEFORE), like(after))


def test_a_text_that_was_replaced_whole_the_last_time_may_be_again():
    assert changes(like(BEFORE), like(lines(2_100, seed=2)), like(lines(1_900, seed=3))) == []
    assert changes(like(BEFORE), like(lines(2_100, seed=2)), like("".join(LINES[:1_500]))) != []


def test_a_text_that_is_nearly_replaced_each_time_may_be_again_but_not_be_a_part_of_itself_repeated():
    last = "".join(LINES[:300]) + lines(1_700, seed=2)

    assert changes(like(last), like(last[:7_500] + lines(1_700, seed=3)), like(BEFORE)) == []
    assert changes(like(last), like("".join(last.splitlines(keepends=True)[:50]) * 40), like(BEFORE)) != []


def test_a_text_without_lines_may_go_on_at_its_end():
    assert changes(like(BEFORE.replace("\n", " ")), like((BEFORE + lines(500, seed=2)).replace("\n", " "))) == []
