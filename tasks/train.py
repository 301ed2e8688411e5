"""Train: a dataset in, a model out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, family_folder, resume_folder, stage
from tasks.network.numerics import HERE, Numerics, pin
from tasks.network.parameters import TrainingParameters
from tasks.network.precision import precision_on
from tasks.network.quiet_import import without_chatter

if TYPE_CHECKING:
    from tasks.data.dataset import Dataset
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
        from tasks.learning import record
        from tasks.learning import training as trainer
    from tasks.network.resets import reset_id

    given = Dataset.of(dataset)
    vocabulary = given.vocabulary
    end = reset_id(vocabulary, training.reset_at)
    train_ids, validation_ids, test_ids = (given.split(name).ended_by(end) for name in ("train", "validation", "test"))
    folders, prompt = (resume_folder(out), family_folder(out)), _prompt(training, given)
    start = _start(initial_model, training, vocabulary)
    others = {"test_ids": test_ids, "prompt": prompt, **_beginning(start, given, training, end)}
    trained = trainer.train(train_ids, validation_ids, vocabulary, training, *folders, **others)
    give_back()
    facts = {
        **record.facts_of(trained, train_ids, vocabulary.level),
        **_trained_on(out, given, start, record.initial_facts(trained)),
        **computing.model_dump(),
    }
    return _outcome(out, trained, vocabulary, start, facts)


def _outcome(
    out: Path, trained: "Trained", vocabulary: "Vocabulary", start: "WarmStart | None", facts: dict[str, Any]
) -> Outcome:
    """Write the model and the record of its training; gives what is told of it."""
    from tasks.learning import record
    from tasks.network.files import save_model

    digest = save_model(out, trained.network, vocabulary, record.config_of(trained, vocabulary, start))
    notes = record.notes_of(trained)
    record.write(out, trained, {**facts, **notes, "preview_prompt": vocabulary.outside(trained.prompt)})
    return Outcome(digest=digest, facts=facts, notes=notes, resumed_from=record.resumed_from(trained.run))


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


def _trained_on(out: Path, given: "Dataset", start: "WarmStart | None", measured: dict[str, Any]) -> dict[str, Any]:
    """Write the sketch of what the model was trained on; gives what the earlier model was, and was measured of it."""
    import numpy as np

    from tasks.data.sketch import merged, sketch_of
    from tasks.network.saved_model import SKETCH

    own = sketch_of(given.split("train"), given.vocabulary)
    np.save(out / SKETCH, own if start is None or start.sketch is None else merged(own, start.sketch))
    if start is None:
        return {}
    held_out = {name: given.split(name) for name in ("validation", "test")}
    return {"initial": {**start.facts, **measured, **start.seen(held_out, own, given.vocabulary)}}


def _prompt(training: TrainingParameters, given: "Dataset") -> str:
    """What previews go on from: the first prompt of samples for which none is given."""
    from tasks.data.passages import default_prompts
    from tasks.network.resets import before_document

    first = default_prompts(given.passages, given.vocabulary, training.start_string)[0]
    before = before_document(given.vocabulary, training.reset_at) if training.reset_at else ""
    return first if first.startswith(before) else before + first
