"""The versions of what an output depends on beside the project's own code."""

import contextlib
import ctypes
import functools
import importlib
import importlib.metadata
import platform
import unicodedata
import zlib
from collections.abc import Callable


@functools.cache
def version_of(name: str) -> str | None:
    """The version of a distribution, or of one of the libraries inside Python: bzip2, xz, zlib, unicode.

    None if there is none of that name.
    """
    if name in INSIDE_PYTHON:
        return INSIDE_PYTHON[name]()
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(name)
    return None


def _linked(extension: str, function: str) -> Callable[[], str]:
    """The version that a C library tells of itself, through the extension that is linked with it."""

    def tell() -> str:
        try:
            file = getattr(importlib.import_module(extension), "__file__", None)
            told = getattr(ctypes.CDLL(file), function)
        except (ImportError, OSError, AttributeError):
            return f"of Python {platform.python_version()}"  # It is built in, and hides its symbols.
        told.restype = ctypes.c_char_p
        return bytes(told()).decode("ascii")

    return tell


INSIDE_PYTHON: dict[str, Callable[[], str]] = {
    "bzip2": _linked("_bz2", "BZ2_bzlibVersion"),
    "unicode": lambda: unicodedata.unidata_version,
    "xz": _linked("_lzma", "lzma_version_string"),
    "zlib": lambda: zlib.ZLIB_RUNTIME_VERSION,
}
