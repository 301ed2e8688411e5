import pytest

from tasks.corpus.patterns import on_braces


@pytest.mark.parametrize(
    ("source", "has_braces"),
    [
        ("{a,b}.txt", True),
        ("x/{a,,b}/{c}", True),
        ("{{a,b}", True),
        ("${a,b}", False),
        ("{a}.txt", False),
        ("{a,b", False),
        ("{a},{b}", False),
        ("{" + "," * 1_000_000, False),
    ],
    ids=lambda one: one[:9] if isinstance(one, str) else "",
)
def test_braces_are_told_in_a_source_of_any_length(source, has_braces):
    assert bool(on_braces(source, "--corpus")) == has_braces
