import json
import math

import pytest

from flows.cli.app import main


@pytest.fixture
def run(tmp_path):
    """A run's folder with two logged steps, of which the second was validated."""
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"run": "one"}))
    line = {"step": 10, "characters": 500, "seconds": 0.5, "learning_rate": 0.01}
    lines = [
        {**line, "train_loss_nats": 2.0, "validation_loss_nats": None},
        {**line, "step": 20, "train_loss_nats": 1.5, "validation_loss_nats": math.log(2)},
    ]
    (folder / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return folder


def test_tensorboard_reads_the_curves_that_a_run_logged(tmp_path, run, capsys):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import TENSORS, EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    for _ in range(2):
        assert main(["tensorboard", str(run), "--to", str(tmp_path / "log")]) == 0

    assert capsys.readouterr().out.splitlines()[-1] == f"tensorboard --logdir {tmp_path / 'log'}"
    events = EventAccumulator(str(tmp_path / "log" / "one"), size_guidance={TENSORS: 0}).Reload()
    told = {
        tag: [(e.step, float(make_ndarray(e.tensor_proto))) for e in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }
    assert told == {
        "bits per character/train": [(10, pytest.approx(2 / math.log(2))), (20, pytest.approx(1.5 / math.log(2)))],
        "bits per character/validation": [(20, pytest.approx(1))],
        "learning rate": [(10, pytest.approx(0.01)), (20, pytest.approx(0.01))],
        "characters per second": [(10, 1000), (20, 1000)],
    }


def test_without_the_extra_it_is_named(run, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tensorboard.summary", None)

    assert main(["tensorboard", str(run)]) == 2

    assert "charflow[tensorboard]" in capsys.readouterr().err
