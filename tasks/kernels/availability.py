"""Whether machine code may be compiled and run here, which some systems forbid; else slower code does the same."""

import ctypes
import functools
import logging
import mmap
import os

from tasks.kernels.emitting import Code
from tasks.kernels.running import Compiled

VARIABLE = "CHARFLOW_KERNELS"


@functools.cache
def available() -> bool:
    """Whether kernels can be used, found out once; a system that forbids it is said in one warning.

    `CHARFLOW_KERNELS=off` in the environment turns them off.
    """
    if os.environ.get(VARIABLE, "on") == "off":
        return False
    try:
        _make_executable()
        Compiled("nothing", Code("nothing", ("thread", "threads", "steps"), ("counter",)).finish(), passes=False).run(
            1, 0
        )
    except Exception as error:
        logging.getLogger(__name__).warning(
            "this system runs no compiled kernels (%s): training and scoring take several times as long", error
        )
        return False
    return True


def _make_executable() -> None:
    """Make memory executable, as LLVM does, which does not notice that it may not: the process would end.

    Raises:
        OSError: that is forbidden.
    """
    pages = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    system = ctypes.CDLL(None, use_errno=True)
    if system.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
