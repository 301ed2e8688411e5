"""Kernels turned on or off by the environment, as a process finds it out when it begins."""

import contextlib

import pytest

from tasks.kernels.availability import VARIABLE, available


@contextlib.contextmanager
def kernels(setting):
    """Everything inside the block runs with kernels "on" or "off"."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, setting)
        available.cache_clear()
        try:
            yield
        finally:
            available.cache_clear()


def with_and_without(compute):
    """What is computed with kernels, and what without."""
    found = []
    for setting in ("on", "off"):
        with kernels(setting):
            found.append(compute())
    return found
