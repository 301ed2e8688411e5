from pathlib import Path

import pytest
import yaml

from flows.cli.app import app, main
from flows.cli.options import DataOptions, Options, SamplingOptions, TrainingOptions

GIVEN = {
    "data": {
        "corpus": ["-", "[1]", "https://host/x?y=1#z", "{}"],
        "corpus_header": ["Accept: */*", "Authorization: Bearer ${TOKEN}"],
        "refetch": True,
        "level": "byte",
        "encoding": "latin-1",
        "strip_gutenberg": False,
        "validation_fraction": 0.30000000000000004,
        "test_fraction": 1e-7,
        "accept_change": True,
        "on_failure": "use-last",
        "allow_private_hosts": True,
        "member": ["*.txt", "NO"],
        "field": "no",
        "on_damage": "drop",
        "markup": "keep",
        "documents": "blank-lines",
        "duplicates": "drop",
        "end_mark": True,
        "reset_state": True,
        "max_vocabulary": 90,
        "min_count": 3,
        "hold_out": "blocks",
        "hold_out_seed": 12,
    },
    "training": {
        "epochs": 3,
        "seq_length": 5,
        "batch_size": 6,
        "cell": "gru",
        "layers": 2,
        "units": 7,
        "embedding_dim": 8,
        "dropout": 0.25,
        "optimizer": "adam",
        "learning_rate": 1.5e-05,
        "schedule": "trapezoid",
        "warmup_steps": 0,
        "clip_norm": 0.5,
        "patience": 0,
        "precision": "float32",
        "checkpoint_seconds": 0.5,
        "checkpoint_steps": 4,
        "device": "cpu",
        "threads": 2,
        "init_from": "latest",
        "training_seed": (1 << 32) - 1,
    },
    "sampling": {
        "temperatures": [0.0, 1.0000000000000002, 0.5],
        "samples_per_temperature": 9,
        "sample_length": 11,
        "prompt": ["yes", "--x\n", '["a"]', '{"a": 1}', "1e3", " é\t\u2028😀 ", "null", "-"],
        "prompts": "file: # of prompts",
        "unknown_characters": "nearest",
        "seed": (1 << 63) - 1,
        "top_k": 4,
        "top_p": 0.9,
        "min_p": 0.1,
        "repetition_penalty": 1.25,
        "repetition_window": 3,
        "stop": "\n\n",
        "minimum_length": 5,
    },
    "preset": "best",
}


