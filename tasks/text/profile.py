"""The profile of a text: what tells in a few kilobytes whether another one is of the same kind.

It is gathered from a stream in bounded memory, and any cut of the stream gives the same one.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.text.tally import Tally

UNIT = 512  # Bytes: a longer line counts as several, so that a text without lines is held in bounded memory.
MOST_LINES = 1024
FEWEST_LINES = 10
WORD = 8
HIGHEST = 1 << 64
MASKS = np.array([(1 << 8 * size) - 1 for size in range(WORD + 1)], np.uint64)
MIXING = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xBF58476D1CE4E5B9], np.uint64)

Line = tuple[int, int]  # The number that chooses it, and the digest that tells it from others of that number.


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a text is like.

    Attributes:
        alphabet: how often each character occurs.
        limit: lines whose choosing number is below this are in the sample.
        lines: the sample, a share of the distinct lines that are not empty.
    """

    alphabet: Mapping[str, int]
    limit: int = HIGHEST
    lines: frozenset[Line] = frozenset()

    @property
    def characters(self) -> int:
        """How long the text is."""
        return sum(self.alphabet.values())

    def share_beyond(self, alphabet: Collection[str]) -> float:
        """The share of the text's characters that are none of these."""
        return sum(count for one, count in self.alphabet.items() if one not in alphabet) / max(1, self.characters)

    def share_new_to(self, other: "Profile") -> float | None:
        """The share of the distinct lines that the other text lacks, as sampled; None: there are too few to tell."""
        limit = min(self.limit, other.limit)
        ours, theirs = ({line for line in lines if line[0] < limit} for lines in (self.lines, other.lines))
        return len(ours - theirs) / len(ours) if min(len(ours), len(other.lines)) >= FEWEST_LINES else None

    def to_json(self) -> str:
        """The profile as JSON in ASCII."""
        lines = [f"{number:016x}{digest:016x}" for number, digest in sorted(self.lines)]
        return json.dumps({"alphabet": dict(sorted(self.alphabet.items())), "limit": self.limit, "lines": lines})

    @classmethod
    def from_json(cls, text: str) -> "Profile":
        """Read a profile back.

        Raises:
            ValueError: it is none.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            alphabet = {str(one): int(count) for one, count in content["alphabet"].items()}
            lines = frozenset((int(line[:16], 16), int(line[16:], 16)) for line in content["lines"])
            return cls(alphabet=alphabet, limit=int(content["limit"]), lines=lines)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is no profile of a text") from error


@dataclass
class Profiler:
    """Gathers the profile of a text that comes in pieces."""

    _tally: Tally = field(default_factory=Tally)
    _rest: bytes = b""
    _limit: int = HIGHEST
    _lines: set[Line] = field(default_factory=set)

    def add(self, piece: bytes) -> None:
        """Take in the next piece of UTF-8, cut anywhere."""
        self._tally.add(piece)
        begun = self._rest + piece
        whole = begun.rfind(b"\n") + 1
        whole += (len(begun) - whole) // UNIT * UNIT
        self._rest = begun[whole:]
        self._sample(begun[:whole])

    def profile(self) -> Profile:
        """The profile of all that was taken in; nothing more may follow."""
        self._sample(self._rest)
        self._rest = b""
        points, counts = self._tally.result()
        alphabet = dict(zip(map(chr, points.tolist()), counts.tolist(), strict=True))
        return Profile(alphabet=alphabet, limit=self._limit, lines=frozenset(self._lines))

    def _sample(self, content: bytes) -> None:
        """Add the lines of whole lines; which are in the sample depends on the set of all lines alone."""
        if not content:
            return
        starts, ends = _units(content)
        numbers = _numbers(content, starts, ends)
        chosen = np.flatnonzero(numbers <= np.uint64(self._limit - 1))
        distinct = np.unique(numbers[chosen])  # No more than there are lines.
        while np.searchsorted(distinct, np.uint64(self._limit - 1), side="right") > MOST_LINES:
            self._lower()
        chosen = chosen[numbers[chosen] <= np.uint64(self._limit - 1)]
        lines = (content[start:end] for start, end in zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True))
        for line, number in dict(zip(lines, numbers[chosen].tolist(), strict=True)).items():  # Each distinct one.
            if number < self._limit:
                self._lines.add((number, int.from_bytes(blake2b(line, digest_size=8).digest())))
            while len(self._lines) > MOST_LINES:
                self._lower()

    def _lower(self) -> None:
        """Halve the share of the lines that is in the sample."""
        self._limit //= 2
        self._lines = {line for line in self._lines if line[0] < self._limit}


def profile_of(pieces: Iterable[bytes]) -> Profile:
    """The profile of a text in pieces of UTF-8."""
    profiler = Profiler()
    for piece in pieces:
        profiler.add(piece)
    return profiler.profile()


def _units(content: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each line that is not empty begins and ends, those that are long in parts."""
    breaks = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
    starts, ends = np.concatenate(([0], breaks + 1)), np.concatenate((breaks, [len(content)]))
    parts = -(-(ends - starts) // UNIT)  # None of an empty line.
    first = np.repeat(np.cumsum(parts) - parts, parts)
    starts = np.repeat(starts, parts) + UNIT * (np.arange(len(first)) - first)
    return starts, np.minimum(starts + UNIT, np.repeat(ends, parts))


def _numbers(content: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A number for each line, of its length and both its ends: cheap, and as good as by chance."""
    padded = np.frombuffer(bytes(WORD) + content + bytes(WORD), np.uint8)
    words: NDArray[np.uint64] = np.ndarray((len(padded) - WORD + 1,), "<u8", padded, strides=(1,))
    lengths = ends - starts
    masks = MASKS[np.minimum(lengths, WORD)]
    numbers = (words[starts + WORD] & masks) * MIXING[0]
    numbers ^= (words[ends] & ~(MASKS[WORD - np.minimum(lengths, WORD)])) * MIXING[1]
    numbers ^= lengths.astype(np.uint64) * MIXING[2]
    for shift in (29, 32):
        numbers ^= numbers >> np.uint64(shift)
        numbers *= MIXING[3]
    return numbers ^ (numbers >> np.uint64(31))
