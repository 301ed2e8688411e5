"""The samples as the page's script gets them: texts, measures, marked spans, and the corpus around what is copied."""

import base64
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tasks.data.samples import unpack_surprise
from tasks.page.embedding import script_json
from tasks.page.measures import MEASURES

EMBEDDED_CHARACTERS = 4_500_000  # more have no room: each takes more than two bytes of a page
EMBEDDED_BYTES = 8_000_000
SAMPLE_CHARACTERS = 200_000
AROUND = 120
EXCERPT_CHARACTERS = 2_000_000
TENTHS_OF_A_BIT = 10

Sample = Mapping[str, Any]
Excerpt = Callable[[int, int], str]


def samples_data(samples: Sequence[Sample], excerpt: Excerpt, total: int, room: int = EMBEDDED_BYTES) -> dict[str, Any]:
    """The samples that the page holds, each prompt once; long texts and large numbers of them are cut.

    Args:
        samples: rows of the score stage's `samples.parquet`.
        excerpt: gives the training text from an offset to another, cut at its ends.
        total: how many samples there are; the page says so if it holds fewer.
        room: bytes that the rows may take in the page.

    Returns:
        `total`, `prompts`, `sha256` of what was sampled, and `rows`: temperature, index, place of the prompt, seed,
        log-probability, characters, text, measures, copied, loops, unknown words, surprise.
    """
    prompts = list(dict.fromkeys(sample["prompt"] for sample in samples))
    place = {prompt: number for number, prompt in enumerate(prompts)}
    ordered = sorted(samples, key=lambda s: (place[s["prompt"]], s["index"], s["temperature"]))
    excerpts = _Excerpts(excerpt)
    rows: list[list[Any]] = []
    for sample in ordered:
        row = row_of(sample, place[sample["prompt"]], excerpts)
        room -= len(script_json(row).encode()) + 1
        if room < 0:
            break
        rows.append(row)
    return {"total": total, "prompts": prompts, "sha256": identity(ordered), "rows": rows}


def row_of(sample: Sample, prompt: int, excerpts: "_Excerpts") -> list[Any]:
    """One sample; positions count its characters."""
    return [
        *(sample["temperature"], sample["index"], prompt, sample["seed"]),
        *(round(sample["log_probability"], 4), sample["characters"], sample["text"][:SAMPLE_CHARACTERS]),
        [_rounded(sample[measure.name]) for measure in MEASURES],
        [excerpts.around(span) for span in sample["copied"]],
        [[span["start"], span["end"]] for span in sample["loops"]],
        [[span["start"], span["end"]] for span in sample["unknown_words"]],
        packed(sample["surprise"]),
    ]


def continuations_data(continuations: Sequence[Sample], samples: Sequence[Sample]) -> list[list[Any]]:
    """Of what really follows prompts: place of the prompt, text, bits per character, surprise of each.

    Args:
        continuations: as `read_continuations` gives them.
        samples: as for `samples_data`.
    """
    place = {prompt: number for number, prompt in enumerate(dict.fromkeys(sample["prompt"] for sample in samples))}
    return [
        [
            place[one["prompt"]],
            one["text"][:SAMPLE_CHARACTERS],
            round(-one["log_probability"] / math.log(2) / one["characters"], 4),
            packed(one["surprise"]),
        ]
        for one in continuations
    ]


def identity(samples: Sequence[Sample]) -> str:
    """Digest of what was sampled: ratings are of these samples, whichever run shows them."""
    digest = hashlib.sha256()
    for sample in samples:
        named = [sample[name] for name in ("temperature", "prompt", "seed", "index", "text")]
        digest.update(repr(named).encode("ascii", "backslashreplace"))
    return digest.hexdigest()


def packed(surprise: bytes) -> str:
    """Bits of each character, as float16, in tenths of a bit, one byte each, in Base64; more than 25.5 is cut."""
    bits = unpack_surprise(surprise)[:SAMPLE_CHARACTERS].astype(np.float32)
    tenths = np.clip(np.rint(bits * TENTHS_OF_A_BIT), 0, 255).astype(np.uint8)
    return base64.b64encode(tenths.tobytes()).decode("ascii")


class _Excerpts:
    """The corpus around copied spans, as far as the page has room for them."""

    def __init__(self, excerpt: Excerpt) -> None:
        self._excerpt = excerpt
        self._room = EXCERPT_CHARACTERS

    def around(self, span: Mapping[str, int]) -> list[Any]:
        """Start, end, offset in the training text, and the text before and after, while there is room."""
        start, end, offset = span["start"], span["end"], span["offset"]
        if self._room <= 0:
            return [start, end, offset]
        close = offset + span.get("size", end - start)
        before, after = self._excerpt(offset - AROUND, offset), self._excerpt(close, close + AROUND)
        self._room -= len(before) + len(after)
        return [start, end, offset, before, after]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
