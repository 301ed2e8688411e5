from typing import Any

import pydantic

from flows.cli.app import app
from flows.cli.commands.sample import SampleOptions
from flows.cli.options import DataOptions, Options, SamplingOptions, TrainingOptions
from tasks.network.parameters import PresetParameters, SamplingParameters, TrainingParameters

GROUPS = {"data": DataOptions, "training": TrainingOptions, "sampling": SamplingOptions}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "enum"}


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
    only_options = {"device", "init_from", "threads", "prompt", "prompts", "unknown_characters", "temperatures"}

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
