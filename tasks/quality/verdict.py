"""The verdict: what the measures of a run come to, as findings that page, terminal and programs share."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypedDict

from tasks.quality.learning_curve import Point

Severity = Literal["good", "note", "warning", "failure"]
Measures = Mapping[str, Mapping[str, Any] | None]

VISIBLE_BITS = 0.005
OVERFITTED_BITS = 0.05
BY_HEART_BITS = 0.25
UNFINISHED_BITS = 0.02
CERTAIN = 2.0  # standard errors
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
    """Bits per character, and their standard error where it is known."""

    bits: float
    error: float | None = None

    @property
    def margin(self) -> float:
        """Differences up to this are none."""
        return max(VISIBLE_BITS, CERTAIN * (self.error or 0.0))


class Fault(NamedTuple):
    """A way in which samples can be worse than real text: more of a measure than held-out text has, or less."""

    code: str
    measure: str
    too_few: bool = False


FAULTS = (
    Fault("makes-up-words", "known_words", too_few=True),
    Fault("copies", "copied_share"),
    Fault("loops", "looped_share"),
)


def of_model(training: Mapping[str, Any], points: Sequence[Point], floors: Mapping[str, float]) -> list[Finding]:
    """What is to be said of a model apart from its samples.

    Args:
        training: the content of `training.json`.
        points: the logged steps.
        floors: bits per character of predictors without a network, by name.
    """
    held_out = Loss(training["validation_bits_per_character"], training.get("validation_standard_error_bits"))
    bits = training.get("training_bits_per_character")
    on_training = None if bits is None else Loss(bits, training.get("training_standard_error_bits"))
    return [*of_loss(held_out, floors), *of_training(points, training["best_step"], held_out, on_training)]


def of_loss(model: Loss, floors: Mapping[str, float]) -> list[Finding]:
    """Which floors the model is ahead of on held-out text, or that it has learned nothing.

    Args:
        model: on held-out text.
        floors: bits per character of predictors without a network, by name.
    """
    ahead = sorted((name for name, bits in floors.items() if model.bits > bits - model.margin), key=floors.__getitem__)
    numbers: dict[str, Any] = {"bits": model.bits, "standard_error": model.error}
    interval = None if model.error is None else [model.bits - CERTAIN * model.error, model.bits + CERTAIN * model.error]
    for name, code in (("uniform", "learned-nothing"), ("unigram", "learned-frequencies")):
        if name in ahead:
            return [_finding(code, "failure", {**numbers, "floor": floors[name]}, interval)]
    if ahead:
        numbers["floors"] = {name: floors[name] for name in ahead}
        return [_finding("floor-ahead", "warning", numbers, interval)]
    nearest = min(floors, key=floors.__getitem__, default=None)
    beaten = {"floor": nearest, "saved": 1 - model.bits / floors[nearest]} if nearest else {}
    return [_finding("floors-beaten", "good", {**numbers, **beaten}, interval)]


def of_training(points: Sequence[Point], kept_step: int, held_out: Loss, training: Loss | None) -> list[Finding]:
    """Whether the training went on too long, or not long enough.

    Args:
        points: the logged steps.
        kept_step: the step whose weights the model has.
        held_out: the model on held-out text.
        training: the same model on training text, measured alike.
    """
    found = _of_curve([(point.step, point.validation) for point in points if point.validation is not None], kept_step)
    if training and held_out.bits - training.bits > max(BY_HEART_BITS, CERTAIN * _joined(held_out, training)):
        gap = {"gap": held_out.bits - training.bits, "training_bits": training.bits, "bits": held_out.bits}
        found.append(_finding("known-by-heart", "note", gap))
    return found


def _of_curve(validated: Sequence[tuple[int, float]], kept_step: int) -> list[Finding]:
    """What the validation losses of the steps say."""
    if len(validated) < 2:
        return []
    (_, before), (last_step, last), (best_step, best) = validated[-2], validated[-1], min(validated, key=itemgetter(1))
    if last - best > OVERFITTED_BITS:
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
    found = []
    for fault in FAULTS:
        here, there = samples.get(fault.measure), reference.get(fault.measure)
        if here is not None and there is not None and extent(fault, samples, reference) > LEAST_GAP:
            numbers = {"share": here["value"], "real": there["value"], "temperature": temperature}
            found.append(_finding(fault.code, "warning", numbers, [here["low"], here["high"]]))
    if not rule["copies_told"]:
        numbers = {"quoted": rule["quoted_share"], "least": rule["least_copy"]}
        found.append(_finding("copies-untold", "warning", numbers))
    if any(of and of["low"] is None for of in samples.values()):
        found.append(_finding("too-few-samples", "note", {"temperature": temperature}))
    return found


def extent(fault: Fault, samples: Measures, reference: Measures) -> float:
    """By how much samples are clearly worse: the distance between the two intervals; 0 if they overlap or are none."""
    here, there = samples.get(fault.measure), reference.get(fault.measure)
    if here is None or there is None or here["low"] is None or there["low"] is None:
        return 0.0
    return float(max(0.0, there["low"] - here["high"] if fault.too_few else here["low"] - there["high"]))


def _joined(one: Loss, other: Loss) -> float:
    """The standard error of the difference of two losses."""
    return ((one.error or 0.0) ** 2 + (other.error or 0.0) ** 2) ** 0.5


def _finding(code: str, severity: Severity, numbers: dict[str, Any], interval: list[float] | None = None) -> Finding:
    return {"code": code, "severity": severity, "numbers": numbers, "interval": interval}
