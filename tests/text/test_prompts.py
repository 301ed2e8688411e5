import pytest

from flows.cli.options import SamplingOptions
from tasks.text.prompts import PromptError, meant, prompts_of
from tasks.text.vocabulary import vocabulary_of


def test_each_line_is_a_prompt_and_may_hold_new_lines(tmp_path):
    (tmp_path / "prompts.txt").write_bytes(b"ROMEO:\\n\r\n\n  two  \ntab\\tand\\\\n\xc3\xa9")

    typed = prompts_of(tmp_path / "prompts.txt")

    assert [meant(one) for one in typed] == ["ROMEO:\n", "  two  ", "tab\tand\\n\u00e9"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (r"end\u0003", "end\x03"),
        (r"end\x03", "end\x03"),
        (r"\u00e9\u202E\u0000", "é\u202e\0"),
        (r"\\u0003", r"\u0003"),
        *((as_it_is, as_it_is) for as_it_is in (r"\usepackage", r"\xi", r"\u12", r"\xff", r"\udc80", r"\uD83D")),
    ],
)
def test_a_character_that_no_key_types_is_written_by_its_number_and_no_half_of_one_is(typed, text):
    assert meant(typed) == text


def test_the_mark_that_ends_documents_can_be_typed_as_a_prompt_and_stop_string():
    options = SamplingOptions(prompt=[r"\u0003", "a"], stop=r"\x03")

    assert options.fitted(vocabulary_of("abc\x03")) == ["\x03", "a"]
    assert options.drawing()["stop"] == "\x03"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\n\n", "holds no prompts"),
        (b"ab\xff", "cannot read --prompts .*: it is no UTF-8, by its byte 0xFF at offset 2$"),
    ],
)
def test_a_file_that_holds_none_is_refused(tmp_path, content, said):
    (tmp_path / "prompts.txt").write_bytes(content)

    with pytest.raises(PromptError, match=said):
        prompts_of(tmp_path / "prompts.txt")


def test_a_file_that_is_not_there_is_told_in_words(tmp_path):
    for path, why in ((tmp_path / "none", "there is no such file"), (tmp_path, "it is a folder")):
        with pytest.raises(PromptError, match=f"cannot read --prompts {path}: {why}$"):
            prompts_of(path)


def test_prompts_of_options_and_file_are_fitted_to_the_corpus_each_once(tmp_path):
    (tmp_path / "prompts.txt").write_text("b\nA\n")
    options = SamplingOptions(prompt=["a", "b"], prompts=str(tmp_path / "prompts.txt"), unknown_characters="nearest")

    assert options.fitted(vocabulary_of("abc\n")) == ["a", "b"]
    assert SamplingOptions().fitted(vocabulary_of("abc\n")) == []


def test_a_stop_string_that_can_never_be_drawn_is_refused():
    with pytest.raises(PromptError, match=r"--stop has characters that the corpus lacks: 'x' \(U\+0078\)"):
        SamplingOptions(stop="ax").fitted(vocabulary_of("abc"))
