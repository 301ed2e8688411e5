"""What is drawn, kept on disk group by group, so that a killed process goes on from its last chunk.

000003/chunk-000000256-SHA.npy    characters from 256 on, a row for each sample: id, and surprise in bits
000003/state-000000512-SHA.npz    where the group stands after 512 characters; only the newest is left

A name ends in the first digits of the content's SHA-256: what does not hold it is not used.
"""

import hashlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from tasks.durable import move_into_place

DIGITS = 32
CHARACTER = np.dtype([("id", "<i4"), ("surprise", "<f4")])


class KeptGroup:
    """The drawn characters of one group of samples."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chunks: list[Path] = []
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self) -> tuple[int, dict[str, np.ndarray]] | None:
        """How many characters are kept, and the state after them; None if nothing can be used."""
        chunks = {_position(path): path for path in sorted(self._folder.glob("chunk-*")) if _is_whole(path)}
        for path in sorted(self._folder.glob("state-*"), reverse=True):
            followed = _up_to(_position(path), chunks)
            if followed and _is_whole(path):
                self._chunks = followed
                with np.load(path, allow_pickle=False) as state:
                    return _position(path), dict(state)
        return None

    def add(self, chunk: np.ndarray, position: int, state: Mapping[str, np.ndarray]) -> None:
        """Keep the next characters and the state after them.

        Args:
            chunk: `(samples, characters)` of `CHARACTER`; surprise is not a number where a sample has ended.
            position: how many characters are kept with it.
            state: what drawing on needs.
        """
        older = list(self._folder.glob("state-*"))
        _write(self._folder, f"state-{position:09}", "npz", lambda file: np.savez(file, allow_pickle=False, **state))
        start = position - chunk.shape[1]
        path = _write(self._folder, f"chunk-{start:09}", "npy", lambda file: np.save(file, chunk, allow_pickle=False))
        self._chunks.append(path)
        for state_file in older:
            state_file.unlink()

    def rows(self, rows: slice) -> list[np.ndarray]:
        """All characters of some of the samples: for each an array of `CHARACTER`, up to its end."""
        parts = [np.load(path, mmap_mode="r", allow_pickle=False)[rows] for path in self._chunks]
        joined = np.concatenate(parts, axis=1)
        return [row[~np.isnan(row["surprise"])] for row in joined]


def _up_to(position: int, chunks: Mapping[int, Path]) -> list[Path]:
    """The chunks that hold every character before the position; none if one is missing."""
    found, start = [], 0
    while start < position and start in chunks:
        found.append(chunks[start])
        start += np.load(chunks[start], mmap_mode="r", allow_pickle=False).shape[1]
    return found if start == position else []


def _position(path: Path) -> int:
    return int(path.name.split("-")[1])


def _is_whole(path: Path) -> bool:
    return path.stem.rpartition("-")[2] == _digest(path.read_bytes())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def _write(folder: Path, name: str, suffix: str, save: Callable[[io.BytesIO], None]) -> Path:
    """Write a file so that it is on the disk, whole, before it has its name."""
    buffer = io.BytesIO()
    save(buffer)
    content = buffer.getvalue()
    draft, final = folder / f".{name}", folder / f"{name}-{_digest(content)}.{suffix}"
    draft.write_bytes(content)
    move_into_place(draft, final)
    return final
