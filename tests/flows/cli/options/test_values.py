import pydantic
import pytest

from flows.cli.app import main
from flows.cli.options import DataOptions, Options


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--training-seed", "5000000000"], "--training-seed must be less than 4294967296"),
        (["--seed", str(1 << 63)], "--seed must be less than 9223372036854775808"),
        (["--seq-length", "0"], "--seq-length must be greater than or equal to 1"),
        (["--sample-length", "0"], "--sample-length must be"),
        (["sample", "-n", "0"], "--samples must be greater than or equal to 1"),
        (["sample", "--length", "0"], "--length must be greater than or equal to 1"),
    ],
)
def test_an_error_names_the_option_that_was_typed(capsys, words, said):
    assert main([*words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--temperatures", "0.5,0.8"],
            "--temperatures must be a number, got '0.5,0.8'; write several with blanks between them: 0.5 0.8",
        ),
        (["--temperatures", "0.5; 0.8"], "write several with blanks between them: 0.5 0.8"),
        (["--dropout", "0,5"], "--dropout must be a number, got '0,5'\n"),
        (["--units", "lots"], "--units must be a whole number, got 'lots'\n"),
        (["--units", "1.5"], "--units must be a whole number, got '1.5'\n"),
        (["gc", "--keep-runs", "x"], "--keep-runs must be a whole number, got 'x'\n"),
        (["--end-mark=maybe"], "--end-mark must be true or false, got 'maybe'\n"),
        *(
            ([name, ""], f"{name} must not be empty\n")
            for name in ("--prompt", "--stop", "--field", "--member", "--corpus")
        ),
        (["--encoding", "nonsense"], "--encoding names no character set of texts, got 'nonsense'; give one"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_value_is_a_sentence_on_its_option(capsys, words, said):
    assert main([*words]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.startswith(f"charflow: {next(word for word in words if word[0] == '-').partition('=')[0]} ")


@pytest.mark.parametrize("name", ["utf-99", "rot13", "base64", "hex", "undefined", "unicode_escape", "idna", "x\0y"])
def test_what_is_no_character_set_is_refused_before_anything_is_fetched(capsys, name):
    assert main(["--encoding", name]) == 2

    said = capsys.readouterr().err
    assert said.startswith("charflow: --encoding ")
    assert "character set" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "name",
    [
        *("UTF8", "latin-1", "cp1252", "big5", "utf-16-le", "utf_8_sig", "koi8-r", "mac-roman", "x-mac-cyrillic"),
        *("windows-874", "iso-8859-8-i", "utf8mb4", "x-sjis", "x-mac-roman"),
    ],
)
def test_a_character_set_is_known_by_any_of_its_names(name):
    assert DataOptions(encoding=name).encoding == name


def test_the_form_takes_headers_and_shows_none_that_it_refuses():
    header = "Authorization: Bearer ${TOKEN}"

    assert DataOptions(corpus_header=[header]).corpus_header == [header]
    for wrong in ("Bearer hunter2", "A: hunter2\r\nB: x", ": hunter2"):
        with pytest.raises(pydantic.ValidationError, match="no HTTP header") as refused:
            DataOptions(corpus_header=[wrong])
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("words", [["--corpus-header", "hunter2"], ["--corpus", "ftp://me:hunter2@host/x"]])
def test_what_may_be_secret_is_not_shown_when_it_is_refused(capsys, words):
    assert main(words) == 2
    assert "hunter2" not in capsys.readouterr().err


def test_a_value_by_itself_is_a_list_of_one_in_the_form_and_in_a_deployment():
    data = {"corpus": "poems.txt", "corpus_header": "Accept: text/plain"}
    sampling = {"temperatures": 0.7, "prompt": "a"}

    options = Options.model_validate({"data": data, "sampling": sampling})

    assert (options.data.corpus, options.data.corpus_header) == (["poems.txt"], ["Accept: text/plain"])
    assert (options.sampling.temperatures, options.sampling.prompt) == ([0.7], ["a"])


def test_no_refusal_of_the_form_shows_an_address():
    with pytest.raises(pydantic.ValidationError) as refused:
        Options.model_validate({"data": {"corpus": {"address": "https://me:hunter2@host/x"}}})

    assert "hunter2" not in str(refused.value)
