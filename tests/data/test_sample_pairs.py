import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from tasks.data import samples
from tasks.data.sample_pairs import Pair, SampleFile, paired
from tasks.data.samples import write_samples
from tests.page.reviews import a_sample

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def file_of(tmp_path, monkeypatch):
    """Samples in a file of small row groups, whose borders fall anywhere."""

    def written(rows, group=40):
        monkeypatch.setattr(samples, "GROUP_CHARACTERS", group)
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.parquet"
        write_samples(path, rows)
        return SampleFile.read(path)

    return written


def rows_of(texts, temperature=0.5, prompt="P", first=0):
    return [a_sample(text, temperature, number, prompt) for number, text in enumerate(texts, first)]


def by_name(before, after):
    """What `paired` should find, with all samples in memory."""
    names = ("temperature", "prompt", "seed", "index")
    old = {tuple(row[name] for name in names): row["text"] for row in before}
    return [(old[name], row["text"]) for row in after if (name := tuple(row[n] for n in names)) in old]


def test_samples_are_paired_by_temperature_prompt_seed_and_number(file_of):
    one, two = rows_of(["a", "b"])
    others = [*rows_of(["c"], first=1), *rows_of(["d"], 0.8), {**one, "seed": 2}]

    assert paired(file_of([one, two]), file_of(others), 3) == (1, 0, [Pair(0.5, "P", 1, "b", "c")])


@pytest.mark.parametrize("groups", [(40, 40), (40, 1000), (1, 70)])
def test_order_and_number_of_samples_may_differ_between_the_files(file_of, groups):
    before, after = (
        [row for t, p in order for row in rows_of([f"{p}{n * step % 7}" * 5 for n in range(length)], t, p)]
        for order, length, step in (
            ([(0.5, "P"), (0.5, "Q"), (0.8, "P"), (0.8, "R")], 23, 1),
            ([(0.8, "S"), (0.8, "P"), (0.5, "R"), (0.5, "Q"), (0.5, "P")], 17, 2),
        )
    )
    expected = by_name(before, after)
    found = paired(file_of(before, groups[0]), file_of(after, groups[1]), 100)

    assert found.common == len(expected) == 51
    assert found.equal == sum(old == new for old, new in expected)
    assert [(one.before, one.after) for one in found.differing] == [(a, b) for a, b in expected if a != b]


def test_only_the_first_differing_pairs_of_each_temperature_are_given(file_of):
    before, after = ([row for t in (0.5, 0.8) for row in rows_of([text] * 30, t)] for text in "ab")
    found = paired(file_of(before), file_of(after), 3)

    assert (found.common, found.equal) == (60, 0)
    assert [(one.temperature, one.number) for one in found.differing] == [(t, n) for t in (0.5, 0.8) for n in range(3)]


def test_files_without_samples_have_none_in_common(file_of):
    assert paired(file_of([]), file_of([]), 3) == (0, 0, [])
    assert file_of([]).count == 0


def test_a_file_is_known_by_its_prompts_temperatures_and_number_of_samples(file_of):
    found = file_of([*rows_of("abc"), *rows_of("de", 0.8, "Q")])

    assert [(name.temperature, name.prompt, name.seed) for name in found.stretches] == [(0.5, "P", 1), (0.8, "Q", 1)]
    assert found.count == 5


def test_a_damaged_file_is_refused(file_of):
    before, after = file_of(rows_of(["x" * 50] * 9)), file_of(rows_of(["y" * 50] * 9))
    content = bytearray(after.path.read_bytes())
    content[200:260] = bytes(60)
    after.path.write_bytes(content)

    with pytest.raises((OSError, pa.ArrowException)):
        paired(SampleFile.read(before.path), SampleFile.read(after.path), 3)


MEASURE = """
import resource, sys
from pathlib import Path
from tasks.data.sample_pairs import SampleFile, paired
from tasks.data.samples import read_first_sample, write_samples

count, folder = int(sys.argv[1]), Path(sys.argv[2])
for path, factor in ((folder / "before", 1), (folder / "after", 3)):
    write_samples(path, (
        {"temperature": t, "prompt": "P", "seed": 1, "index": n, "text": f"{n * factor % 7919:0100}",
         "log_probability": -1.0, "characters": 100, "surprise": b""}
        for t in (0.5, 1.0) for n in range(count // 2)
    ))
found = paired(SampleFile.read(folder / "before"), SampleFile.read(folder / "after"), 3)
assert found.common == count and len(found.differing) == 6
assert read_first_sample(folder / "after", ["text"]) == {"text": "0" * 100}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_number_of_samples(tmp_path):
    peaks = [
        int(subprocess.run([sys.executable, "-c", MEASURE, str(count), str(tmp_path)], cwd=PROJECT, **HOW).stdout)
        for count in (1_000, 100_000)
    ]

    assert peaks[1] - peaks[0] < 80


HOW = {"capture_output": True, "text": True, "check": True}
