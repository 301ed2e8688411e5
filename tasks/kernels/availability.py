"""Whether machine code may be compiled and run here, which some systems forbid; else slower code does the same."""

import ctypes
import functools
import logging
import mmap
import os

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
    except OSError as error:
        logging.getLogger(__name__).warning(
            "this system runs no compiled kernels (%s): training and scoring take several times as long", error
        )
        return False
    return True


def _make_executable() -> None:
    """Make a page of memory executable, as LLVM does with its code: where it fails there, the process crashes.

    Raises:
        OSError: the system forbids it.
    """
    page = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE)
    address = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    if protect(address, ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
