"""Checks of the arrays that emitted code is given: past the end of one that is too small it would read and write."""

import numpy as np

Shape = tuple[int | None, ...]


def check(**arrays: tuple[np.ndarray, str, Shape]) -> None:
    """Look at arrays, by their names, each with the name of its type and its shape, None where any length will do.

    Raises:
        TypeError: one is no array, or of another type.
        ValueError: one has another shape, or is not contiguous in the order of its axes.
    """
    for name, (array, dtype, shape) in arrays.items():
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} must be an array, not {type(array).__name__}")
        if array.dtype.name != dtype or not array.dtype.isnative:
            raise TypeError(f"{name} must be {dtype}, not {array.dtype}")
        fits = len(array.shape) == len(shape) and all(b in (None, a) for a, b in zip(array.shape, shape, strict=True))
        if not fits:
            raise ValueError(f"{name} must be of the shape {shape}, not {array.shape}")
        if not array.flags.c_contiguous:
            raise ValueError(f"{name} must be contiguous, in the order of its axes")


def check_keep(keep: tuple[np.ndarray, ...], resets: bool, steps: int, rows: int) -> None:
    """Look at the one array that says where the state is kept, if the layer resets it, else at none.

    Raises:
        TypeError: as `check`.
        ValueError: as `check`; there is one too many or too few.
    """
    if len(keep) != resets:
        raise ValueError(f"the layer takes {int(resets)} arrays of what is kept, not {len(keep)}")
    for array in keep:
        check(keep=(array, "float32", (steps, rows)))


def check_indices(indices: np.ndarray, steps: int, rows: int, table_rows: int) -> None:
    """Look at what says which row of a table is meant, at each step in each row of a batch.

    Raises:
        TypeError: as `check`.
        ValueError: as `check`; an index is none of the table's rows.
    """
    check(indices=(indices, "int32", (steps, rows)))
    if indices.size and not 0 <= indices.min() <= indices.max() < table_rows:
        raise ValueError(f"indices go from {indices.min()} to {indices.max()}, the table has {table_rows} rows")
