"""Text as arrays of code points, and of places among the code points of an alphabet."""

import contextlib
from collections.abc import Sequence

import numpy as np

LEADING = -64  # As signed bytes of UTF-8 those that begin a character are from here on.


def code_points(text: str) -> np.ndarray:
    """The text's code points: shape `(len(text),)`, dtype uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def leading_bytes(content: bytes) -> np.ndarray:
    """Which bytes of UTF-8 begin a character: shape `(len(content),)`, bool."""
    return np.frombuffer(content, np.int8) >= LEADING


def narrow_points(text: str) -> np.ndarray:
    """The text's code points in the fewest bytes: shape `(len(text),)`, dtype uint8, uint16 or uint32."""
    for codec, dtype in (("latin-1", "<u1"), ("utf-16-le", "<u2")):
        with contextlib.suppress(UnicodeEncodeError):
            points = np.frombuffer(text.encode(codec, "surrogatepass"), dtype=dtype)
            if len(points) == len(text):  # None takes two units.
                return points
    return code_points(text)


def counted(text: str) -> tuple[list[int], list[int]]:
    """The distinct code points of a text, ascending, and how often each occurs."""
    points, counts = np.unique(code_points(text), return_counts=True)
    return points.tolist(), counts.tolist()


def places_of(text: str, alphabet: np.ndarray) -> tuple[np.ndarray, int | None]:
    """Where each character stands in an alphabet of code points, `(len(text),)`, and the offset of one that does not.

    The offset is that of the first; None if there is none.
    """
    points = code_points(text)
    places = np.searchsorted(alphabet, points)
    known = alphabet[np.minimum(places, len(alphabet) - 1)] == points
    return places, None if known.all() else int(np.flatnonzero(~known)[0])


def text_of(places: Sequence[int] | np.ndarray, alphabet: np.ndarray) -> str:
    """The characters at these places of an alphabet of code points.

    Raises:
        IndexError: one lies outside.
    """
    places = np.asarray(places, dtype=np.int64)
    if places.size and places.min() < 0:
        raise IndexError(f"id {places.min()} is of no character")
    return alphabet[places].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
