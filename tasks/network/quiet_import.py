"""Importing TensorFlow without the lines that it writes to standard error before any setting can stop it."""

import contextlib
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

LEVEL, QUIET = "TF_CPP_MIN_LOG_LEVEL", "3"
# Information and warnings of TensorFlow's C++ and what that is made of, with and without a date; of its Python, too.
CHATTER = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog|[IW]\d{4} [\d:.]+ "
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] |(INFO|WARNING):(tensorflow|absl):"
)


class _Redirection:
    """Standard error of the process, held in a file for as long as a block of any thread asks for it."""

    def __init__(self) -> None:
        self._lock, self._blocks = threading.Lock(), 0
        self._failed = False
        self._shown = self._held = -1

    def begin(self) -> None:
        with self._lock:
            if not self._blocks:
                sys.stderr.flush()
                self._shown, self._failed = os.dup(2), False
                self._held, name = tempfile.mkstemp()
                Path(name).unlink()
                os.dup2(self._held, 2)
            self._blocks += 1

    def end(self, *, failed: bool) -> None:
        with self._lock:
            self._blocks -= 1
            self._failed |= failed
            if not self._blocks:
                sys.stderr.flush()
                os.dup2(self._shown, 2)
                os.close(self._shown)
                self._pass_on()

    def _pass_on(self) -> None:
        """Show what was held but for the chatter; that too where a block failed."""
        with (
            os.fdopen(self._held, "rb") as held,
            contextlib.suppress(OSError),
            os.fdopen(2, "wb", closefd=False) as err,
        ):
            held.seek(0)
            err.writelines(line for line in held if self._failed or not CHATTER.match(line))


_REDIRECTION = _Redirection()


@contextlib.contextmanager
def without_chatter() -> Iterator[None]:
    """Leave out what TensorFlow writes to standard error inside the block, also by C++; it is shown if the block fails.

    No setting stops the line about oneDNN, which comes while libraries are loaded. All else that any thread writes
    meanwhile follows at the end of the block. Afterwards TensorFlow's C++ writes nothing but what ends the process; its
    errors come as exceptions. At a lower level it would write of oneDNN. Where the environment asks for another level,
    or where there is no standard error, nothing is held back.
    """
    if os.environ.setdefault(LEVEL, QUIET) != QUIET or sys.stderr is None:
        yield
        return
    _REDIRECTION.begin()
    failed = True
    try:
        yield
        failed = False
    finally:
        _REDIRECTION.end(failed=failed)
