import json
import logging

import numpy as np
import pytest

from tasks.model.checkpoints import Checkpoint, latest, save


def checkpoint(step, **state):
    arrays = {"weight_0": np.arange(6, dtype=np.float32).reshape(2, 3) + step, "optimizer_0": np.array(step, np.int64)}
    return Checkpoint(step=step, arrays=arrays, state={"best_loss": float("inf"), **state})


def saved(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_newest_checkpoint_comes_back_as_it_was_saved(tmp_path):
    for step in (5, 10):
        save(tmp_path, checkpoint(step, metrics=[{"step": step, "train_loss_nats": 1 / 3}]))

    found = latest(tmp_path)

    assert (found.step, found.state) == (
        10,
        {"best_loss": float("inf"), "metrics": [{"step": 10, "train_loss_nats": 1 / 3}]},
    )
    assert {name: (a.dtype, a.tolist()) for name, a in found.arrays.items()} == {
        name: (a.dtype, a.tolist()) for name, a in checkpoint(10).arrays.items()
    }


def test_arrays_keep_their_order_beyond_ten(tmp_path):
    arrays = {f"weight_{n}": np.array([n]) for n in range(12)}
    save(tmp_path, Checkpoint(step=1, arrays=arrays, state={}))

    assert list(latest(tmp_path).arrays) == list(arrays)


def test_two_are_kept(tmp_path):
    for step in (5, 10, 99_999_999):
        save(tmp_path, checkpoint(step))

    assert saved(tmp_path) == ["step-00000010", "step-99999999"]


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_checkpoints_has_no_latest(tmp_path, folder):
    (tmp_path / "empty").mkdir()

    assert latest(tmp_path / folder) is None


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def change_a_number(path):
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "state": {**record["state"], "best_loss": 0.1}}))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("tensors.npz", cut),
        ("tensors.npz", flip),
        ("tensors.npz", lambda path: path.unlink()),
        ("state.json", cut),
        ("state.json", change_a_number),
        ("state.json", lambda path: path.write_bytes(b"")),
        ("state.json", lambda path: path.write_bytes(bytes(100))),
        ("state.json", lambda path: path.unlink()),
    ],
)
def test_a_damaged_one_is_passed_over_aloud_for_the_one_before(tmp_path, caplog, name, damage):
    for step in (5, 10):
        save(tmp_path, checkpoint(step))
    damage(tmp_path / "step-00000010" / name)

    with caplog.at_level(logging.WARNING, logger="charflow.train"):
        assert latest(tmp_path).step == 5

    assert "step-00000010 is damaged" in caplog.text


def test_the_one_after_a_damaged_one_takes_its_place(tmp_path):
    for step in (5, 10):
        save(tmp_path, checkpoint(step))
    cut(tmp_path / "step-00000010" / "tensors.npz")

    save(tmp_path, checkpoint(10))

    assert latest(tmp_path).step == 10


def test_what_a_killed_save_left_is_neither_read_nor_kept(tmp_path):
    save(tmp_path, checkpoint(5))
    (tmp_path / "step-00000005").rename(tmp_path / ".draft")
    assert latest(tmp_path) is None

    save(tmp_path, checkpoint(10))

    assert saved(tmp_path) == ["step-00000010"]
