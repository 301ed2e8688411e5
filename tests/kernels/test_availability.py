import subprocess
import sys

import pytest

from tasks.kernels import availability
from tasks.kernels.availability import available


@pytest.fixture(autouse=True)
def found_out_anew():
    available.cache_clear()
    yield
    available.cache_clear()


def test_kernels_are_available_where_code_can_be_compiled():
    assert available()


def test_the_environment_turns_kernels_off(monkeypatch):
    monkeypatch.setenv("CHARFLOW_KERNELS", "off")

    assert not available()


def test_a_system_that_forbids_it_is_said_once(monkeypatch, caplog):
    def forbidden(*_, **__):
        raise PermissionError("not allowed")

    monkeypatch.setattr(availability, "_make_executable", forbidden)

    assert not available()
    assert not available()
    (record,) = caplog.records
    assert "runs no compiled kernels (not allowed)" in record.getMessage()


FORBIDDING = """
import ctypes, sys
if ctypes.CDLL(None).prctl({set_mdwe}, {refuse_exec_gain}, 0, 0, 0):
    sys.exit("this kernel cannot")
import numpy as np
from tasks.kernels.histogram import count_ids
counts = np.zeros(3, np.int64)
count_ids(np.array([1, 1, 2], np.uint8), counts)
print(counts.tolist())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to forbid it")
def test_where_the_system_lets_no_memory_become_executable_work_is_done_without():
    code = FORBIDDING.format(set_mdwe=65, refuse_exec_gain=1)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if "this kernel cannot" in done.stderr:
        pytest.skip("Linux does so from 6.3 on")

    assert (done.returncode, done.stdout) == (0, "[0, 2, 1]\n")
    assert "runs no compiled kernels ([Errno 13] Permission denied)" in done.stderr
