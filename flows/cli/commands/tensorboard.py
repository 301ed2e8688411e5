"""`tensorboard`: what runs logged, as the event files that TensorBoard shows."""

import json
import math
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from flows.runs.search import find_run
from tasks.model.importing import without_chatter


def tensorboard(*runs: str, to: Path = Path("artifacts/tensorboard")) -> int:
    """Write the curves of runs for TensorBoard; those written before are written anew.

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
        raise UsageError("TensorBoard is not installed; it is the extra charflow[tensorboard]") from error
    for folder in [find_run(run) for run in runs or ("latest",)]:
        name = json.loads((folder / "run.json").read_text(encoding="utf-8"))["run"]
        shutil.rmtree(to / name, ignore_errors=True)
        writer = Writer(str(to / name))
        for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines():
            for tag, value, step in scalars(json.loads(line)):
                writer.add_scalar(tag, value, step)
        writer.close()
    sys.stdout.write(f"tensorboard --logdir {to}\n")
    return 0


def scalars(line: dict[str, Any]) -> Iterable[tuple[str, float, int]]:
    """Tag, value and step of each measure of a logged step; losses in bits per character."""
    named = {
        "bits per character/train": _bits(line["train_loss_nats"]),
        "bits per character/validation": _bits(line["validation_loss_nats"]),
        "learning rate": line["learning_rate"],
        "characters per second": line["characters"] / line["seconds"] if line["seconds"] else None,
    }
    return [(tag, value, line["step"]) for tag, value in named.items() if value is not None]


def _bits(nats: float | None) -> float | None:
    return None if nats is None else nats / math.log(2)
