"""The verdict: what the measures of a run come to, as findings that page, terminal and programs share."""

import math
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypedDict

from tasks.quality.estimates import student
from tasks.quality.learning_curve import Point

Severity = Literal["good", "note", "warning", "failure"]
Measures = Mapping[str, Mapping[str, Any] | None]

VISIBLE_BITS = 0.005
OVERFITTED_BITS = 0.05
BY_HEART_BITS = 0.25
UNFINISHED_BITS = 0.02
UNTOLD_WIDTH = 0.5  # of both intervals together, from which on hardly any fault would show
LEAST_MONOTONY = 0.1  # of 4-grams, of which good samples may have somewhat fewer distinct ones than real text
LEAST_GAP = 0.01  # of shares, below which a difference is of no account however clear it is


class Finding(TypedDict):
    """One thing that is to be said of a run.

    `code` says what, `severity` how much it matters, `numbers` with what figures; `interval` has the ends of the 95 %
    interval of the first of them, None where it has none.
    """

    code: str
    severity: Severity
    numbers: dict[str, Any]
    interval: list[float] | None


class Loss(NamedTuple):
    """Bits per character, their standard error where it is known, and from how many blocks of text that is."""

    bits: float
    error: float | None = None
    blocks: int = 2

    @property
    def half(self) -> float:
        """Half of the 95 % interval's width; infinite where nothing is known of the error."""
        return math.inf if self.error is None else student(max(1, self.blocks - 1)) * self.error


class Fault(NamedTuple):
    """A way in which samples can be worse than real text: more of a measure than held-out text has, or less."""

    code: str
    measure: str
    too_few: bool = False
    least: float = LEAST_GAP


FAULTS = (
    Fault("makes-up-words", "known_words", too_few=True),
    Fault("copies", "copied_share"),
    Fault("loops", "looped_share"),
    Fault("monotonous", "distinct_4", too_few=True, least=LEAST_MONOTONY),
)


def of_model(training: Mapping[str, Any], points: Sequence[Point], floors: Mapping[str, float]) -> list[Finding]:
    """What is to be said of a model apart from its samples.

    Args:
        training: the content of `training.json`.
        points: the logged steps.
        floors: bits per character of predictors without a network, by name.
    """
    held_out = _loss(training, "validation")
    on_training = _loss(training, "training") if "training_bits_per_character" in training else None
    kept_step, epochs = training["best_step"], training.get("epochs", 0.0)
    return [*of_loss(held_out, floors), *of_training(points, kept_step, held_out, on_training, epochs)]


def of_loss(model: Loss, floors: Mapping[str, float]) -> list[Finding]:
    """Which floors the model is ahead of on held-out text, or that it has learned nothing.

    Args:
        model: on held-out text.
        floors: bits per character of predictors without a network, by name.
    """
    numbers: dict[str, Any] = {"bits": model.bits, "standard_error": model.error}
    nearest = min(floors, key=floors.__getitem__, default=None)
    beaten: dict[str, Any] = {}
    if nearest:
        saved = 1 - model.bits / floors[nearest] if floors[nearest] else 0.0  # text that repeats may need no bits
        beaten = {"floor": nearest, "floor_bits": floors[nearest], "saved": saved}
    if model.error is None:
        worse = {"uniform_bits": floors["uniform"]} if model.bits > floors.get("uniform", math.inf) else {}
        return [_finding("too-little-held-out", "warning", {**numbers, **beaten, **worse})]
    margin, interval = max(VISIBLE_BITS, model.half), [model.bits - model.half, model.bits + model.half]
    lost = sorted((name for name, bits in floors.items() if model.bits > bits - margin), key=floors.__getitem__)
    ahead = {name: floors[name] for name in lost if floors[name] < model.bits - margin}
    for name, code in (("uniform", "learned-nothing"), ("unigram", "learned-frequencies")):
        if name in lost:
            return [_finding(code, "failure", {**numbers, "floor": floors[name], "ahead": ahead}, interval)]
    if lost:
        level = {name: floors[name] for name in lost if name not in ahead}
        return [_finding("floor-ahead", "warning", {**numbers, "ahead": ahead, "level": level}, interval)]
    return [_finding("floors-beaten", "good", {**numbers, **beaten}, interval)]


def _loss(training: Mapping[str, Any], split: str) -> Loss:
    error, blocks = training.get(f"{split}_standard_error_bits"), training.get(f"{split}_blocks", 2)
    return Loss(training[f"{split}_bits_per_character"], error, blocks)


