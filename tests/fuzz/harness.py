"""Giving inputs to a target, and telling what is wrong: another error, a hang, memory that grows."""

import contextlib
import faulthandler
import gc
import logging
import random
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from flows.cli.errors import EXPECTED

MEGABYTE = 1 << 20
ROOM = 256 * MEGABYTE  # What one input may take beyond what was ever taken before.
WAIT = 10
GROWTH = 48 * MEGABYTE  # Between the first fifth of the inputs and the last one; allocators keep some.


class TooLongError(BaseException):
    """An input took longer than it may; no target can catch it."""


@dataclass
class Found:
    """What became of the inputs of one target; each of `wrong` begins with how to give that input once more."""

    inputs: int = 0
    refused: int = 0
    seconds: float = 0.0
    growth: int = 0
    wrong: list[str] = field(default_factory=list)


def fuzzed(name, target, numbers, *, seed, limit):
    """Give a target the inputs of these numbers.

    An input depends on the seed, the target's name and its number alone.

    Args:
        name: of the target.
        target: a context whose value is called with a number and the source of chance for it.
        numbers: of the inputs.
        seed: of all.
        limit: seconds of processor time for one input; it may wait ten times as long.
    """
    found, started, size = Found(), time.monotonic(), 0
    with target as given, _bounded(), _quiet():
        for number in numbers:
            wrong = _wrong_with(given, number, random.Random(f"{seed} {name} {number}"), limit)
            found.inputs += 1
            found.refused += wrong == ""
            if wrong:
                found.wrong.append(f"--seed {seed} --only {name}:{number}\n{wrong}")
            if found.inputs == max(1, len(numbers) // 5):
                size = _size()
    found.growth, found.seconds = _size() - size, time.monotonic() - started
    if found.growth > GROWTH:
        found.wrong.append(f"{name}: the memory grew by {found.growth // MEGABYTE} MB")
    return found


def _wrong_with(given, number, chance, limit):
    """What is wrong with how an input was taken, in words; nothing if it was refused well; None if it was accepted."""
    peak = _peak()
    try:
        with _timed(limit):
            given(number, chance)
    except TooLongError:
        return f"took more than {limit} seconds\n{traceback.format_exc()}"
    except Exception as error:
        ours = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.startswith(("flows.", "tasks."))}
        return "" if ours & EXPECTED else traceback.format_exc()
    return None if _peak() < peak + ROOM else f"took {(_peak() - peak) // MEGABYTE} MB"


@contextlib.contextmanager
def _timed(limit):
    signal.setitimer(signal.ITIMER_PROF, limit)
    signal.setitimer(signal.ITIMER_REAL, WAIT * limit)
    faulthandler.dump_traceback_later(2 * WAIT * limit, exit=True)  # of what listens to no signal
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def _bounded():
    """An error at the end of the time of an input."""

    def stop(*_):
        raise TooLongError

    before = {one: signal.signal(one, stop) for one in (signal.SIGPROF, signal.SIGALRM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextlib.contextmanager
def _quiet():
    """Without the log, which says something of every attempt."""
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _size():
    """The memory that this process has, in bytes; 0 where the system does not say."""
    gc.collect()
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def _peak():
    """The most memory that this process ever had, in bytes.

    What `getrusage` says includes what the process had that started this one.
    """
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
