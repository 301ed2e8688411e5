"""Errors of the command line: the exit codes, and the one line that tells of each."""

import contextlib
import datetime
import re
import sys
import traceback
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cyclopts import CoercionError, CycloptsError, UnusedCliTokensError
from pydantic import ValidationError

from flows.cli.commands import COMMANDS
from tasks.corpus.redaction import scrubbed
from tasks.text.characters import visible

DONE, FAILED, USAGE, STOPPED = 0, 1, 2, 75
ERRORS = Path(__file__).resolve().parents[2] / "artifacts" / "errors"
NEWEST = 20

# By name, for the modules that define some of them are not to be imported to tell of an error.
OF_USAGE = {"DeviceError", "MissingExtraError", "PromptError", "RatingsError", "UsageError"}
EXPECTED = OF_USAGE | {"CorpusError", "StoreError", "TooLargeError", "TrainingDivergedError", "UnreachableError"}
SECRET = {"corpus", "corpus_header"}
# What is meant by a first word that is near to one of these.
MEANT = {**dict(zip(COMMANDS, COMMANDS, strict=True)), "plan": "--plan", "help": "--help"}

WHOLE, NUMBER = "must be a whole number", "must be a number"
# By the parser's own kinds of mistakes, whose words are for programmers.
MISTAKES = {
    **dict.fromkeys(("int_parsing", "int_from_float", "int_type"), WHOLE),
    **dict.fromkeys(("float_parsing", "float_type"), NUMBER),
    "string_too_short": "must not be empty",
    "too_short": "must have a value",
}
KINDS = {int: WHOLE, float: NUMBER, bool: "must be true or false"}
SEVERAL = re.compile(r"[\d.]+(\s*[,;]\s*[\d.]+)+")


def report_error(error: Exception, *, about: str, secrets: Collection[str] = ()) -> int:
    """Tell of an error in one line on standard error; the traceback of one that nobody expects goes to a file.

    Args:
        error: what ended the command.
        about: the name of the run or of the command, which the file is named after.
        secrets: texts that are shown nowhere.

    Returns:
        The exit code.
    """
    if isinstance(error, CycloptsError | ValidationError):
        return say(_of_parser(error), USAGE, secrets)
    from tasks.caching.running.report import StageError
    from tasks.caching.store.errors import cause_of

    cause = error.__cause__ if isinstance(error, StageError) and isinstance(error.__cause__, Exception) else error
    message = str(error) if isinstance(error, StageError) else cause_of(error) or type(error).__name__
    says_all = _is_named(cause, EXPECTED) or cause_of(cause) != str(cause)  # of a full disk it tells in its own words
    if not says_all:
        message += f"; nobody expected this {type(cause).__name__}: {_advice(error, about, secrets)}"
    return say(message, USAGE if _is_named(error, OF_USAGE) else FAILED, secrets)


def say(message: str, code: int, secrets: Collection[str] = ()) -> int:
    """Write a message on one line of standard error, which obeys nothing in it; gives the exit code."""
    sys.stderr.write(f"charflow: {visible(' '.join(scrubbed(message, secrets).split()))}\n")
    return code


def _is_named(error: BaseException, names: Collection[str]) -> bool:
    ours = [kind for kind in type(error).__mro__ if kind.__module__.partition(".")[0] in ("flows", "tasks")]
    return any(kind.__name__ in names for kind in ours)


def _advice(error: Exception, about: str, secrets: Collection[str]) -> str:
    path = _keep_traceback(error, about, secrets)
    if path is None:
        return "try it once more; its traceback could not be written"
    return f"try it once more, and if it happens again, report it with {path}"


def _keep_traceback(error: Exception, about: str, secrets: Collection[str]) -> Path | None:
    """Write the traceback to a file of its own; None if that cannot be done, as on a full disk."""
    now = datetime.datetime.now(datetime.UTC)
    path = ERRORS / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', about)[:100]}-{now:%Y%m%dT%H%M%S.%fZ}.txt"
    written = scrubbed("".join(traceback.format_exception(error)), secrets)
    try:
        ERRORS.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8", errors="backslashreplace")
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    with contextlib.suppress(OSError):
        for old in sorted(ERRORS.glob("*.txt"), key=lambda one: one.stat().st_mtime_ns)[:-NEWEST]:
            old.unlink()
    return path


def _of_parser(error: CycloptsError | ValidationError) -> str:
    """What is wrong with the options, by the names that they have on the command line."""
    if isinstance(error, UnusedCliTokensError):
        unused = error.unused_tokens or ["it"]
        near = [] if error.command_chain else get_close_matches(unused[0], MEANT, n=1)
        advice = f"is {MEANT[near[0]]} meant? Else write" if near else "write"
        return (
            f"{', '.join(unused)} is neither an option nor a command; {advice} --corpus before a corpus, or see --help"
        )
    if isinstance(error, CoercionError) and error.token and error.target_type in KINDS:
        return f"{error.token.keyword or 'a value'} {KINDS[error.target_type]}, got {error.token.value!r}"
    invalid = error if isinstance(error, ValidationError) else error.__cause__
    if not isinstance(invalid, ValidationError):
        return str(error)
    group = None if isinstance(error, ValidationError) else error.argument
    names = {child.keys[-1]: child.name for child in group.children} if group else {}
    return "; ".join(f"{_option(one['loc'], names)} {_wrong_with(one)}" for one in invalid.errors())


def _option(location: tuple[int | str, ...], names: dict[str, str]) -> str:
    field = next((part for part in reversed(location) if isinstance(part, str)), "options")
    return names.get(field, f"--{field.replace('_', '-')}")


def _wrong_with(error: Any) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])  # it names the value itself, without what may be secret in it
    message = MISTAKES.get(error["type"]) or str(error["msg"]).replace("Input should", "must")
    if SECRET & set(error["loc"]):
        return message
    given = error["input"]
    is_several = isinstance(given, str) and SEVERAL.fullmatch(given.strip()) and isinstance(error["loc"][-1], int)
    apart = f"; write several with blanks between them: {' '.join(re.split('[,; ]+', given))}" if is_several else ""
    return message if given in ("", []) else f"{message}, got {given!r}{apart}"
