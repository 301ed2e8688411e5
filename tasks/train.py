"""Train: a dataset in, a model out."""

import json
import math
from pathlib import Path

from tasks.caching import Artifact, Outcome, kept_folder, lasting_folder, stage
from tasks.model.importing import without_chatter
from tasks.model.numerics import HERE, Numerics, pin
from tasks.model.parameters import TrainingParameters


@stage(libraries=("tensorflow", "tensorflow-cpu", "keras", "numpy"), prolonged_by="epochs")
def train(out: Path, dataset: Artifact, training: TrainingParameters, computing: Numerics = HERE) -> Outcome:
    """Write `model.keras`, `vocabulary.json`, `config.json`, `README.md`, `metrics.jsonl` and `training.json`.

    A run that was killed goes on from its last checkpoint, and one with more epochs from a shorter one that is equal
    up to there.

    Raises:
        TrainingDivergedError: the loss diverged, also at lower rates.
    """
    from tasks.data.blocks import read_ids

    pin(computing)
    with without_chatter():
        from tasks.model import training as trainer
    from tasks.model.network import describe_layers
    from tasks.model.saving import save_model
    from tasks.text.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_json(dataset.path("vocabulary.json").read_text(encoding="ascii"))
    ids = {
        split: read_ids([dataset.path(name) for name in dataset.names if name.startswith(f"{split}-")])
        for split in ("train", "validation")
    }
    trained = trainer.train(
        ids["train"], ids["validation"], vocabulary, training, kept_folder(out), lasting_folder(out)
    )
    run, network = trained.run, trained.network
    chosen = {name: getattr(trained.fit, name) for name in ("batch_size", "steps", "learning_rate", "dropout")}
    bits = trained.loss_carried / math.log(2)
    card = {
        "cell": training.cell.upper(),
        "layers": training.layers,
        "units": training.units,
        "bits": bits,
        "cold": trained.loss_cold / math.log(2),
        "prompt": vocabulary.characters[0],
    }
    config = {"training": training.model_dump(), "fit": chosen, "vocabulary": vocabulary.sha256, "card": card}
    digest = save_model(out, network, vocabulary, config)
    characters = run.step * trained.characters_per_step
    facts = {
        "parameters": network.count_params(),
        "steps": run.step,
        "epochs": round(characters / len(ids["train"]), 3),
        "characters_per_second": round(characters / run.seconds),
        "train_seconds": round(run.seconds, 3),
        "validation_loss_nats": trained.loss_carried,
        "validation_bits_per_character": bits,
        "validation_loss_cold_nats": trained.loss_cold,
        "best_step": run.best_step if training.keep == "best" else run.step,
        "precision": training.precision,
        **computing.model_dump(),
    }
    details = {
        **facts,
        "layers": describe_layers(network),
        "hyperparameters": {**training.model_dump(), **chosen},
        "previews": run.previews,
        "resumed_from": run.resumed_from,
        "lent_from": run.lent_from,
        "rollbacks": run.rollbacks,
        "checkpoints": {"count": trained.cadence.count, "seconds": round(trained.cadence.spent, 3)},
    }
    (out / "training.json").write_text(json.dumps(details), encoding="ascii")
    (out / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in run.metrics), encoding="ascii")
    resumed = f"step {run.resumed_from[-1]}" if run.resumed_from else None
    if resumed and run.resumed_from[-1] == run.lent_from:
        resumed += " of a run with fewer epochs"
    return Outcome(digest=digest, facts=facts, resumed_from=resumed)
