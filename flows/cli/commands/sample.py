"""`sample`: draw from a finished model, to the terminal as it is drawn, or on and on from what is typed."""

import fcntl
import json
import sys
import termios
from typing import Annotated, Any

from cyclopts import Parameter
from pydantic import Field

from flows.cli.options import DrawingOptions, Temperature, optional
from flows.runs.search import load_model
from tasks.network.parameters import Precision, SamplingParameters
from tasks.text.characters import visible
from tasks.text.prompts import PromptError, meant

UNREAD = "charflow: standard input is not read; give a beginning by --prompt, or a file of some by --prompts"

_Drawing: Any = optional(
    SamplingParameters,
    without=("prompts", "shared", "reset_at"),
    changed={
        "samples_per_temperature": (Annotated[int, Parameter(name=("--samples", "-n"))], 1),
        "sample_length": (Annotated[int, Parameter(name="--length")], 500),
        "precision": (Precision, "auto"),
    },
    base=DrawingOptions,
)


class SampleOptions(_Drawing):
    """What is drawn."""

    temperature: Temperature = Field(default=0.8, description="Divisor of the logits; 0: the likeliest character.")


def sample(
    model: str = "latest",
    /,
    *,
    json_lines: Annotated[bool, Parameter(name="--json", negative=())] = False,
    options: Annotated[SampleOptions, Parameter(name="*")] = SampleOptions(),
) -> int:
    """Draw samples from a finished model.

    In a terminal, and without a prompt, it asks for one again and again, until Ctrl-D.

    Parameters
    ----------
    model
        latest, the name of a run, or the folder of a run or model.
    json_lines
        Write a line of JSON for each sample; of bytes also these, in hexadecimal, of which the text may lack some.
    """
    finished = load_model(model)
    chosen = {"temperature": options.temperature, **options.drawing()}
    chosen["samples"], chosen["length"] = chosen.pop("samples_per_temperature"), chosen.pop("sample_length")
    if options.precision == "auto":
        del chosen["precision"]
    asks = not (options.prompt or options.prompts or json_lines) and sys.stdin.isatty() and sys.stdout.isatty()
    if asks:
        return _converse(finished, options, chosen)
    prompts = options.prompts_for(finished.vocabulary)
    if not prompts and _is_given_input():
        sys.stderr.write(f"{UNREAD}\n")
    if sys.stdout.isatty() and not json_lines:
        _show(finished, prompts, chosen)
        return 0
    for one in finished.samples(*prompts, **chosen):
        if json_lines:
            about = {"temperature": options.temperature, "prompt": one.prompt, "seed": options.seed, "index": one.index}
            drawn = {"text": one.text, **({} if one.content is None else {"bytes": one.content.hex()})}
            line = {**about, **drawn, "bits_per_character": round(one.bits_per_character, 4)}
            sys.stdout.write(json.dumps(line) + "\n")
        else:
            sys.stdout.write(f"{one.prompt}{one.text}\n")
    return 0


def _is_given_input() -> bool:
    """Whether bytes wait on a standard input that is no terminal; they are left there, for who else reads them."""
    try:
        waiting = fcntl.ioctl(sys.stdin, termios.FIONREAD, bytes(4))
    except (OSError, TypeError, ValueError):  # It is closed, or of a kind that does not tell.
        return False
    return any(waiting) and not sys.stdin.isatty()


def _show(finished: Any, prompts: list[str], chosen: dict[str, Any]) -> None:
    """Write samples to a terminal, which obeys nothing that stands in them, as they are drawn."""
    before = None
    for place, characters in finished.stream(*prompts, **chosen):
        if place != before:
            sys.stdout.write(("" if before is None else "\n\n") + visible(place.prompt, kept="\n\t"))
            before = place
        sys.stdout.write(visible(characters, kept="\n\t"))
        sys.stdout.flush()
    sys.stdout.write("\n")


def _converse(finished: Any, drawing: DrawingOptions, chosen: dict[str, Any]) -> int:
    """Go on from each line that is typed; the same line typed again gets another sample."""
    import readline  # noqa: F401  makes the line editable

    sys.stdout.write("Type a beginning, and Enter; Ctrl-C cuts a sample short, Ctrl-D ends.\n")
    turn = 0
    while True:
        try:
            typed = input("> ")
        except EOFError:
            sys.stdout.write("\n")
            return 0
        try:
            prompt = finished.vocabulary.fit_prompt(meant(typed), drawing.unknown_characters)
            _show(finished, [prompt] if prompt else [], {**chosen, "first_index": turn})
        except PromptError as error:
            sys.stdout.write(f"{visible(str(error))}\n")
        except KeyboardInterrupt:
            sys.stdout.write("\n")
        turn += chosen["samples"]
