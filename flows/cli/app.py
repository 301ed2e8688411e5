"""The command line: the options of the flow, and a few that only say what to do with them."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from cyclopts import App, CycloptsError, Group, Parameter
from pydantic import ValidationError

from flows.cli.commands import COMMANDS
from flows.cli.config_file import with_config
from flows.cli.options import DataOptions, Options, SamplingOptions, TrainingOptions
from flows.errors import UsageError
from flows.orchestration.settings import settle_prefect
from tasks.caching.running.execute import StageError, cause_of
from tasks.model.presets import PresetName
from tasks.text.characters import visible
from tasks.text.prompts import PromptError

ROOT = Path(__file__).resolve().parents[2]
DONE, FAILED, USAGE, STOPPED = 0, 1, 2, 75

flat = Parameter(name="*", negative_iterable=())
app = App(
    name="flows/main.py",
    help="Train a character-level language model on a corpus and draw samples from it to review.",
    default_parameter=Parameter(consume_multiple=True, negative_iterable=(), allow_leading_hyphen=False),
    result_action="return_value",
    version_flags=[],
    suppress_keyboard_interrupt=False,
)
for _name, _help in COMMANDS.items():
    app.command(f"flows.cli.commands.{_name}:{_name}", name=_name, help=_help)


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
        from flows.cli.plan import show_plan

        return show_plan(options, store)
    return _run_flow(options, store, run_name)


def main(words: Sequence[str]) -> int:
    """Do what the words say; gives the exit code."""
    try:
        code = int(app(_understood(words), exit_on_error=False, print_error=False) or DONE)
        sys.stdout.flush()
        return code
    except (CycloptsError, ValidationError) as error:
        invalid = error if isinstance(error, ValidationError) else error.__cause__
        return _refuse(_in_words(invalid) if isinstance(invalid, ValidationError) else str(error), USAGE)
    except (UsageError, PromptError) as error:
        return _refuse(str(error), USAGE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains of it at exit
        return DONE
    except StageError as error:
        return _refuse(str(error), FAILED, error)
    except KeyboardInterrupt:
        keeps = not (words and words[0] in COMMANDS)
        return _refuse("stopped; the same command goes on from here" if keeps else "stopped", STOPPED)
    except Exception as error:
        return _refuse(cause_of(error) or type(error).__name__, FAILED, error)


def _understood(words: Sequence[str]) -> list[str]:
    return list(words) if words and words[0] in COMMANDS else _with_standard_input(with_config(words))


def _with_standard_input(words: Sequence[str]) -> list[str]:
    """The words with `-` in the one form that the parser does not take for an option of its own."""
    written: list[str] = []
    for word in words:
        if word == "-" and written[-1:] == ["--corpus"]:
            written.pop()
        written.append("--corpus=-" if word == "-" else word)
    return written


def _run_flow(options: Options, store: Path | None, run_name: str | None) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settle_prefect()
    from flows.orchestration.flow import charflow

    run = charflow(options=options, store=str(store.absolute()) if store else None, run_name=run_name)
    sys.stdout.write(f"{run['review']}\n")
    return DONE


def _in_words(invalid: ValidationError) -> str:
    """What is wrong with each option, on one line."""
    return "; ".join(f"--{_option(error['loc'])} {_wrong_with(error)}" for error in invalid.errors())


def _wrong_with(error: Any) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])  # it names the value itself, without what may be secret in it
    return f"{error['msg'].replace('Input should', 'must')}, got {error['input']!r}"


def _option(location: tuple[int | str, ...]) -> str:
    return next((part for part in reversed(location) if isinstance(part, str)), "options").replace("_", "-")


def _refuse(message: str, code: int, error: BaseException | None = None) -> int:
    """One clear line; the way to an unexpected error goes to a file beside the runs."""
    line = visible(" ".join(message.split()))
    cause = error.__cause__ if isinstance(error, StageError) else error
    if cause is not None and not isinstance(cause, ValueError | RuntimeError | OSError):
        path = ROOT / "artifacts" / "last-error.txt"
        with contextlib.suppress(OSError):  # the disk may be full
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(traceback.format_exception(cause)), encoding="utf-8")
            line += f" (details: {path})"
    sys.stderr.write(f"charflow: {line}\n")
    return code
