"""Whether machine code may be compiled and run here, which some systems forbid; else slower code does the same."""

import functools
import logging
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
        Compiled("nothing", Code("nothing", ("thread", "threads", "steps"), ("counter",)).finish(), passes=False).run(
            1, 0
        )
    except Exception as error:
        logging.getLogger(__name__).warning(
            "this system runs no compiled kernels (%s): training and scoring take several times as long", error
        )
        return False
    return True
