import unicodedata
from typing import Any

import pydantic
import pytest
import yaml

from flows.cli.app import app, main
from flows.cli.commands.sample import SampleOptions
from flows.cli.options import DataOptions, Options, SamplingOptions, TrainingOptions
from tasks.model.parameters import PresetParameters, SamplingParameters, TrainingParameters
from tasks.text.folding import without_rare
from tasks.text.prompts import PromptError
from tasks.text.vocabulary import vocabulary_of
from tests.byte_level import byte_vocabulary, inside

GROUPS = {"data": DataOptions, "training": TrainingOptions, "sampling": SamplingOptions}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "enum"}
DECOMPOSED = unicodedata.normalize("NFD", "café")


def bounds_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The bounds of an option's JSON schema, whether it may be null or not."""
    meant = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), schema)
    return {name: value for name, value in meant.items() if name in BOUNDS}


def schema_of(model: type[pydantic.BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()["properties"]


def of_parameters() -> dict[str, dict[str, Any]]:
    """The JSON schema of each parameter that may be given, by its name."""
    training, sampling = schema_of(TrainingParameters), schema_of(SamplingParameters)
    given = {name: one for name, one in training.items() if name not in {*PresetParameters.model_fields, "reset_at"}}
    return {
        **given,
        **{name: one for name, one in sampling.items() if name not in ("prompts", "shared", "precision", "reset_at")},
    }


def test_options_have_the_names_bounds_and_help_of_the_parameters():
    options = {**schema_of(TrainingOptions), **schema_of(SamplingOptions)}
    only_options = {"threads", "prompt", "prompts", "unknown_characters", "temperatures"}

    assert options.keys() - only_options == of_parameters().keys()
    for name, parameter in of_parameters().items():
        assert options[name]["description"] == parameter["description"]
        if name != "precision":  # as an option it may be auto
            assert bounds_of(options[name]) == bounds_of(parameter), name
        assert options[name]["default"] == (parameter.get("default") if name != "precision" else "auto")


def test_the_command_line_has_the_options_of_the_form_with_their_defaults_and_help():
    form = {name: one for group in GROUPS.values() for name, one in schema_of(group).items()}
    arguments = {
        argument.name.removeprefix("--").replace("-", "_"): argument
        for argument in app.assemble_argument_collection()
        if argument.parse and argument.keys
    }

    assert arguments.keys() == form.keys()
    for name, argument in arguments.items():
        assert argument.parameter.help == form[name]["description"]
        assert argument.field_info.default == form[name]["default"]


def test_the_form_shows_the_three_groups_and_the_preset():
    schema = Options.model_json_schema()

    assert schema["properties"].keys() == {"preset", *GROUPS}
    for group in GROUPS.values():
        assert schema["$defs"][group.__name__]["properties"] == schema_of(group)


def test_the_sample_command_has_the_bounds_and_help_of_the_parameters():
    options, parameters = schema_of(SampleOptions), schema_of(SamplingParameters)

    for name in parameters.keys() - {"prompts", "shared", "precision", "reset_at"}:
        assert options[name]["description"] == parameters[name]["description"]
        assert bounds_of(options[name]) == bounds_of(parameters[name])


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


def test_a_mark_that_ends_documents_is_never_too_rare():
    assert DataOptions().folding("\x03") == {"max_vocabulary": None, "min_count": 1}
    assert DataOptions(min_count=3).folding(None) == {"max_vocabulary": None, "min_count": 3}
    assert DataOptions(min_count=3).folding("\x03")["always"] == "\x03"
    assert DataOptions(max_vocabulary=90).folding("\n")["always"] == "\n"


def test_prompts_have_the_line_ends_of_a_corpus():
    options = SamplingOptions(prompt=["a\r\nb\rc"], stop="\r\n")

    vocabulary = vocabulary_of("abc\n")
    assert options.fitted(vocabulary) == ["a\nb\nc"]
    assert vocabulary.inside(options.resolved("quick", ["a"], "float32").stop) == "\n"


def test_the_state_is_reset_at_the_documents_of_the_corpus_and_only_where_there_are_some(capsys):
    assert DataOptions(documents="lines", reset_state=True).reset_at == "lines"
    assert DataOptions(documents="lines").reset_at is None
    assert TrainingOptions().resolved("quick", "lines").reset_at == "lines"
    assert main(["--documents", "none", "--reset-state"]) == 2
    assert capsys.readouterr().err.startswith("charflow: --reset-state means nothing with --documents none")


def test_an_option_that_is_given_twice_has_its_last_value(capsys):
    assert main(["--units", "3", "--seed", "1", "--units", "5", "--print-config"]) == 0
    assert "units: 5\n" in capsys.readouterr().out


def test_options_of_a_sampling_take_the_place_of_the_presets():
    assert SamplingOptions().resolved("notebook", ["a"], "bfloat16").model_dump() == {
        **SamplingParameters(samples_per_temperature=1, sample_length=500, prompts=("a",)).model_dump(),
        "precision": "bfloat16",
    }
    resolved = SamplingOptions(samples_per_temperature=3, top_k=2, seed=9).resolved("quick", ["a"], "float32")
    assert (resolved.samples_per_temperature, resolved.sample_length, resolved.top_k, resolved.seed) == (3, 500, 2, 9)


def test_options_of_a_training_take_the_place_of_the_presets():
    resolved = TrainingOptions(training_seed=7, seq_length=9, checkpoint_seconds=0, threads=3).resolved("quick")

    assert (resolved.training_seed, resolved.seq_length, resolved.checkpoint_seconds) == (7, 9, 0)
    assert resolved.units == 512


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


@pytest.mark.parametrize(
    "option",
    [
        {"encoding": "utf-8"},
        {"on_damage": "drop"},
        {"markup": "extract"},
        {"strip_gutenberg": True},
        {"max_vocabulary": 90},
        {"min_count": 2},
    ],
    ids=str,
)
def test_what_is_of_characters_means_nothing_at_the_level_of_bytes(option):
    with pytest.raises(pydantic.ValidationError, match="means nothing with --level byte"):
        DataOptions(level="byte", **option)
    assert DataOptions(**option)
    assert DataOptions(level="byte", field="text", encoding="latin-1").encoding == "latin-1"


def test_at_the_level_of_bytes_prompts_and_stop_strings_are_taken_as_they_are():
    vocabulary = byte_vocabulary(f"{DECOMPOSED}\r\n")
    options = SamplingOptions(prompt=[f"{DECOMPOSED}\r\n"], stop="\r\n")

    assert options.fitted(vocabulary) == [inside(f"{DECOMPOSED}\r\n")]
    assert options.resolved("quick", ["a"], "float32").stop == "\r\n"
    with pytest.raises(PromptError, match="whose bytes the corpus lacks: 'ß'"):
        SamplingOptions(stop="ß").fitted(vocabulary)


def test_a_seed_of_what_is_not_drawn_is_refused():
    with pytest.raises(pydantic.ValidationError, match="means nothing with --hold-out tail"):
        DataOptions(hold_out_seed=2)
    assert DataOptions(hold_out="blocks", hold_out_seed=2).splitting()["hold_out_seed"] == 2
