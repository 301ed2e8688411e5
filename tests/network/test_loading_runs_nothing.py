"""What is loaded from the store is data: reading all of it executes and imports nothing, whoever wrote it."""

import json
import pickle
import sys
import zipfile

import numpy as np
import pytest

from tasks.caching import Outcome, Session, Store, stage
from tasks.caching.running.execute import execute
from tasks.data.dataset import Dataset
from tasks.data.ids import Ids
from tasks.data.sharding import write_shards
from tasks.learning.checkpoints import Checkpoint, latest, save
from tasks.network.files import save_model
from tasks.network.loading import load_network
from tasks.text.vocabulary import Vocabulary
from tests.tiny_models import VOCABULARY, random_network, text

# Not "compile": NumPy reads the head of an array as a literal, which Python parses and does not run.
EXECUTING = {"exec", "marshal.loads", "pickle.find_class", "import", "os.system", "subprocess.Popen"}
CARD = {"cell": "LSTM", "layers": 1, "units": 12, "bits": 1.0, "cold": 1.0, "prompt": "t"}

events = []
watching = []


def hook(event, arguments):
    if watching and event in EXECUTING:
        events.append((event, str(arguments)[:100]))


sys.addaudithook(hook)


@stage()
def everything(out) -> Outcome:
    save_model(out, random_network(), VOCABULARY, {"card": CARD})
    write_shards(out, "train", Ids.of(text(1000)), [(0, 1000)], metadata={})
    save(out / "checkpoints", Checkpoint(step=3, arrays={"weight_0": np.arange(9.0)}, state={"metrics": [1, 2]}))
    return Outcome()


class Payload:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return exec, ("import sys; sys.intruded = True",)


def load_all(store):
    manifest = store.manifests.newest("everything")[0]
    kept = store.find("everything", manifest.key)
    Vocabulary.from_json(kept.path("vocabulary.json").read_text(encoding="ascii"))
    json.loads(kept.path("config.json").read_text())
    load_network(kept.path("model.keras"))
    return Dataset.of(kept).split("train")[:]


@pytest.fixture
def store(tmp_path):
    session = Session(store=Store(tmp_path / "store", run="test"), answer=execute)
    with session.active():
        everything()
    return session.store


def executed(work):
    """What was executed or imported by the work, done once before so that all modules are there."""
    work()
    events.clear()
    watching.append(True)
    try:
        work()
    finally:
        watching.clear()
    return list(events)


def test_the_hook_sees_what_it_is_for():
    assert "pickle.find_class" in {event for event, _ in executed(lambda: pickle.loads(pickle.dumps(VOCABULARY)))}


def test_loading_a_whole_store_executes_nothing(store):
    assert executed(lambda: load_all(store)) == []


def test_loading_checkpoints_executes_nothing(tmp_path):
    save(tmp_path, Checkpoint(step=3, arrays={"weight_0": np.arange(9.0)}, state={"metrics": [1, 2]}))

    assert executed(lambda: latest(tmp_path)) == []


def test_a_checkpoint_with_pickled_objects_in_it_is_damaged(tmp_path, monkeypatch):
    hostile = Checkpoint(step=3, arrays={"weight_0": np.array([Payload()], dtype=object)}, state={})
    monkeypatch.setattr(
        "tasks.learning.checkpoints.np.savez", lambda path, allow_pickle, **arrays: np_savez(path, arrays)
    )
    save(tmp_path, hostile)

    assert latest(tmp_path) is None
    assert not hasattr(sys, "intruded")


def np_savez(path, arrays):
    """As NumPy writes objects: pickled."""
    with zipfile.ZipFile(path, "w") as file:
        for name, array in arrays.items():
            with file.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=True)
