"""Train: a dataset in, a model out."""

import dataclasses
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, family_folder, resume_folder, stage
from tasks.corpus.choices import Level
from tasks.network.numerics import HERE, Numerics, pin
from tasks.network.parameters import TrainingParameters
from tasks.network.precision import precision_on
from tasks.network.quiet_import import without_chatter
from tasks.text.units import in_units

if TYPE_CHECKING:
    from tasks.data.dataset import Dataset
    from tasks.data.ids import Ids
    from tasks.learning.evaluation import Evaluation, Losses
    from tasks.learning.run import Run
    from tasks.learning.training import Trained
    from tasks.learning.warm_start import WarmStart
    from tasks.text.vocabulary import Vocabulary


@stage(libraries=("tensorflow", "tensorflow-cpu", "keras", "llvmlite", "numpy", "pyarrow"), prolonged_by="epochs")
def train(
    out: Path,
    dataset: Artifact,
    training: TrainingParameters,
    computing: Numerics = HERE,
    initial_model: Artifact | None = None,
) -> Outcome:
    """Write `model.keras`, `vocabulary.json`, `config.json`, `README.md`, `metrics.jsonl` and `training.json`.

    And `trained_on.npy`, the sketch of all text that the model was trained on. A run that was killed goes on from its
    last checkpoint, and one with more epochs from a shorter one that is equal up to there.

    Args:
        out: where they go.
        dataset: the shards.
        training: complete.
        computing: how it is computed.
        initial_model: what training goes on from, its digest that of `digest_of_model`; None: from scratch.

    Raises:
        TooLargeError: there is too little memory for it.
        TrainingDivergedError: the loss diverged, also at lower rates.
        DeviceError: the device does not compute in the precision.
        ValueError: the initial model is of another shape, or was changed since its digest was taken.
    """
    from tasks.data.dataset import Dataset
    from tasks.kernels.room import give_back

    pin(computing)
    precision_on(computing.device, training.precision)  # what is no option of the command line is not checked yet
    with without_chatter():
        from tasks.learning import training as trainer
    from tasks.network.files import save_model
    from tasks.network.resets import reset_id

    given = Dataset.of(dataset)
    vocabulary = given.vocabulary
    end = reset_id(vocabulary, training.reset_at)
    train_ids, validation_ids, test_ids = (given.split(name).ended_by(end) for name in ("train", "validation", "test"))
    folders, prompt = (resume_folder(out), family_folder(out)), _prompt(training, given)
    start = _start(initial_model, training, vocabulary)
    trained = trainer.train(
        train_ids,
        validation_ids,
        vocabulary,
        training,
        *folders,
        test_ids=test_ids,
        prompt=prompt,
        **_beginning(start, given, training, end),
    )
    give_back()
    digest = save_model(out, trained.network, vocabulary, _config(trained, training, vocabulary, start))
    facts = {
        **_facts(trained, training, len(train_ids), vocabulary.level),
        "findings": _findings(trained, training, train_ids, vocabulary.level),
        **_trained_on(out, given, start),
        **computing.model_dump(),
    }
    notes = _notes(trained)
    _record(out, trained, training, {**facts, **notes, "preview_prompt": vocabulary.outside(prompt)})
    return Outcome(digest=digest, facts=facts, notes=notes, resumed_from=_resumed(trained.run))


def _config(
    trained: "Trained", training: TrainingParameters, vocabulary: "Vocabulary", start: "WarmStart | None"
) -> dict[str, Any]:
    """What `config.json` says of the model."""
    return {
        "training": training.model_dump(),
        "fit": dataclasses.asdict(trained.fit),
        "vocabulary": vocabulary.sha256,
        **({"unknown_character": vocabulary.unknown_character} if vocabulary.unknown_character else {}),
        "card": {**_card(trained, training, vocabulary), **({"initial": start.facts["sha256"]} if start else {})},
    }


def _record(out: Path, trained: "Trained", training: TrainingParameters, told: dict[str, Any]) -> None:
    """Write `training.json`, with what is told of the training, and `metrics.jsonl`."""
    from tasks.network.model import describe_layers

    run = trained.run
    details = {
        **told,
        "layers": describe_layers(trained.network),
        "hyperparameters": {**training.model_dump(), **dataclasses.asdict(trained.fit)},
        "previews": run.previews,
        "resumed_from": run.resumed_from,
        "lent_from": run.lent_from,
        "rollbacks": run.rollbacks,
        "checkpoints": {"count": trained.cadence.count, "seconds": round(trained.cadence.spent, 3)},
    }
    (out / "training.json").write_text(json.dumps(details), encoding="ascii")
    (out / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in run.metrics), encoding="ascii")


