import pytest
import yaml

from flows.cli.app import main


def test_an_option_that_is_given_twice_has_its_last_value(capsys):
    assert main(["--units", "3", "--seed", "1", "--units", "5", "--print-config"]) == 0
    assert "units: 5\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "corpus"),
    [
        (["--corpus", "-"], ["-"]),
        (["--corpus", "a", "b"], ["a", "b"]),
        (["--corpus", "a", "-", "b", "--units", "3"], ["a", "-", "b"]),
        (["--corpus=-", "--corpus", "b"], ["-", "b"]),
    ],
    ids=str,
)
def test_several_corpora_are_taken_in_order(capsys, words, corpus):
    assert main([*words, "--print-config"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["corpus"] == corpus


def test_a_hyphen_is_standard_input_of_the_corpus_alone(capsys):
    assert main(["--prompt=-", "--print-config"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == {"prompt": ["-"]}
    assert main(["--prompt", "-", "--print-config"]) == 2
