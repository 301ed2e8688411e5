"""The config file: options from YAML or TOML, for what the command line leaves open."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from flows.errors import UsageError


def with_config(words: Sequence[str]) -> list[str]:
    """The words of a command line with those of its `--config FILE`, for options that it does not give itself.

    Raises:
        UsageError: the file cannot be read, or holds no options.
    """
    names = [word.partition("=")[0] for word in words]
    if "--config" not in names:
        return list(words)
    place = names.index("--config")
    path = words[place].partition("=")[2] or (words[place + 1] if place + 1 < len(words) else "")
    given = {_plain(name) for name in names}
    extra = [
        word
        for name, value in _read(Path(path)).items()
        if _plain(str(name)) not in given
        for word in _words_of(_plain(str(name)), value)
    ]
    return [*words, *extra]


def _plain(name: str) -> str:
    return name.removeprefix("--no-").removeprefix("--").replace("_", "-")


def _words_of(option: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [f"--{option}" if value else f"--no-{option}"]
    if isinstance(value, list):
        return [f"--{option}={item}" for item in value]
    return [] if value is None else [f"--{option}={value}"]


def _read(path: Path) -> dict[str, Any]:
    kind = "TOML" if path.suffix == ".toml" else "YAML"
    try:
        content = path.read_text(encoding="utf-8")
        values = tomllib.loads(content) if kind == "TOML" else yaml.safe_load(content)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read --config {path}: {error}") from None
    except (tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"--config {path} is no {kind}: {error}") from None
    if not isinstance(values, dict):
        raise UsageError(f"--config {path} holds no options; write a line `name: value` for each")
    return values
