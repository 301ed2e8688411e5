import json
import math

import pytest

from flows.cli.app import main
from flows.cli.commands.tensorboard import scalars
from flows.runs.search import ARTIFACTS
from tests.flows.cli.commands.run_folders import write_run_folder


@pytest.fixture
def run(tmp_path):
    """A run's folder with two logged steps, of which the second was validated."""
    folder = write_run_folder(tmp_path / "one")
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

    assert "the extra `tensorboard`: pip install tensorboard" in capsys.readouterr().err


def test_a_run_is_named_as_its_folder_and_nothing_else_is_touched(tmp_path, run, capsys):
    pytest.importorskip("tensorboard")
    victim = tmp_path / "victim"
    for folder in (victim, tmp_path / "log/one", tmp_path / "log/one/events.out.tfevents.folder"):
        folder.mkdir(parents=True)
        (folder / "note.txt").write_text("mine")
    (tmp_path / "log/one/events.out.tfevents.1").write_text("from before")
    record = json.loads((run / "run.json").read_text())
    for name in (str(victim), "../victim", "", None):
        (run / "run.json").write_text(json.dumps({**record, "run": name}))
        assert main(["tensorboard", str(run), "--to", str(tmp_path / "log")]) == 0

    assert (victim / "note.txt").read_text() == "mine"
    kept = sorted(path.name for path in (tmp_path / "log/one").iterdir())
    assert kept[0].startswith("events.out.tfevents.")
    assert kept[0] != "events.out.tfevents.1"
    assert kept[1:] == ["events.out.tfevents.folder", "note.txt"]
    assert sorted(path.name for path in (tmp_path / "log").iterdir()) == ["one"]


def test_a_folder_that_leads_elsewhere_is_not_written_to(tmp_path, run, capsys):
    pytest.importorskip("tensorboard")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/events.out.tfevents.1").write_text("of others")
    (tmp_path / "log").mkdir()
    (tmp_path / "log/one").symlink_to(tmp_path / "elsewhere")

    assert main(["tensorboard", str(run), "--to", str(tmp_path / "log")]) == 2

    assert "leads elsewhere; remove it" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["events.out.tfevents.1"]


@pytest.mark.parametrize("line", ["{", "[]", "{}", "\xff", '{"step": "x"}', "null"])
def test_malformed_measures_are_told_in_a_line_and_what_was_written_before_stays(tmp_path, run, capsys, line):
    pytest.importorskip("tensorboard")
    (tmp_path / "log/one").mkdir(parents=True)
    (tmp_path / "log/one/events.out.tfevents.1").write_text("from before")
    (run / "metrics.jsonl").write_text(line, encoding="latin-1")

    assert main(["tensorboard", str(run), "--to", str(tmp_path / "log")]) == 2

    told = capsys.readouterr().err
    assert "one cannot be read: " in told
    assert told.count("\n") == 1
    assert (tmp_path / "log/one/events.out.tfevents.1").read_text() == "from before"


def test_event_files_go_beside_the_runs_unless_another_folder_is_named():
    from flows.cli.commands.tensorboard import tensorboard

    assert tensorboard.__kwdefaults__ == {"to": ARTIFACTS / "tensorboard"}


def test_the_curves_of_a_model_of_bytes_are_per_byte():
    line = {"step": 1, "characters": 10, "seconds": 2.0, "learning_rate": 0.1, "train_loss_nats": 1.0}

    tags = [tag for tag, _, _ in scalars({**line, "validation_loss_nats": 1.0}, "byte")]

    assert tags == ["bits per byte/train", "bits per byte/validation", "learning rate", "bytes per second"]
