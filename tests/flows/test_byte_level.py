import json
import random
import re

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.flows.command import TINY, charflow
from tests.flows.project import copy_project

pytestmark = pytest.mark.slow

WORDS = ("der", "Bär", "läuft", "über", "die", "Straße", "grüßt", "König", "schön", "Привет", "мир", "日本", "café")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("project"))


def run_of(project, content, *words):
    """The folder of a run on these bytes, and what the page's script works with."""
    (project.folder / "corpus.bin").write_bytes(content)
    done = charflow(project, "--corpus", "corpus.bin", "--level", "byte", *TINY, *words)
    assert done.returncode == 0, done.stderr
    folder = (project.folder / "artifacts/latest").resolve()
    page = (folder / "review.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="review">(.*?)</script>', page, re.DOTALL)[1])
    assert "bits per byte" in done.stderr
    assert "per character" not in re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    return folder, data


def test_a_model_of_the_bytes_of_a_text_is_reviewed_as_text(project):
    lines = [" ".join(random.Random(n).choices(WORDS, k=7)) + ".\r\n" for n in range(400)]
    content = "".join(lines).encode()

    folder, data = run_of(project, content, "--prompt", "日本 über ", "--sample-length", "300", "--epochs", "6")

    run = json.loads((folder / "run.json").read_text())
    assert (run["corpus"]["level"], run["corpus"]["characters"]) == ("byte", len(content))
    assert json.loads((folder / "model/vocabulary.json").read_text())["level"] == "byte"
    assert data["unit"] == "byte"
    assert "".join(lines).startswith(data["opening"])
    assert data["samples"]["prompts"] == ["日本 über "]
    rows = pq.read_table(folder / "samples.parquet").to_pylist()
    assert [row["text"] for row in rows] == [row[6] for row in sorted(data["samples"]["rows"])]
    for row in rows:
        assert len(row["bytes"]) == 300
        assert len(row["text"]) == row["characters"] == len(row["surprise"]) // 2
        bits = np.frombuffer(row["surprise"], "<f2").sum() / len(row["bytes"])
        assert bits == pytest.approx(row["bits_per_character"], rel=0.01)
        for one in row["copied"]:
            copied = content[one["offset"] : one["offset"] + one["size"]]
            assert copied.decode("utf-8", "replace") == row["text"][one["start"] : one["end"]]


@pytest.mark.slow
def test_a_model_of_a_binary_file_is_trained_sampled_and_shown(project):
    content = b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(20_000).replace(b"\n", b"")

    folder, data = run_of(project, content)

    assert len(data["vocabulary"]) == 255
    assert data["samples"]["prompts"] == ["\0"]
    assert json.loads((folder / "floors.json").read_text())["xz"] == pytest.approx(8, abs=0.1)
    assert all(len(row["bytes"]) == 20 for row in pq.read_table(folder / "samples.parquet").to_pylist())
