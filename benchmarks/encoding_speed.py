"""Speed and memory of encoding: from a text file to its vocabulary and its ids in Parquet, in MB of UTF-8 a second.

The texts are words of made-up letters: English is ASCII, French has accents, Chinese is of 3,000 characters without
blanks, and chat has emoji. The peers encode English: nanoGPT's way (the text as a string, `sorted(set(text))`, a list
comprehension, an array of 16 bits written to a file), `datasets.map`, and `tokenizers` at the level of bytes, the last
two on as much as they do in some seconds, and only where they are installed. Writing ids that are ready, in the same
files, shows what encoding adds.

    python benchmarks/encoding_speed.py --gigabyte --json encoding.json

Memory is the peak of the process beyond the interpreter and the libraries.
"""

import argparse
import functools
import importlib.util
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import Peer, arguments, peak_mb, run

MB = 1_000_000
LETTERS = {
    "English": "abcdefghijklmnopqrstuvwxyz",
    "French": "aaabcdeeeéèêfghiîïjklmnoôpqrstuùûvwxyzç",
    "Chinese": "".join(map(chr, range(0x4E00, 0x4E00 + 3000))),
    "chat": "abcdefghijklmnopqrstuvwxyz😀😂🥲👍❤🎉",
}
BLANKS = {"Chinese": "，"}
WORDS, BLOCK_WORDS = 5000, 100_000
PEER_MB = 10


def _write_text(path: Path, kind: str, size: int) -> None:
    """So many bytes of text: one block of random words over and over."""
    random, letters = np.random.default_rng(1), list(LETTERS[kind])
    words = ["".join(random.choice(letters, random.integers(1, 9))) for _ in range(WORDS)]
    chosen = random.zipf(1.3, BLOCK_WORDS) % WORDS
    block = (BLANKS.get(kind, " ").join(words[number] for number in chosen) + "\n").encode()
    with path.open("wb") as file:
        for _ in range(size // len(block)):
            file.write(block)
        file.write(block[: size % len(block)].decode("utf-8", "ignore").encode())


def _measured(kind: str, size: int, work: Callable[[Path, Path], Callable[[], Any]]) -> dict[str, float]:
    """The rate and the memory of work on a text: `work` prepares it, given the text's folder and one to write to."""
    with tempfile.TemporaryDirectory() as name:
        given, out = Path(name, "text"), Path(name, "out")
        given.mkdir()
        out.mkdir()
        _write_text(given / "text.txt", kind, size)
        prepared, before = work(given, out), peak_mb()
        started = time.perf_counter()
        prepared()
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "mb_per_second": size / MB / seconds, "peak_megabytes": peak_mb() - before}


def charflow(options: argparse.Namespace, kind: str, size: int) -> dict[str, float]:
    """The encode stage, compiling its loops included."""
    import llvmlite.binding  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import tasks.data.id_files
    import tasks.text.folding
    import tasks.text.token_ids  # noqa: F401
    from tasks.caching import Artifact
    from tasks.data.documents import DocumentWriter
    from tasks.encode import encode

    def work(given: Path, out: Path) -> Callable[[], Any]:
        with DocumentWriter(given / "documents.parquet") as table:
            table.add(np.zeros(1, np.int64), 0)
        return functools.partial(encode.function, out, Artifact.of_folder(given))

    return _measured(kind, size, work)


def ready_ids(options: argparse.Namespace, size: int) -> dict[str, float]:
    """Writing ids that are in memory already, as the encode stage writes its own."""
    from tasks.data.id_files import write_files

    def work(given: Path, out: Path) -> Callable[[], Any]:
        ids = np.frombuffer((given / "text.txt").read_bytes(), "<u1")
        paths = (out / f"ids-{number:05}.parquet" for number in itertools.count())
        pieces = np.array_split(ids, max(1, size >> 22))
        return functools.partial(write_files, paths, pieces, ids.dtype, offset=0, metadata={})

    return _measured("English", size, work)


