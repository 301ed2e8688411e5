import pytest
import yaml

from flows.cli.config_file import with_config
from flows.errors import UsageError


def words_of(tmp_path, content, *words, name="options.yaml"):
    path = tmp_path / name
    path.write_text(content)
    return with_config(["--config", str(path), *words])[2:]


def test_options_of_the_file_become_words_of_the_command_line(tmp_path):
    content = "preset: best\ntemperatures: [0.5, 1]\nstrip-gutenberg: false\nrefetch: true\nepochs: null\n"

    words = words_of(tmp_path, content)

    assert words == ["--preset=best", "--temperatures=0.5", "--temperatures=1", "--no-strip-gutenberg", "--refetch"]


def test_toml_is_read_by_its_suffix_and_underscores_are_allowed(tmp_path):
    assert words_of(tmp_path, "batch_size = 8\n", name="options.toml") == ["--batch-size=8"]


@pytest.mark.parametrize("given", [["--epochs", "3"], ["--epochs=3"]])
def test_the_command_line_goes_before_the_file(tmp_path, given):
    assert words_of(tmp_path, "epochs: 9\nunits: 4\n", *given) == [*given, "--units=4"]


def test_a_switch_on_the_command_line_goes_before_its_opposite_in_the_file(tmp_path):
    assert words_of(tmp_path, "strip-gutenberg: true\n", "--no-strip-gutenberg") == ["--no-strip-gutenberg"]


def test_a_prompt_that_looks_like_an_option_stays_a_prompt(tmp_path):
    assert words_of(tmp_path, yaml.safe_dump({"prompt": "--x\n"})) == ["--prompt=--x\n"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("a: [", "options.yaml", "is no YAML"),
        ("a = [", "options.toml", "is no TOML"),
        ("just words", "options.yaml", "holds no options"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, content, name, said):
    with pytest.raises(UsageError, match=said):
        words_of(tmp_path, content, name=name)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot read"):
        with_config([f"--config={tmp_path / 'none.yaml'}"])
