import json
import logging

import numpy as np
import pytest

from tasks.learning.checkpoints import Checkpoint, drop_after, latest, lend, save


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


def test_three_are_kept(tmp_path):
    for step in (1, 5, 10, 99_999_999):
        save(tmp_path, checkpoint(step))

    assert saved(tmp_path) == ["step-00000005", "step-00000010", "step-99999999"]


def test_the_newest_one_before_the_last_good_step_is_kept_too(tmp_path):
    for step in (1, 5, 10, 15, 20, 25, 30):
        save(tmp_path, checkpoint(step), good=0 if step < 5 else 12)

    assert saved(tmp_path) == [f"step-000000{step}" for step in (10, 20, 25, 30)]


def test_those_of_more_steps_than_asked_for_do_not_count_and_can_be_dropped(tmp_path):
    for step in (5, 10, 15):
        save(tmp_path, checkpoint(step))

    assert latest(tmp_path, at_most=10).step == 10
    assert latest(tmp_path, at_most=4) is None
    drop_after(tmp_path, 9)
    assert saved(tmp_path) == ["step-00000005"]


def test_one_that_is_lent_is_a_copy_and_two_of_them_stay(tmp_path):
    own, shared = tmp_path / "own", tmp_path / "shared"
    for step in (5, 10, 15):
        save(own, checkpoint(step))
        lend(own, step, shared)
    cut(own / "step-00000015" / "tensors.npz")

    assert saved(shared) == ["step-00000010", "step-00000015"]
    assert latest(shared).step == 15
    lend(own, 10, shared)
    assert saved(shared) == ["step-00000010", "step-00000015"]


def test_a_save_that_fails_leaves_the_ones_before_and_no_draft(tmp_path):
    save(tmp_path, checkpoint(5))

    with pytest.raises(TypeError):
        save(tmp_path, checkpoint(10, metrics={1, 2}))

    assert saved(tmp_path) == ["step-00000005"]


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