@pytest.fixture
def options(tmp_path, capsys):
    """The options that a file and words give together, as they are printed."""

    def of(content, *words, name="options.yaml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        code = main(["--config", str(path), *words, "--print-config"])
        shown = capsys.readouterr()
        assert code == 0, shown.err
        return yaml.safe_load(shown.out)

    return of


@pytest.fixture
def refusal(tmp_path, capsys):
    """The one line that says why a file is refused."""

    def of(content, *words, name="options.yaml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        code = main(["--config", str(path), *words, "--print-config"])
        shown = capsys.readouterr()
        assert (code, shown.out, shown.err.count("\n")) == (2, "", 1)
        return shown.err

    return of


def test_options_of_the_file_are_options(options):
    content = "preset: best\ntemperatures: [0.5, 1]\nstrip-gutenberg: false\nrefetch: true\nepochs: null\n"

    assert options(content) == {
        "preset": "best",
        "temperatures": [0.5, 1.0],
        "strip-gutenberg": False,
        "refetch": True,
    }


OF_CHARACTERS = {"encoding", "on_damage", "markup", "strip_gutenberg", "max_vocabulary", "min_count"}


@pytest.mark.parametrize("excluded", [{"field", "level"}, {"markup", "strip_gutenberg", "level"}, OF_CHARACTERS])
def test_every_option_comes_back_as_it_was_from_its_printed_form(options, excluded):
    data = {name: value for name, value in GIVEN["data"].items() if name not in excluded}
    given = Options.model_validate({**GIVEN, "data": data})
    names = {name for group in (DataOptions, TrainingOptions, SamplingOptions) for name in group.model_fields}
    assert {name.replace("-", "_") for name in given.flat()} == {*names, "preset"} - excluded

    printed = options(yaml.safe_dump(given.flat(), allow_unicode=True, sort_keys=False))

    assert printed == given.flat()
    assert list(map(repr, printed.values())) == list(map(repr, given.flat().values()))


def test_toml_is_read_by_its_suffix_and_underscores_are_allowed(options):
    content = 'batch_size = 8\nstrip_gutenberg = false\nprompt = ["yes"]\n'

    assert options(content, name="options.toml") == {"batch-size": 8, "strip-gutenberg": False, "prompt": ["yes"]}


@pytest.mark.parametrize("given", [["--epochs", "3"], ["--epochs=3"]])
def test_the_command_line_goes_before_the_file(options, given):
    assert options("epochs: 9\nunits: 4\n", *given) == {"epochs": 3, "units": 4}


def test_a_list_on_the_command_line_takes_the_place_of_the_whole_list(options):
    assert options("temperatures: [0.1, 0.2]\n", "--temperatures", "0.7") == {"temperatures": [0.7]}


def test_a_switch_on_the_command_line_goes_before_its_opposite_in_the_file(options):
    assert options("strip-gutenberg: true\n", "--no-strip-gutenberg") == {"strip-gutenberg": False}
    assert options("strip-gutenberg: false\nunits: 4\n", "--strip-gutenberg") == {"strip-gutenberg": True, "units": 4}


def test_a_value_on_the_command_line_that_is_the_name_of_an_option_takes_nothing_from_the_file(options):
    assert options("seed: 7\n", "--prompt", "seed") == {"seed": 7, "prompt": ["seed"]}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("a: [", "options.yaml", "is no YAML"),
        ("a = [", "options.toml", "is no TOML"),
        ("just words", "options.yaml", "holds no options"),
        ("- a\n- list\n", "options.yaml", "holds no options"),
        ("", "options.yaml", "holds no options"),
        ("tempratures: 1\n", "options.yaml", "tempratures"),
        ("tempratures: 1\n", "options.yaml", "Did you mean --temperatures?"),
        ("7: 1\n", "options.yaml", "7"),
        ("sample: 1\n", "options.yaml", "sample is a command, no option"),
        ("temperatures: [1, null]\n", "options.yaml", "temperatures has an empty item"),
        ("data:\n  corpus: [a.txt]\n", "options.yaml", "has a group data; write its options flat"),
        ("parameters: {options: {data: {corpus: [a.txt]}}}\n", "options.yaml", "has a group parameters"),
        ("prompt: yes\n", "options.yaml", "prompt is a text, and true is none; put it between quotes"),
        ("prompt: [a, 1.50]\n", "options.yaml", "prompt is a text, and 1.5 is none; put it between quotes"),
        ("run-name: 2024\n", "options.yaml", "run-name is a text, and 2024 is none"),
        ("no-strip-gutenberg: true\n", "options.yaml", "write `strip-gutenberg: false` instead"),
        ("units: [1, 2]\n", "options.yaml", "units"),
        ("units: many\n", "options.yaml", "--units must be a whole number"),
        ("units: 9999\n", "options.yaml", "--units must be less than or equal to 8192"),
        ("temperatures: []\n", "options.yaml", "--temperatures"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_in_one_line(refusal, content, name, said):
    assert said in refusal(content, name=name)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("corpus-header:\n  - Authorization: Bearer hunter22token\n", "a.yaml", "corpus-header is a text, and what"),
        ("corpus_header:\n  - Authorization: Bearer hunter22token\n", "a.yaml", "corpus_header is a text, and what"),
        ("corpus: {https: hunter22}\n", "a.yaml", "has a group corpus"),
        ("corpus: [[https://alice:hunter22@h]]\n", "a.yaml", "corpus is a text, and what"),
        ("corpus: [https://alice:hunter22@h/x: y: z\n", "a.yaml", "(at line 1, column 39)"),
        ("corpus: *hunter22\n", "a.yaml", "found undefined alias (at line 1, column 9)"),
        ("corpus: !hunter22 x\n", "a.yaml", "the tag (at line 1, column 9)"),
        ("corpus: 2024-13-45\n", "a.yaml", "is no YAML"),
        ("units: 1\ncorpus = 'https://alice:hunter22@h\n", "a.toml", "(at line 1, column 6)"),
        ("corpus-heder: ['Authorization: Bearer hunter22']\n", "a.yaml", "corpus-heder"),
        ("corpuss: https://alice:hunter22@h/x\n", "a.yaml", "corpuss"),
    ],
)
def test_a_refusal_shows_nothing_that_may_be_secret(refusal, content, name, said):
    shown = refusal(content, name=name)

    assert said in shown
    assert "hunter22" not in shown


@pytest.mark.parametrize("path", ["none.yaml", "."], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, capsys, path):
    assert main([f"--config={tmp_path / path}", "--plan"]) == 2

    said = capsys.readouterr().err
    assert "cannot read --config" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--store=~/x"],
        ["--config=~/options.yaml"],
        *(["ratings", "~/x", "./x"], ["verify", "--store", "~/x"], ["export", "--to=~/x"], ["compare", "--page=~/x"]),
    ],
    ids=" ".join,
)
def test_every_path_may_begin_at_the_home(tmp_path, monkeypatch, words):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "options.yaml").write_text("store: ~/x\nprompt: ~/x\n")
    _, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    paths = [
        value
        for given in bound.arguments.values()
        for value in (given if isinstance(given, tuple) else [given])
        if isinstance(value, Path) and value.name == "x"
    ]

    assert paths in ([tmp_path / "x"], [tmp_path / "x", Path("x")])
    assert getattr(bound.arguments.get("sampling"), "prompt", None) in (None, ["~/x"])


def test_a_file_of_prompts_may_lie_in_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "p.txt").write_text("To be\n")

    assert SamplingOptions(prompts="~/p.txt").given_prompts() == ["To be"]
