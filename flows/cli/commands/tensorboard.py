"""`tensorboard`: what runs logged, as the event files that TensorBoard shows."""

import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from flows.runs.record import RunRecord, reading
from flows.runs.search import ARTIFACTS, find_run
from tasks.corpus.choices import Level
from tasks.network.quiet_import import without_chatter


def tensorboard(*runs: str, to: Path = ARTIFACTS / "tensorboard") -> int:
    """Write the curves of runs for TensorBoard, in place of those written before.

    Parameters
    ----------
    runs
        latest, names of runs, or their folders; none: latest.
    to
        Folder for the event files, one folder in it for each run.
    """
    try:
        with without_chatter():
            from tensorboard.summary import Writer
    except ModuleNotFoundError as error:
        raise UsageError("TensorBoard needs the extra `tensorboard`: pip install tensorboard") from error
    folders = [find_run(run).resolve() for run in runs or ("latest",)]
    if len({folder.name for folder in folders}) < len(folders):
        raise UsageError("two of these runs have folders of the same name; write them one after the other, to others")
    for folder in folders:
        record = RunRecord.read(folder)
        logged = list(_logged(folder, record.corpus.level))
        writer = Writer(str(_emptied(to, record.run)))
        for tag, value, step in logged:
            writer.add_scalar(tag, value, step)
        writer.close()
    sys.stdout.write(f"tensorboard --logdir {to}\n")
    return 0


def _logged(folder: Path, unit: Level) -> Iterable[tuple[str, float, int]]:
    """Tag, value and step of all that a run logged."""
    with reading(folder), (folder / "metrics.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            for tag, value, step in scalars(json.loads(line), unit):
                yield tag, float(value), int(step)


def _emptied(to: Path, name: str) -> Path:
    """The folder for a run's event files, without those from before; whatever else is in it stays."""
    folder = to / name
    if folder.resolve().parent != to.resolve():
        raise UsageError(f"{folder} leads elsewhere; remove it, or name another folder with --to")
    for events in folder.glob("events.out.tfevents.*"):
        if events.is_file() or events.is_symlink():
            events.unlink()
    return folder


def scalars(line: dict[str, Any], unit: Level = "character") -> Iterable[tuple[str, float, int]]:
    """Tag, value and step of each measure of a logged step; losses in bits per character, or what the unit is."""
    named = {
        f"bits per {unit}/train": _bits(line["train_loss_nats"]),
        f"bits per {unit}/validation": _bits(line["validation_loss_nats"]),
        "learning rate": line["learning_rate"],
        f"{unit}s per second": line["characters"] / line["seconds"] if line["seconds"] else None,
    }
    return [(tag, value, line["step"]) for tag, value in named.items() if value is not None]


def _bits(nats: float | None) -> float | None:
    return None if nats is None else nats / math.log(2)
