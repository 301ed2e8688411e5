"""The record of a finished training: its facts, findings and notes, and what the model's folder says of it."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

from tasks.corpus.choices import Level
from tasks.data.ids import Ids
from tasks.learning.evaluation import Evaluation, Losses
from tasks.learning.run import Run
from tasks.learning.training import Trained
from tasks.learning.warm_start import WarmStart
from tasks.network.model import describe_layers
from tasks.network.resets import before_document, reset_id
from tasks.text.units import in_units
from tasks.text.vocabulary import Vocabulary


def config_of(trained: Trained, vocabulary: Vocabulary, start: WarmStart | None) -> dict[str, Any]:
    """What `config.json` says of the model."""
    return {
        "training": trained.parameters.model_dump(),
        "fit": dataclasses.asdict(trained.fit),
        "vocabulary": vocabulary.sha256,
        **({"unknown_character": vocabulary.unknown_character} if vocabulary.unknown_character else {}),
        "card": {**_card(trained, vocabulary), **({"initial": start.facts["sha256"]} if start else {})},
    }


def _card(trained: Trained, vocabulary: Vocabulary) -> dict[str, Any]:
    """What the model's README says of it."""
    training = trained.parameters
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


def write(out: Path, trained: Trained, told: dict[str, Any]) -> None:
    """Write `training.json`, with what is told of the training, and `metrics.jsonl`."""
    run = trained.run
    details = {
        **told,
        "layers": describe_layers(trained.network),
        "hyperparameters": {**trained.parameters.model_dump(), **dataclasses.asdict(trained.fit)},
        "previews": run.previews,
        "resumed_from": run.resumed_from,
        "lent_from": run.lent_from,
        "rollbacks": run.rollbacks,
        "checkpoints": {"count": trained.cadence.count, "seconds": round(trained.cadence.spent, 3)},
    }
    (out / "training.json").write_text(json.dumps(details), encoding="ascii")
    (out / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in run.metrics), encoding="ascii")


def facts_of(trained: Trained, train_ids: Ids, level: Level) -> dict[str, Any]:
    """What became of the training on these ids, in numbers, and what was found on the way."""
    run, measured, parameters = trained.run, trained.measured, trained.parameters
    characters = run.step * trained.characters_per_step
    return {
        "parameters": trained.network.count_params(),
        "steps": run.step,
        "epochs": round(characters / len(train_ids), 3),
        **_losses("validation", measured.validation),
        **(_losses("test", measured.test) if measured.test else {}),
        **_loss("training", measured.training),
        "best_step": run.best_step if parameters.keep == "best" else run.step,
        "precision": parameters.precision,
        "findings": _findings(trained, train_ids, level),
    }


def _findings(trained: Trained, train_ids: Ids, level: Level) -> list[str]:
    """What the training text was too short for, and an option that does nothing to it, a sentence each."""
    short = [in_units(f"the corpus is short: {'; '.join(trained.shrunk)}", level)] if trained.shrunk else []
    has_others = trained.parameters.reset_at is None or any((starts > 0).any() for starts in train_ids.starts())
    return short if has_others else [*short, "--reset-state resets nothing: the training text is a single document"]


def _losses(split: str, measured: Losses) -> dict[str, Any]:
    """What was measured of a held-out split, carried and cold."""
    return {**_loss(split, measured.carried), **_loss(split, measured.cold, "_cold")}


def _loss(split: str, measured: Evaluation, how: str = "") -> dict[str, Any]:
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


def initial_facts(trained: Trained) -> dict[str, Any]:
    """What the earlier model needed of the text that is held out now; nothing from scratch."""
    return {"validation_bits_per_character": trained.initial.loss / math.log(2)} if trained.initial else {}


def notes_of(trained: Trained) -> dict[str, Any]:
    """How long it took."""
    run = trained.run
    characters = run.step * trained.characters_per_step
    return {"characters_per_second": round(characters / run.seconds), "train_seconds": round(run.seconds, 3)}


def resumed_from(run: Run) -> str | None:
    """Where the run was taken up, in words."""
    if not run.resumed_from:
        return None
    lent = " of a run with fewer epochs" if run.resumed_from[-1] == run.lent_from else ""
    return f"step {run.resumed_from[-1]}{lent}"