def nanogpt(options: argparse.Namespace, size: int) -> dict[str, float]:
    """As nanoGPT prepares characters."""

    def work(given: Path, out: Path) -> Callable[[], Any]:
        def prepare() -> None:
            text = (given / "text.txt").read_text(encoding="utf-8")
            places = {character: number for number, character in enumerate(sorted(set(text)))}
            ids = np.array([places[character] for character in text], dtype=np.uint16)
            ids.tofile(out / "train.bin")

        return prepare

    return _measured("English", size, work)


def datasets_map(options: argparse.Namespace) -> dict[str, float]:
    """A map over lines of the text, in batches."""
    import datasets

    datasets.disable_progress_bars()

    def work(given: Path, out: Path) -> Callable[[], Any]:
        text = (given / "text.txt").read_text(encoding="utf-8")
        places = {character: number for number, character in enumerate(sorted(set(text)))}
        lines = datasets.Dataset.from_dict({"text": text.splitlines(keepends=True)})

        def ids(batch: dict[str, list[str]]) -> dict[str, list[list[int]]]:
            return {"ids": [[places[character] for character in line] for line in batch["text"]]}

        return functools.partial(
            lines.map, ids, batched=True, remove_columns=["text"], cache_file_name=str(out / "ids.arrow")
        )

    return _measured("English", PEER_MB * MB, work)


def byte_level(options: argparse.Namespace) -> dict[str, float]:
    """A tokenizer whose tokens are the 256 bytes."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({character: number for number, character in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)

    def work(given: Path, out: Path) -> Callable[[], Any]:
        words = (given / "text.txt").read_text(encoding="utf-8").split(" ")
        lines = [" ".join(words[first : first + 100]) for first in range(0, len(words), 100)]
        return functools.partial(tokenizer.encode_batch_fast, lines)

    return _measured("English", PEER_MB * MB, work)


def _peers(*, gigabyte: bool) -> Iterator[tuple[str, Peer]]:
    yield "charflow, English, 1 MB", functools.partial(charflow, kind="English", size=MB)
    for kind in LETTERS:
        yield f"charflow, {kind}, 100 MB", functools.partial(charflow, kind=kind, size=100 * MB)
    if gigabyte:
        yield "charflow, English, 1 GB", functools.partial(charflow, kind="English", size=1000 * MB)
    yield "ready ids to Parquet, 100 MB", functools.partial(ready_ids, size=100 * MB)
    yield "nanoGPT's way, 100 MB", functools.partial(nanogpt, size=100 * MB)
    for name, module, peer in (
        ("datasets.map", "datasets", datasets_map),
        ("tokenizers, byte level", "tokenizers", byte_level),
    ):
        if importlib.util.find_spec(module):
            yield name, peer
        elif "--peer" not in sys.argv:
            sys.stderr.write(f"{name}: left out, {module} is not installed\n")


def ratios(medians: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures that the README quotes."""
    rate = {name: row["mb_per_second"] for name, row in medians.items()}
    english = rate["charflow, English, 100 MB"]
    found = {
        "times_nanogpt": english / rate["nanoGPT's way, 100 MB"],
        "fraction_of_parquet_write": english / rate["ready ids to Parquet, 100 MB"],
        "peak_megabytes": max(row["peak_megabytes"] for name, row in medians.items() if name.startswith("charflow")),
    }
    others = {"datasets.map": "times_datasets_map", "tokenizers, byte level": "times_tokenizers"}
    return found | {figure: english / rate[name] for name, figure in others.items() if name in rate}


if __name__ == "__main__":
    parser = arguments(__doc__.splitlines()[0], rounds=3)
    parser.add_argument("--gigabyte", action="store_true", help="encode 1 GB as well")
    given = parser.parse_args()
    run(given, dict(_peers(gigabyte=given.gigabyte)), ratios)
