"""A single bit flips on the disk, with size and time of the file as they were: nothing of it is ever used."""

import os
import random
import shutil

import numpy as np
import pytest

from tasks.caching import Session, Store
from tasks.caching.running.execute import execute
from tasks.caching.store.errors import DamagedError
from tasks.learning.checkpoints import Checkpoint, latest, lend, save
from tests.faults import recipes

FLIPS = 100
STAGES = ["fetch", "count", "finish"]


@pytest.fixture
def folder(tmp_path):
    recipes.write_corpus(tmp_path)
    recipes.small(tmp_path / "store", around=lambda name: None)
    return tmp_path


def flip(path, choose):
    """Flip a bit, as a disk does: nothing tells of it. Gives a function that puts it back."""
    status, content = path.stat(), path.read_bytes()
    flipped = bytearray(content)
    flipped[choose.randrange(len(content))] ^= 1 << choose.randrange(8)

    def put(what):
        path.chmod(0o644)
        path.write_bytes(what)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    put(bytes(flipped))
    return lambda: put(content)


def kept(store):
    """Everything below the store that a later run could use, by its kind."""
    for stage in STAGES:
        (manifest,) = store.manifests.newest(stage)
        yield f"manifest of {stage}", store.manifests.path(stage, manifest.key), manifest
        for name, file in manifest.files.items():
            yield f"{name} of {stage}", store.blobs.path(file.sha256), manifest


def test_none_in_any_file_of_the_store_is_used(folder):
    store, choose = Store(folder / "store"), random.Random(1)
    kinds = list(kept(store))
    assert len(kinds) == 7
    for kind, path, manifest in kinds:
        for _ in range(FLIPS):
            put_back = flip(path, choose)
            with pytest.raises(DamagedError):
                pytest.fail(f"{kind}: {store.find(manifest.stage, manifest.key)}")
            put_back()
        assert store.find(manifest.stage, manifest.key).digest == manifest.digest


def test_none_in_what_a_download_remembers_makes_it_believe_that_nothing_changed(folder):
    store, choose = Store(folder / "store"), random.Random(2)
    for kind, path, _ in list(kept(store)):
        if kind.endswith("of fetch"):
            flip(path, choose)
            session = Session(store=store, answer=execute)
            with session.active():
                recipes.fetch(source=str(folder / "corpus"))
            (report,) = session.reports
            assert report.state == "ran"
            assert "instead of" in report.why or "manifest" in report.why
            recipes.small(folder / "store", around=lambda name: None)


def test_none_in_a_checkpoint_or_in_one_that_is_lent_is_gone_on_from(tmp_path, caplog):
    choose = random.Random(3)
    arrays = {"weight_0": np.arange(3000, dtype=np.float32), "optimizer_0": np.array(7)}
    for step in (5, 10):
        save(tmp_path / "own", Checkpoint(step=step, arrays=arrays, state={"metrics": [{"loss": 1 / 3}] * 9}))
        lend(tmp_path / "own", step, tmp_path / "lent")
    for place in ("own", "lent"):
        for name in ("tensors.npz", "state.json"):
            for _ in range(FLIPS):
                put_back = flip(tmp_path / place / "step-00000010" / name, choose)
                assert latest(tmp_path / place).step == 5
                put_back()
            assert latest(tmp_path / place).step == 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage", ["download", "normalise", "encode", "shard", "train", "sample", "reference", "score", "review"]
)
def test_none_in_any_file_of_the_real_stages_is_used(recipe_store, tmp_path, stage):
    shutil.copytree(recipe_store, tmp_path / "store")
    store, choose = Store(tmp_path / "store"), random.Random(4)
    manifest = store.manifests.newest(stage)[0]
    paths = [store.blobs.path(file.sha256) for file in manifest.files.values()]
    paths.append(store.manifests.path(stage, manifest.key))
    for path in paths:
        for _ in range(FLIPS):
            put_back = flip(path, choose)
            with pytest.raises(DamagedError):
                store.find(stage, manifest.key)
            put_back()
    assert store.find(stage, manifest.key).digest == manifest.digest


@pytest.fixture(scope="module")
def recipe_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipe")
    recipes.write_corpus(folder)
    recipes.recipe(folder / "store", around=lambda name: None)
    return folder / "store"