def of_training(
    points: Sequence[Point], kept_step: int, held_out: Loss, training: Loss | None, epochs: float
) -> list[Finding]:
    """Whether the training went on too long, on text seen again and predicted clearly better, or not long enough.

    Args:
        points: the logged steps.
        kept_step: the step whose weights the model has.
        held_out: the model on held-out text.
        training: the same model on training text, measured alike.
        epochs: how often the training text was seen.
    """
    gap = held_out.bits - training.bits if training else 0.0
    clear = math.hypot(held_out.half, training.half) if training else math.inf
    validated = [(point.step, point.validation) for point in points if point.validation is not None]
    found = _of_curve(validated, kept_step, epochs > 1 and gap > clear)
    if training and gap > max(BY_HEART_BITS, clear):
        numbers = {"gap": gap, "training_bits": training.bits, "bits": held_out.bits}
        found.append(_finding("known-by-heart", "note", numbers))
    return found


def _of_curve(validated: Sequence[tuple[int, float]], kept_step: int, overfits: bool) -> list[Finding]:
    """What the validation losses of the steps say; a rise is overfitting only if `overfits`."""
    if len(validated) < 2:
        return []
    (_, before), (last_step, last), (best_step, best) = validated[-2], validated[-1], min(validated, key=itemgetter(1))
    if overfits and last - best > OVERFITTED_BITS:
        numbers = {"best_step": best_step, "best_bits": best, "last_bits": last, "kept_step": kept_step}
        late = kept_step > best_step
        return [_finding("overfitted" if late else "overfitting-avoided", "warning" if late else "note", numbers)]
    if last == best and before - last > UNFINISHED_BITS:
        return [_finding("unfinished", "note", {"last_step": last_step, "gained": before - last})]
    return []


def of_samples(temperature: float, samples: Measures, reference: Measures, rule: Mapping[str, Any]) -> list[Finding]:
    """What is clearly wrong with samples beside held-out text, and what could not be told.

    Args:
        temperature: of the samples.
        samples: estimates of their measures, by name.
        reference: of held-out text of equal length.
        rule: `least_copy`, `quoted_share` and `copies_told`, from `scores.json`.
    """
    found, clear = [], faults_of(samples, reference)
    for fault in FAULTS:
        here, there = samples.get(fault.measure), reference.get(fault.measure)
        if here is not None and there is not None and fault.code in clear:
            numbers = {"share": here["value"], "real": there["value"], "temperature": temperature}
            found.append(_finding(fault.code, "warning", numbers, [here["low"], here["high"]]))
    if not rule["copies_told"]:
        numbers = {"quoted": rule["quoted_share"], "least": rule["least_copy"], "length": rule["sample_characters"]}
        found.append(_finding("copies-untold", "warning", numbers))
    if not clear and not tells(samples, reference):
        found.append(_finding("too-few-to-tell", "warning", {"temperature": temperature}))
    return found


def tells(samples: Measures, reference: Measures) -> bool:
    """Whether there is enough text that loops would show, which every text can have."""
    return _width(samples.get("looped_share")) + _width(reference.get("looped_share")) < UNTOLD_WIDTH


def _width(estimate: Mapping[str, Any] | None) -> float:
    return math.inf if estimate is None or estimate["low"] is None else estimate["high"] - estimate["low"]


def faults_of(samples: Measures, reference: Measures) -> list[str]:
    """The codes of the faults that are clear; loops are not called monotonous as well."""
    clear = [fault.code for fault in FAULTS if extent(fault, samples, reference) > fault.least]
    return [code for code in clear if code != "monotonous" or "loops" not in clear]


def extent(fault: Fault, samples: Measures, reference: Measures) -> float:
    """By how much samples are clearly worse: the near end of the difference's 95 % interval, 0 if it has both signs.

    That is made from the intervals of the two shares (Zou and Donner 2008).
    """
    here, there = samples.get(fault.measure), reference.get(fault.measure)
    if here is None or there is None or here["low"] is None or there["low"] is None:
        return 0.0
    less, more = (here, there) if fault.too_few else (there, here)
    apart = math.hypot(less["high"] - less["value"], more["value"] - more["low"])
    return float(max(0.0, more["value"] - less["value"] - apart))


def _finding(code: str, severity: Severity, numbers: dict[str, Any], interval: list[float] | None = None) -> Finding:
    return {"code": code, "severity": severity, "numbers": numbers, "interval": interval}
