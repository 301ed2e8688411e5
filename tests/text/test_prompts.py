import pytest

from flows.cli.options import SamplingOptions
from tasks.text.prompts import PromptError, meant, prompts_of
from tasks.text.vocabulary import vocabulary_of


def test_each_line_is_a_prompt_and_may_hold_new_lines(tmp_path):
    (tmp_path / "prompts.txt").write_bytes(b"ROMEO:\\n\r\n\n  two  \ntab\\tand\\\\n\xc3\xa9")

    typed = prompts_of(tmp_path / "prompts.txt")

    assert [meant(one) for one in typed] == ["ROMEO:\n", "  two  ", "tab\tand\\n\u00e9"]


@pytest.mark.parametrize(("content", "said"), [(b"\n\n", "holds no prompts"), (b"\xff", "cannot read")])
def test_a_file_that_holds_none_is_refused(tmp_path, content, said):
    (tmp_path / "prompts.txt").write_bytes(content)

    with pytest.raises(PromptError, match=said):
        prompts_of(tmp_path / "prompts.txt")


def test_prompts_of_options_and_file_are_fitted_to_the_corpus_each_once(tmp_path):
    (tmp_path / "prompts.txt").write_text("b\nA\n")
    options = SamplingOptions(prompt=["a", "b"], prompts=str(tmp_path / "prompts.txt"), unknown_characters="nearest")

    assert options.fitted(vocabulary_of("abc\n")) == ["a", "b"]
    assert SamplingOptions().fitted(vocabulary_of("abc\n")) == []


def test_a_stop_string_that_can_never_be_drawn_is_refused():
    with pytest.raises(PromptError, match=r"--stop has characters that the corpus lacks: 'x' \(U\+0078\)"):
        SamplingOptions(stop="ax").fitted(vocabulary_of("abc"))