def _start(model: Artifact | None, training: TrainingParameters, vocabulary: "Vocabulary") -> "WarmStart | None":
    """What training takes from an earlier model, if it goes on from one."""
    from tasks.learning.warm_start import WarmStart

    return WarmStart.of(model, model.digest, training, vocabulary) if model else None


def _beginning(
    start: "WarmStart | None", given: "Dataset", training: TrainingParameters, end: int | None
) -> dict[str, Any]:
    """What the trainer is told of an earlier model: the weights to begin with, and what the steps see."""
    if start is None:
        return {}
    mixed = start.mixed(given.split("train"), given.vocabulary, training)
    return {"initial": start.weights, "mixed": mixed.ended_by(end) if mixed else None}


def _trained_on(out: Path, given: "Dataset", start: "WarmStart | None") -> dict[str, Any]:
    """Write the sketch of what the model was trained on; gives what the earlier model was, if there is one."""
    import numpy as np

    from tasks.data.sketch import merged, sketch_of
    from tasks.network.saved_model import SKETCH

    own = sketch_of(given.split("train"), given.vocabulary)
    np.save(out / SKETCH, own if start is None or start.sketch is None else merged(own, start.sketch))
    if start is None:
        return {}
    held_out = {name: given.split(name) for name in ("validation", "test")}
    return {"initial": {**start.facts, **start.seen(held_out, own, given.vocabulary)}}


def _prompt(training: TrainingParameters, given: "Dataset") -> str:
    """What previews go on from: the first prompt of samples for which none is given."""
    from tasks.data.passages import default_prompts
    from tasks.network.resets import before_document

    first = default_prompts(given.passages, given.vocabulary, training.start_string)[0]
    before = before_document(given.vocabulary, training.reset_at) if training.reset_at else ""
    return first if first.startswith(before) else before + first


def _card(trained: "Trained", training: TrainingParameters, vocabulary: "Vocabulary") -> dict[str, Any]:
    """What the model's README says of it."""
    from tasks.network.resets import before_document, reset_id

    unit = training.reset_at
    return {
        "cell": training.cell.upper(),
        "layers": training.layers,
        "units": training.units,
        "bits": trained.loss_carried / math.log(2),
        "cold": trained.loss_cold / math.log(2),
        "prompt": before_document(vocabulary, unit) if unit else vocabulary.first,
        "resets": unit is not None,
        "reset_id": reset_id(vocabulary, unit),
    }


def _facts(trained: "Trained", training: TrainingParameters, split_characters: int, unit: Level) -> dict[str, Any]:
    """What became of the training, in numbers; the training split has so many characters, or bytes."""
    run, measured = trained.run, trained.measured
    characters = run.step * trained.characters_per_step
    return {
        "parameters": trained.network.count_params(),
        "steps": run.step,
        "epochs": round(characters / split_characters, 3),
        **_losses("validation", measured.validation),
        **(_losses("test", measured.test) if measured.test else {}),
        **_loss("training", measured.training),
        "best_step": run.best_step if training.keep == "best" else run.step,
        "precision": training.precision,
    }


def _losses(split: str, measured: "Losses") -> dict[str, Any]:
    """What was measured of a held-out split, carried and cold."""
    return {**_loss(split, measured.carried), **_loss(split, measured.cold, "_cold")}


def _loss(split: str, measured: "Evaluation", how: str = "") -> dict[str, Any]:
    """The loss of a split with its standard error, in nats and in bits; null where the error is no number."""
    error = None if math.isnan(measured.error) else measured.error
    return {
        f"{split}_loss{how}_nats": measured.loss,
        f"{split}_standard_error{how}_nats": error,
        f"{split}_bits_per_character{how}": measured.loss / math.log(2),
        f"{split}_standard_error{how}_bits": None if error is None else error / math.log(2),
        f"{split}_characters{how}": measured.characters,
        f"{split}_blocks{how}": measured.blocks,
    }


def _findings(trained: "Trained", training: TrainingParameters, train_ids: "Ids", unit: Level) -> list[str]:
    short = [in_units(f"the corpus is short: {'; '.join(trained.shrunk)}", unit)] if trained.shrunk else []
    has_others = training.reset_at is None or any((starts > 0).any() for starts in train_ids.starts())
    return short if has_others else [*short, "--reset-state resets nothing: the training text is a single document"]


def _notes(trained: "Trained") -> dict[str, Any]:
    """How long it took."""
    run = trained.run
    characters = run.step * trained.characters_per_step
    return {"characters_per_second": round(characters / run.seconds), "train_seconds": round(run.seconds, 3)}


def _resumed(run: "Run") -> str | None:
    """Where the run was taken up, in words."""
    if not run.resumed_from:
        return None
    lent = " of a run with fewer epochs" if run.resumed_from[-1] == run.lent_from else ""
    return f"step {run.resumed_from[-1]}{lent}"
