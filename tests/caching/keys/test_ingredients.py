import pytest

from tasks.caching.keys.ingredients import Change, changes, in_words


def made_of(digest="1" * 64, **parameters):
    return {"parameters": parameters, "inputs": {"text": digest}, "libraries": {}}


def test_what_is_read_comes_before_what_a_person_changed():
    many = dict.fromkeys("abcd", 2)

    found = changes(made_of(**dict.fromkeys("abcd", 1)), made_of(digest="2" * 64, **many))

    assert in_words(found) == "what it reads changed (text), a 1 → 2, b 1 → 2 and 2 more"


def test_an_input_that_there_was_not_or_is_no_longer_is_named():
    without, with_model = made_of(), {**made_of(), "inputs": {"text": "1" * 64, "model": "3" * 64}}

    assert in_words(changes(without, with_model)) == "it also reads model"
    assert in_words(changes(with_model, without)) == "it no longer reads model"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (["a"], ["f\xc3\xbcr"], "['a'] → ['für']"),
        ("\x80", "é", "'\\x80' → 'é'"),
        ("ü", "\xc3\xbc", "'ü' → 'Ã¼'"),
        ("a", "x" * 99, f"'a' → '{'x' * 58}…"),
    ],
)
def test_a_text_of_bytes_is_shown_as_the_text_that_it_is(old, new, said):
    assert str(Change(ingredient="prompts", old=old, new=new)) == f"prompts {said}"


PASSAGES = [f"passage {number} of a play, long enough to be cut" for number in range(12)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PASSAGES, [*PASSAGES[1:], "O"], f"12 → 12 in all: '{PASSAGES[0]}' gone, 'O' new"),
        (PASSAGES, [*PASSAGES, "a", "b"], "12 → 14 in all: 'a' new, 'b' new"),
        (PASSAGES, PASSAGES[:4], "12 → 4 in all: 8 gone"),
        (PASSAGES, [text.upper() for text in PASSAGES], "12 → 12 in all: 12 gone, 12 new"),
        (PASSAGES, PASSAGES[::-1], "12 → 12 in all: the same ones, in another order or number"),
        (None, PASSAGES, f"None → ['{PASSAGES[0]}', 'passage 1 o… (12 in all)"),
        (dict.fromkeys(PASSAGES, 1), dict.fromkeys(PASSAGES[1:], 1), f"12 → 11 in all: {{{PASSAGES[0]}: 1}} gone"),
        ([0.5, 1.0], [0.5], "[0.5, 1.0] → [0.5]"),
        (["1" * 64] * 2, ["2" * 64], f"[{'1' * 12}, {'1' * 12}] → [{'2' * 12}]"),
        (
            "https://example.org/" + "d/" * 40 + "a",
            "https://example.org/" + "d/" * 40 + "b",
            "'…d/d/d/d/d/a' → '…d/d/d/d/d/b'",
        ),
    ],
)
def test_of_what_is_long_a_line_says_how_many_there_are_and_what_differs(old, new, said):
    assert str(Change(ingredient="prompts", old=old, new=new)) == f"prompts {said}"
