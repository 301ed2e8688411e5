"""The config file: options from YAML or TOML, for what the command line leaves open."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from cyclopts import App, Argument, ArgumentCollection, config

from flows.cli.errors import SECRET
from flows.errors import UsageError
from tasks.corpus.errors import why_unread
from tasks.corpus.sources import from_home


def read_config_file(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Give the options of the `--config` file to those of the arguments that the command line leaves without a value.

    Raises:
        UsageError: the file cannot be read, holds no options, or a value of the wrong kind.
        cyclopts.CycloptsError: there is no option of a name.
    """
    given = [] if commands else arguments.match("--config")[0].tokens
    for token in given:
        path = from_home(token.value)
        values = _read(path)
        for name, value in values.items():
            _check(path, name, value, arguments)
            if name in app:
                raise UsageError(f"--config {path}: {name} is a command, no option")
        source = config.Dict(values, source=str(path), use_commands_as_keys=False)
        source(app, commands, arguments)


def keep_texts_as_given(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Keep the parser from reading JSON in the texts of a list: a prompt may well begin with a bracket."""
    for argument in arguments:
        if _is_text(argument) and get_origin(argument.resolved_hint) is list:
            argument.tokens = [one.evolve(implicit_value=[one.value]) if one.value else one for one in argument.tokens]


def read_paths_from_home(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Let `~/` at the beginning of every path be the home."""
    for argument in arguments:
        if Path in (argument.resolved_hint, *get_args(argument.resolved_hint)):
            argument.tokens = [one.evolve(value=str(from_home(one.value))) for one in argument.tokens]


def _read(path: Path) -> dict[str, Any]:
    """The values by name; a null says nothing and is left out."""
    import yaml

    kind = "TOML" if path.suffix == ".toml" else "YAML"
    try:
        content = path.read_text(encoding="utf-8")
        values = tomllib.loads(content) if kind == "TOML" else yaml.safe_load(content)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read --config {path}: {why_unread(error)}") from None
    except (ValueError, yaml.YAMLError) as error:
        raise UsageError(f"--config {path} is no {kind}: {_problem_of(error)}") from None
    if not isinstance(values, dict):
        raise UsageError(f"--config {path} holds no options; write a line `name: value` for each")
    return {str(name): value for name, value in values.items() if value is not None}


def _problem_of(error: Exception) -> str:
    """What is wrong and where, without what the file says there, which may be secret."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error)
    problem = re.sub(r"\b(alias|anchor|handle|tag)\b.*", r"\1", str(getattr(error, "problem", None)), flags=re.DOTALL)
    return f"{problem} (at line {mark.line + 1}, column {mark.column + 1})"


def _check(path: Path, name: str, value: Any, arguments: ArgumentCollection) -> None:
    """Refuse what would become another value on its way through the words of a command line."""
    if isinstance(value, dict):
        raise UsageError(f"--config {path} has a group {name}; write its options flat, a line `name: value` for each")
    try:
        argument, _, switched = arguments.match("--" + name.replace("_", "-"))
    except ValueError:
        return  # The parser tells of it, and names the nearest option.
    if switched is False:
        raise UsageError(f"--config {path} has {name}; write `{argument.name.removeprefix('--')}: false` instead")
    every = value if isinstance(value, list) else [value]
    wrong = [one for one in every if not isinstance(one, str)] if _is_text(argument) else []
    if wrong:
        shown = str(wrong[0]).lower() if isinstance(wrong[0], bool) else wrong[0]
        shown = "what stands there" if name.replace("-", "_") in SECRET else shown
        raise UsageError(f"--config {path}: {name} is a text, and {shown} is none; put it between quotes")
    if None in every:
        raise UsageError(f"--config {path}: {name} has an empty item; leave it out")


def _is_text(argument: Argument) -> bool:
    """Whether its value is a text or a path, or a list of them."""
    kind = argument.resolved_hint
    if get_origin(kind) is list:
        (kind,) = get_args(kind)
    if get_origin(kind) is Annotated:
        kind = kind.__origin__
    return kind in (str, Path)
