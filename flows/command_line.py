"""The command line: the options of the flow, and a few that only say what to do with them."""

import logging
import os
import sys
import tomllib
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from cyclopts import App, CycloptsError, Group, Parameter
from pydantic import ValidationError

from flows.options import DataOptions, Options, SamplingOptions, TrainingOptions
from tasks.caching.making import StageError
from tasks.model.presets import PresetName
from tasks.text.vocabulary import PromptError, visible

ROOT = Path(__file__).resolve().parents[1]
DONE, FAILED, USAGE, STOPPED = 0, 1, 2, 75

flat = Parameter(name="*", negative_iterable=())
app = App(
    name="flows/main.py",
    help="Train a character-level language model on a corpus and draw samples from it to review.",
    default_parameter=Parameter(consume_multiple=True, negative_iterable=(), allow_leading_hyphen=False),
    result_action="return_value",
    version_flags=[],
)


class UsageError(ValueError):
    """The command line or the config file asks for what cannot be."""


@app.default
def run(
    *,
    preset: PresetName = "quick",
    data: Annotated[DataOptions, flat, Parameter(group=Group("Corpus", sort_key=1))] = DataOptions(),
    training: Annotated[TrainingOptions, flat, Parameter(group=Group("Training", sort_key=2))] = TrainingOptions(),
    sampling: Annotated[SamplingOptions, flat, Parameter(group=Group("Sampling", sort_key=3))] = SamplingOptions(),
    config: Path | None = None,
    print_config: bool = False,
    plan: bool = False,
    store: Path | None = None,
    run_name: str | None = None,
) -> int:
    """Run the flow.

    Parameters
    ----------
    preset
        Gives what is left open: quick (minutes), notebook (the teaching notebook), best (half an hour).
    config
        YAML or TOML file of options, by their names here; the command line goes before it.
    print_config
        Print the options as such a file, and stop.
    plan
        Say what would run and why, and stop.
    store
        Folder of kept results.
    run_name
        Name of the run's folder.
    """
    options = Options(preset=preset, data=data, training=training, sampling=sampling)
    if run_name is not None and (not run_name or run_name.startswith(".") or "/" in run_name):
        raise UsageError(f"--run-name {run_name!r} is no folder name; give one without slashes")
    if print_config:
        sys.stdout.write(yaml.safe_dump(options.flat() or {"preset": preset}, allow_unicode=True, sort_keys=False))
        return DONE
    if plan:
        from flows.plan import show_plan

        return show_plan(options, store)
    return _run_flow(options, store, run_name)


def main(words: Sequence[str]) -> int:
    """Do what the words say; gives the exit code."""
    try:
        return int(app(_with_config(list(words)), exit_on_error=False, print_error=False) or DONE)
    except (CycloptsError, UsageError, PromptError) as error:
        return _refuse(str(error), USAGE)
    except ValidationError as error:
        return _refuse("; ".join(f"--{_option(e)}: {e['msg']}, got {e['input']!r}" for e in error.errors()), USAGE)
    except StageError as error:
        return _refuse(str(error), FAILED, error)
    except KeyboardInterrupt:
        return _refuse("stopped; the same command goes on from here", STOPPED)


def _run_flow(options: Options, store: Path | None, run_name: str | None) -> int:
    _settle_prefect()
    from flows.deployment import charflow

    run = charflow(options=options, store=str(store.absolute()) if store else None, run_name=run_name)
    sys.stdout.write(f"{run['review']}\n")
    return DONE


def _settle_prefect() -> None:
    """Apply prefect.toml wherever the command is run from, and leave the terminal to charflow's own lines.

    To be called before Prefect is imported; what the environment says goes first.
    """
    settings = tomllib.loads((ROOT / "prefect.toml").read_text(encoding="utf-8"))
    flattened = dict(_flattened(settings, "PREFECT"))
    flattened |= {"DO_NOT_TRACK": "1", "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "ERROR"}
    flattened |= {"TF_CPP_MIN_LOG_LEVEL": "3"}
    for name, value in flattened.items():
        os.environ.setdefault(name, value)
    logging.getLogger("prefect").setLevel(logging.WARNING)


def _flattened(settings: dict[str, Any], prefix: str) -> Any:
    for name, value in settings.items():
        full = f"{prefix}_{name.upper()}"
        if isinstance(value, dict):
            yield from _flattened(value, full)
        else:
            yield full, ",".join(value) if isinstance(value, list) else str(value).lower()


def _with_config(words: list[str]) -> list[str]:
    """The words with those of the config file, for options that the command line does not give."""
    names = [word.split("=")[0] for word in words]
    if "--config" not in names:
        return words
    place = names.index("--config")
    path = words[place].partition("=")[2] or (words[place + 1] if place + 1 < len(words) else "")
    given = {name.removeprefix("--no-").removeprefix("--").replace("_", "-") for name in names}
    extra = []
    for name, value in _read_config(Path(path)).items():
        option = str(name).replace("_", "-")
        if option in given:
            continue
        if isinstance(value, bool):
            extra.append(f"--{option}" if value else f"--no-{option}")
        elif isinstance(value, list):
            extra += [f"--{option}", *map(str, value)]
        elif value is not None:
            extra.append(f"--{option}={value}")
    return words + extra


def _read_config(path: Path) -> dict[str, Any]:
    try:
        content = path.read_text(encoding="utf-8")
        values = tomllib.loads(content) if path.suffix == ".toml" else yaml.safe_load(content)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read --config {path}: {error}") from None
    except (tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"--config {path} is no {'TOML' if path.suffix == '.toml' else 'YAML'}: {error}") from None
    if not isinstance(values, dict):
        raise UsageError(f"--config {path} holds no options; write a line `name: value` for each")
    return values


def _option(error: Any) -> str:
    return str(next((part for part in reversed(error["loc"]) if isinstance(part, str)), "options")).replace("_", "-")


def _refuse(message: str, code: int, error: BaseException | None = None) -> int:
    """One clear line; the way to an unexpected error goes to a file beside the runs."""
    line = visible(" ".join(message.split()))
    cause = error.__cause__ if error else None
    if cause is not None and not isinstance(cause, ValueError | RuntimeError | OSError):
        path = ROOT / "artifacts" / "last-error.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(traceback.format_exception(cause)), encoding="utf-8")
        line += f" (details: {path})"
    sys.stderr.write(f"charflow: {line}\n")
    return code
