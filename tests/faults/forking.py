"""Children of a process that has imported all it needs: real processes to kill, started in milliseconds.

To be used in a process of its own that has not computed anything with TensorFlow yet.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ended:
    """How a child ended: killed, with an error in words, or with a result."""

    killed: bool
    error: str | None
    result: Any


def in_child(work: Callable[[], Any]) -> Ended:
    """Do the work in a child, and wait for its end; what it returns passes as JSON."""
    return wait(start(work))


def start(work: Callable[[], Any]) -> tuple[int, int]:
    """Begin the work in a child; to be given to `wait`."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            said = {"result": work()}
        except BaseException as error:
            said = {"error": str(error) or repr(error), "trace": traceback.format_exc()}
        with os.fdopen(writing, "w") as pipe:
            json.dump(said, pipe)
        os._exit(0)
    os.close(writing)
    return child, reading


def wait(started: tuple[int, int]) -> Ended:
    """The end of a child."""
    child, reading = started
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    answer = json.loads(said) if said and not killed else {}
    return Ended(killed=killed, error=answer.get("error"), result=answer.get("result"))
