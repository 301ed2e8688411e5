import pytest

from tasks.caching.keys.ingredients import Change, changes, in_words


def made_of(digest="1" * 64, **parameters):
    return {"parameters": parameters, "inputs": {"text": digest}, "libraries": {}}


def test_what_is_read_comes_before_what_a_person_changed():
    many = dict.fromkeys("abcd", 2)

    found = changes(made_of(**dict.fromkeys("abcd", 1)), made_of(digest="2" * 64, **many))

    assert in_words(found) == "what it reads changed (text), a 1 → 2, b 1 → 2 and 2 more"


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
