import pytest

from flows.cli.options import SamplingOptions
from tasks.data.dataset import Dataset
from tasks.encode import encode
from tasks.text.prompts import PromptError


@pytest.fixture
def vocabulary_of(read, file):
    def vocabulary_of(text):
        return Dataset.of(encode(read(file(text.encode())).artifact)).vocabulary

    return vocabulary_of


@pytest.mark.parametrize("corpus", ["one line\tand\nanother\n", "\\alpha + \\nu = \\tau\n\n\t\n"])
def test_an_escape_is_what_it_stands_for_also_where_the_corpus_has_backslashes(vocabulary_of, corpus):
    options = SamplingOptions(prompt=["a\\n", "a\\t"], stop="\\n\\n")

    assert options.fitted(vocabulary_of(corpus * 100)) == ["a\n", "a\t"]
    assert options.drawing()["stop"] == "\n\n"


@pytest.mark.parametrize(
    ("corpus", "typed", "meant"),
    [
        ("Le café est fermé.\n", "Le cafe\u0301", "Le café"),
        ("Ångström mätte ljus.\n", "A\u030angstro\u0308m", "Ångström"),
        ("Cô ấy yếu quá.\n", "ye\u0302\u0301u", "yếu"),
        ("one line\r\nand two\r\n", "two\r\n", "two\n"),
    ],
)
def test_a_prompt_is_normalised_as_the_corpus_is(vocabulary_of, corpus, typed, meant):
    assert SamplingOptions(prompt=[typed]).fitted(vocabulary_of(corpus * 100)) == [meant]


def test_a_prompt_in_another_script_is_refused_in_few_words(vocabulary_of):
    with pytest.raises(PromptError) as caught:
        SamplingOptions(prompt=["".join(map(chr, range(0x4E00, 0x4E00 + 2000)))]).fitted(vocabulary_of("abc\n" * 300))

    assert len(str(caught.value)) < 300
