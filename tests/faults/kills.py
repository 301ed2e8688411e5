"""Training and sampling, killed at a step and started again, at each of many steps.

    python -m tests.faults.kills FOLDER FIRST LAST

Prints JSON: for each step the one from which the run after it went on, and whether it ended in the same bits. To be
run, never imported: it changes TensorFlow.
"""

import functools
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import tensorflow as tf

# XLA compiles for seconds, in each of more than a hundred processes; other tests kill what it has compiled.
_function = tf.function
tf.function = lambda function=None, *, jit_compile=None, **how: _function(function, **how)

from tasks.data.ids import Ids
from tasks.learning import cadence, evaluation, preview, training, update
from tasks.learning.run import checkpoint_of
from tasks.network.parameters import SamplingParameters
from tasks.sampling import generation
from tests import tiny_models
from tests.faults.forking import start, wait

CHECKPOINT_STEPS = 7
SAMPLED = 9
OPTIONS = {"units": 8, "epochs": 7, "dropout": 0.2, "patience": 20, "checkpoint_steps": CHECKPOINT_STEPS}


def run(folder: Path, killed_at: int | None, samples: bool = False) -> dict:
    """What a run leaves: digest of its weights and state, metrics, samples; or it is killed after a step's update."""
    cadence.SHARE, preview.LENGTH, evaluation.COLD_WINDOW = float("inf"), 3, 64
    advance = update.Updates.step

    def step(updates: update.Updates) -> float:
        loss = advance(updates)
        if updates.run.step == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return loss

    update.Updates.step = step
    ids, held_out = Ids.of(tiny_models.text(1200)), Ids.of(tiny_models.text(300))
    settings = tiny_models.parameters(**OPTIONS)
    trained = training.train(ids, held_out, tiny_models.VOCABULARY, settings, folder, folder.with_name("shared"))
    run = trained.run
    how = SamplingParameters(samples_per_temperature=2, sample_length=5, prompts=("the",), seed=1)
    drawn = []
    if samples:
        each = generation.Generation(trained.network, tiny_models.VOCABULARY, 0.8, how, folder / "samples")
        drawn = [(one.text, one.log_probability) for one in each]
    metrics = [{name: value for name, value in line.items() if name != "seconds"} for line in run.metrics]
    arrays = {**dict(enumerate(trained.network.get_weights())), **checkpoint_of(run).arrays}
    return {
        "steps": run.step,
        "resumed_from": run.resumed_from,
        "weights": hashlib.sha256(b"".join(array.tobytes() for array in arrays.values())).hexdigest(),
        "records": [metrics, run.previews, run.best_step, run.best_loss, run.stale, trained.loss_cold],
        "samples": [list(one) for one in drawn],
    }


def compared(whole: dict, folder: Path, step: int) -> dict:
    """A run that is killed at the step, and one after it, beside one to which nothing happened."""
    folder = folder / str(step)
    killed = wait(start(functools.partial(run, folder, step)))
    samples = step % SAMPLED == 0
    again = wait(start(functools.partial(run, folder, None, samples)))
    if not killed.killed or again.error:
        return {"step": step, "equal": False, "error": killed.error or again.error}
    ended = again.result
    equal = all(ended[name] == whole[name] for name in ("steps", "weights", "records"))
    equal = equal and ended["samples"] == (whole["samples"] if samples else [])
    return {"step": step, "equal": equal, "from": ended["resumed_from"]}


def main(place: str, first: str, last: str) -> None:
    """As said above."""
    folder = Path(place)
    whole = wait(start(functools.partial(run, folder / "whole", None, True)))
    assert not whole.error, whole.error
    found = [compared(whole.result, folder, step) for step in range(int(first), int(last) + 1)]
    said = {"steps": whole.result["steps"], "checkpoint_steps": CHECKPOINT_STEPS, "found": found}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
