import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tasks.caching import Artifact
from tasks.data.samples import SCHEMA, read_samples, unpack_surprise
from tasks.network.files import save_model
from tasks.network.parameters import SamplingParameters
from tasks.sample import sample
from tasks.sampling.finished_model import FinishedModel
from tasks.text.vocabulary import Vocabulary
from tests.tiny_models import VOCABULARY, losses, random_network

ROOT = Path(__file__).parents[1]
CARD = {"cell": "LSTM", "layers": 1, "units": 12, "bits": 2.0, "cold": 3.0, "prompt": "\n"}
SAMPLING = SamplingParameters(samples_per_temperature=5, sample_length=30, prompts=("the ",), seed=7)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    save_model(folder, random_network(), VOCABULARY, {"card": CARD})
    return Artifact.of_folder(folder)


def run(folder, model, temperature=0.8, **changed):
    out = folder / "out"
    out.mkdir(parents=True, exist_ok=True)
    return out, sample.function(out, model, temperature, SAMPLING.model_copy(update=changed))


@pytest.fixture(scope="module")
def made(tmp_path_factory, model):
    out, outcome = run(tmp_path_factory.mktemp("sample"), model)
    return out, outcome, read_samples([out / "samples.parquet"])


def test_a_row_says_how_each_sample_was_drawn(made):
    out, _, rows = made

    assert [p.name for p in out.iterdir()] == ["samples.parquet"]
    assert [row["index"] for row in rows] == [0, 1, 2, 3, 4]
    assert len({row["text"] for row in rows}) == 5
    for row in rows:
        assert list(row) == SCHEMA.names
        assert (row["temperature"], row["prompt"], row["seed"]) == (0.8, "the ", 7)
        assert row["characters"] == len(row["text"]) == 30


def test_the_facts_count_the_characters_and_how_likely_the_model_finds_them(made):
    _, outcome, rows = made
    facts = outcome.facts
    nats = [losses(random_network(), VOCABULARY.encode("the " + row["text"]))[3:] for row in rows]

    assert set(facts) == {"count", "characters", "bits_per_character"}
    assert set(outcome.notes) == {"seconds", "characters_per_second"}
    assert (facts["count"], facts["characters"]) == (5, 150)
    assert facts["bits_per_character"] == pytest.approx(np.concatenate(nats).mean() / math.log(2), rel=1e-4)
    assert outcome.notes["characters_per_second"] > 0
    for row, by_character in zip(rows, nats, strict=True):
        assert row["log_probability"] == pytest.approx(-by_character.sum(), rel=1e-4)
        assert unpack_surprise(row["surprise"]) == pytest.approx(by_character / math.log(2), rel=1e-3)


def test_the_same_call_writes_the_same_bytes(tmp_path, model, made):
    out, _ = run(tmp_path, model)

    assert (out / "samples.parquet").read_bytes() == (made[0] / "samples.parquet").read_bytes()


def test_a_sample_is_the_same_from_python_as_from_the_flow(model, made):
    finished = FinishedModel.load(model.path("model.keras").parent)

    drawn = finished.samples("a fox", "the ", temperature=0.8, samples=3, length=30, seed=7)

    assert [one.text for one in drawn][3:] == [row["text"] for row in made[2]][:3]


def test_a_vocabulary_of_another_size_than_the_network_is_refused(tmp_path):
    save_model(tmp_path, random_network(), VOCABULARY, {"card": CARD})
    larger = Vocabulary(("\n", *VOCABULARY.characters[1:], "\U0010fffd"), (1,) * (VOCABULARY.size + 1))
    (tmp_path / "vocabulary.json").write_text(larger.to_json(), encoding="ascii")

    with pytest.raises(ValueError, match=f"{VOCABULARY.size} characters, its vocabulary {larger.size}"):
        FinishedModel.load(tmp_path)


