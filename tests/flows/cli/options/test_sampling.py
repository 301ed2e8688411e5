import unicodedata

import pytest

from flows.cli.options import SamplingOptions
from tasks.network.parameters import SamplingParameters
from tasks.text.folding import without_rare
from tasks.text.prompts import PromptError
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary, inside

DECOMPOSED = unicodedata.normalize("NFD", "café")


def test_prompts_are_composed_as_the_corpus_is(tmp_path):
    (tmp_path / "prompts.txt").write_text(f"{DECOMPOSED}\n", encoding="utf-8")
    vocabulary = vocabulary_of("café\n")

    given = SamplingOptions(prompt=[DECOMPOSED, "é"], stop=DECOMPOSED)
    of_file = SamplingOptions(prompts=str(tmp_path / "prompts.txt"))

    assert given.fitted(vocabulary) == ["café", "é"]
    assert vocabulary.inside(given.resolved("quick", ["é"], "float32").stop) == "café"
    assert of_file.fitted(vocabulary) == ["café"]
    with pytest.raises(PromptError):
        SamplingOptions(prompt=["e"]).fitted(vocabulary)


def test_an_escape_in_a_prompt_or_stop_string_means_the_same_wherever_it_is_typed(tmp_path):
    typed = r"\section\\n\n\t"
    (tmp_path / "prompts.txt").write_text(typed)
    vocabulary = vocabulary_of("\\section\n\t")

    given = SamplingOptions(prompt=[typed], stop=r"\n\n")
    of_file = SamplingOptions(prompts=str(tmp_path / "prompts.txt"))

    assert given.fitted(vocabulary) == of_file.fitted(vocabulary) == ["\\section\\n\n\t"]
    assert given.resolved("quick", ["a"], "float32").stop == "\n\n"
    assert SamplingOptions.model_validate(given.model_dump()).fitted(vocabulary) == given.fitted(vocabulary)


def test_a_backslash_that_became_part_of_an_escape_is_told_where_the_corpus_lacks_what_it_means():
    with pytest.raises(PromptError, match=r"for a backslash before n, t, x or u write \\\\"):
        SamplingOptions(prompt=[r"\textbf"]).fitted(vocabulary_of("\\textbf\n"))


def test_prompts_and_stop_strings_are_made_of_characters_that_are_drawn():
    vocabulary = without_rare(vocabulary_of("aabbß\n\n"), min_count=2)

    assert SamplingOptions(prompt=["aß"], unknown_characters="drop").fitted(vocabulary) == ["a"]
    assert SamplingOptions().fitted(vocabulary) == []
    for refused in ({"prompt": ["\ufffd"]}, {"prompt": ["ß"]}, {"stop": "ß"}, {"stop": "\ufffd"}):
        with pytest.raises(PromptError, match="too rare in it"):
            SamplingOptions(**refused).fitted(vocabulary)


def test_prompts_have_the_line_ends_of_a_corpus():
    options = SamplingOptions(prompt=["a\r\nb\rc"], stop="\r\n")

    vocabulary = vocabulary_of("abc\n")
    assert options.fitted(vocabulary) == ["a\nb\nc"]
    assert vocabulary.inside(options.resolved("quick", ["a"], "float32").stop) == "\n"


def test_options_of_a_sampling_take_the_place_of_the_presets():
    assert SamplingOptions().resolved("notebook", ["a"], "bfloat16").model_dump() == {
        **SamplingParameters(samples_per_temperature=1, sample_length=500, prompts=("a",)).model_dump(),
        "precision": "bfloat16",
    }
    resolved = SamplingOptions(samples_per_temperature=3, top_k=2, seed=9).resolved("quick", ["a"], "float32")
    assert (resolved.samples_per_temperature, resolved.sample_length, resolved.top_k, resolved.seed) == (3, 500, 2, 9)


def test_at_the_level_of_bytes_prompts_and_stop_strings_are_taken_as_they_are():
    vocabulary = byte_vocabulary(f"{DECOMPOSED}\r\n")
    options = SamplingOptions(prompt=[f"{DECOMPOSED}\r\n"], stop="\r\n")

    assert options.fitted(vocabulary) == [inside(f"{DECOMPOSED}\r\n")]
    assert options.resolved("quick", ["a"], "float32").stop == "\r\n"
    with pytest.raises(PromptError, match="whose bytes the corpus lacks: 'ß'"):
        SamplingOptions(stop="ß").fitted(vocabulary)
