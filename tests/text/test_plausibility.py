import pytest

from tasks.text.plausibility import evidence


def test_evidence_is_the_words_that_show_most_of_the_characters_beyond_ascii():
    assert evidence("a café, “naïve” and café again;\x1fà façade!\n") == ("café", "“naïve”", "façade")


@pytest.mark.parametrize("text", ["a" * 65_000 + " é!", "a" * 65_000 + "\n" + "é" * 100], ids=["none", "one"])
def test_a_word_of_ascii_as_long_as_the_text_is_passed_over(text):
    assert evidence(text) == (("é" * 24,) if text.endswith("é") else ())
