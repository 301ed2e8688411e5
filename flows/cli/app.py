"""The command line: the options of the flow, and a few that only say what to do with them."""

import os
import re
import signal
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Annotated

from cyclopts import App, ArgumentCollection, CycloptsError, Group, Parameter

from flows.cli.commands import COMMANDS
from flows.cli.config_file import keep_texts_as_given, read_config_file, read_paths_from_home
from flows.cli.errors import DONE, STOPPED, report_error, say
from flows.cli.options import DataOptions, Options, SamplingOptions, TrainingOptions
from tasks.learning.presets import PresetName

flat = Parameter(name="*", negative_iterable=())


CREDENTIAL = re.compile(r"[\w-]*(authorization|cookie|key|secret|token)[\w-]*\s*:", re.IGNORECASE)
HELP = {"--help", "-h"}
_shown: dict[int, ArgumentCollection] = {}


class FlowApp(App):
    """Takes the help of options from the fields alone.

    To look for more in the source of every class behind them takes as long as all the rest of `--help`.
    """

    def assemble_argument_collection(
        self, *, default_parameter: Parameter | None = None, parse_docstring: bool = False
    ) -> ArgumentCollection:
        """As of any app, but for the docstrings; once where they are only shown, which asks for it three times."""
        if id(self) in _shown:
            return _shown[id(self)]
        made = super().assemble_argument_collection(default_parameter=default_parameter, parse_docstring=False)
        if HELP & set(sys.argv):
            _shown[id(self)] = made
        return made


app = FlowApp(
    name="flows/main.py",
    help="Train a character-level language model on a corpus and draw samples from it to review.",
    default_parameter=Parameter(
        consume_multiple=True, negative_iterable=(), allow_leading_hyphen=False, allow_repeating=True
    ),
    result_action="return_value",
    version_flags=[],
    suppress_keyboard_interrupt=False,
    config=(read_config_file, read_paths_from_home, keep_texts_as_given),
    help_format="plaintext",
)
for _name, _help in COMMANDS.items():
    app.command(f"flows.cli.commands.{_name}:{_name}", name=_name, help=_help)


def _said(text: str | None) -> Parameter:
    return Parameter(help=text)


@app.default
def run(
    *,
    preset: Annotated[PresetName, _said(Options.model_fields["preset"].description)] = "quick",
    data: Annotated[DataOptions, flat, Parameter(group=Group("Corpus", sort_key=1))] = DataOptions(),
    training: Annotated[TrainingOptions, flat, Parameter(group=Group("Training", sort_key=2))] = TrainingOptions(),
    sampling: Annotated[SamplingOptions, flat, Parameter(group=Group("Sampling", sort_key=3))] = SamplingOptions(),
    config: Annotated[
        Path | None, _said("YAML or TOML file of options, by their names here; the command line goes before it.")
    ] = None,
    print_config: Annotated[bool, _said("Print the options as such a file, and stop.")] = False,
    plan: Annotated[bool, _said("Say what would run and why, and stop.")] = False,
    store: Annotated[Path | None, _said("Folder of kept results.")] = None,
    run_name: Annotated[str | None, _said("Name of the run's folder.")] = None,
) -> int:
    """Run the flow, or say what it would do."""
    options = Options(preset=preset, data=data, training=training, sampling=sampling)
    if print_config:
        import yaml

        sys.stdout.write(yaml.safe_dump(options.flat() or {"preset": preset}, allow_unicode=True, sort_keys=False))
        return DONE
    from flows.runs.names import check_run_name, new_run_name

    name = new_run_name() if run_name is None else run_name
    try:
        check_run_name(name)
        return _show_plan(options, store, name) if plan else _run_flow(options, store, name)
    except BrokenPipeError:
        raise
    except Exception as error:
        from tasks.corpus.redaction import secrets_of

        secrets = {text for source in data.corpus for text in secrets_of(source, data.corpus_header)}
        return report_error(error, about="plan" if plan else name, secrets=secrets)


def main(words: Sequence[str]) -> int:
    """Do what the words say; gives the exit code."""
    command = words[0] if words and words[0] in COMMANDS else None
    try:
        is_run = not words or words[0].startswith("-")
        # Of what follows a command that there is not, options may be those of the one that is meant.
        known = words if command or is_run else [*takewhile(lambda word: not word.startswith("-"), words)]
        understood = known if command else _with_standard_input(known)
        code = int(app(understood, exit_on_error=False, print_error=False) or DONE)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains of it at exit
        return DONE
    except KeyboardInterrupt:
        return say("stopped" if command else "stopped; the same command goes on from here", STOPPED)
    except Exception as error:
        secrets = _secrets_in(words) if isinstance(error, CycloptsError) else set()
        return report_error(error, about=command or "run", secrets=secrets)


def _secrets_in(words: Sequence[str]) -> set[str]:
    """What may be secret in words that the parser did not understand: any may be meant for an address or a header."""
    from tasks.corpus.redaction import secrets_of

    given = [word.partition("=")[2] if word.startswith("--") else word for word in words]
    found = {secret for word in given for secret in secrets_of(word, [word] if CREDENTIAL.match(word) else [])}
    return found | {repr(secret)[1:-1] for secret in found}  # The parser shows some words as Python writes them.


def _with_standard_input(words: Sequence[str]) -> list[str]:
    """The words with `-` in the one form that the parser does not take for an option of its own."""
    written: list[str] = []
    option = ""
    for word in words:
        is_corpus = word == "-" and option == "--corpus"
        if is_corpus and written[-1] == "--corpus":
            written.pop()
        written.append("--corpus=-" if is_corpus else word)
        option = word.partition("=")[0] if word.startswith("--") else option
    return written


def _show_plan(options: Options, store: Path | None, run_name: str) -> int:
    from flows.cli.plan import show_plan

    return show_plan(options, store, run_name)


def _run_flow(options: Options, store: Path | None, run_name: str) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        sys.stderr.write(f"Ctrl-C is ignored here; stop with SIGTERM (kill {os.getpid()})\n")
    from flows.cli.launch import run_flow

    sys.stdout.write(f"{run_flow(options, store, run_name)['review']}\n")
    return DONE