def test_another_temperature_writes_other_texts(tmp_path, model, made):
    out, _ = run(tmp_path, model, 0.0)

    rows = read_samples([out / "samples.parquet"])
    assert {row["temperature"] for row in rows} == {0.0}
    assert len({row["text"] for row in rows}) == 1
    assert not {row["text"] for row in rows} & {row["text"] for row in made[2]}


def test_a_character_of_the_prompt_that_the_model_lacks_is_named(tmp_path, model):
    with pytest.raises(ValueError, match=r"'ß' \(U\+00DF\) at offset 1"):
        run(tmp_path, model, prompts=("tß",))


DRAW = """
import itertools, json, os, signal, sys
from pathlib import Path
from tasks.caching import Artifact, Session, Store
from tasks.caching.running.execute import execute
from tasks.sampling import generation
from tasks.sampling.chunks import KeptGroup
from tasks.network.parameters import SamplingParameters
from tasks.sample import sample
from tests.faults.forking import in_child

generation.CHUNK = 8
add, added = KeptGroup.add, itertools.count(1)

def add_or_die(*given):
    add(*given)
    if next(added) == 10:  # there are 8 for each group of 256 samples
        os.kill(os.getpid(), signal.SIGKILL)

def draw(adding):
    KeptGroup.add = adding
    session = Session(store=Store(Path(sys.argv[1]), run="test"), answer=execute)
    with session.active():
        made = sample(Artifact.of_folder(Path(sys.argv[2])), 0.8, SamplingParameters.model_validate_json(sys.argv[3]))
    return [session.reports[0].state, session.reports[0].why, str(made.path("samples.parquet"))]

killed, again = in_child(lambda: draw(add_or_die)), in_child(lambda: draw(add))
print(json.dumps([killed.killed, again.error, again.result]))
"""
MANY = SAMPLING.model_copy(update={"samples_per_temperature": 150, "sample_length": 64, "prompts": ("the ", "a")})


@pytest.mark.slow
def test_a_stage_that_was_killed_goes_on_and_makes_the_very_same_bytes(tmp_path, tmp_path_factory, model):
    folder = model.path("model.keras").parent
    command = [sys.executable, "-c", DRAW, str(tmp_path / "store"), str(folder), MANY.model_dump_json()]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    killed, error, result = json.loads(done.stdout)
    assert (killed, error) == (True, None)
    state, why, path = result
    assert (state, why) == ("resumed", f"from character {8 * (8 * 256 + 2 * 44):,}")
    out, _ = run(
        tmp_path_factory.mktemp("whole"), model, samples_per_temperature=150, sample_length=64, prompts=("the ", "a")
    )
    same = Path(path).read_bytes() == (out / "samples.parquet").read_bytes()
    assert same  # compared outside, so that no difference of thousands of bytes is drawn
    assert not list((tmp_path / "store" / "scratch").glob("*"))


MEASURE = """
import resource, sys
from functools import partial
from pathlib import Path
from tasks.caching import Artifact
from tasks.network.parameters import SamplingParameters
from tasks.sample import sample

parameters = partial(SamplingParameters, sample_length=500, prompts=("the ",), seed=1)
model = Artifact.of_folder(Path(sys.argv[1]))
for samples in (500, 2_000, 20_000):
    out = Path(sys.argv[2]) / str(samples) / "out"
    out.mkdir(parents=True)
    sample.function(out, model, 0.8, parameters(samples_per_temperature=samples))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_samples(tmp_path, model):
    folder = model.path("model.keras").parent
    command = [sys.executable, "-c", MEASURE, str(folder), str(tmp_path)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    _, million, ten_million = map(int, done.stdout.split())
    assert ten_million - million < 20, "megabytes; ten million characters with their surprise are more than thirty"


def test_samples_longer_than_what_is_read_back_at_once_come_back_whole(tmp_path, model, made, monkeypatch):
    monkeypatch.setattr("tasks.sampling.generation.AT_ONCE", 64)

    out, _ = run(tmp_path, model)

    assert read_samples([out / "samples.parquet"]) == made[2]
