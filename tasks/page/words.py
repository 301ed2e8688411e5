"""The verdict in plain words: what the measures say of a model, its failings included."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tasks.corpus.choices import Level
from tasks.page.curve import Point, best_of
from tasks.text.units import in_units

NAMES = {
    "ppmd": "PPMd",
    "xz": "xz",
    "bzip2": "bzip2",
    "unigram": "guessing by frequency",
    "uniform": "guessing blindly",
}
VISIBLE = 0.005
OVERFITTED = 0.05
UNFINISHED = 0.02
CLOSE = 0.25


class Verdict(NamedTuple):
    """What to think of a model: one sentence first, then those that explain it."""

    headline: str
    sentences: list[str]

    def in_units(self, unit: Level) -> "Verdict":
        """The same of a model of characters or of bytes."""
        return Verdict(in_units(self.headline, unit), [in_units(sentence, unit) for sentence in self.sentences])


def verdict(
    bits: float, floors: Mapping[str, float], points: Sequence[Point], kept_step: int, training_bits: float
) -> Verdict:
    """Judge a model by its bits per character on held-out text.

    Args:
        bits: of the model that was kept, on held-out text.
        floors: bits per character of predictors without a network, by name.
        points: the logged steps.
        kept_step: the step whose weights the model has.
        training_bits: of the same model, measured in the same way on training text.
    """
    learned = training(points, kept_step, bits - training_bits)
    return Verdict(headline(bits, floors), [measured(bits, floors), meaning(bits), *learned])


def headline(bits: float, floors: Mapping[str, float]) -> str:
    """The one sentence: which of the floors the model beats."""
    lost = [name for name in NAMES if name in floors and bits >= floors[name] - VISIBLE]
    if "uniform" in lost:
        return "The model has learned nothing: it predicts held-out text no better than blind guessing."
    if "unigram" in lost:
        return "The model has learned next to nothing: knowing how often each character occurs serves as well."
    if lost:
        ahead, needs = both([NAMES[name] for name in lost]), "needs" if len(lost) == 1 else "need"
        return f"The model has learned something of the text, but {ahead} still {needs} fewer bits."
    if floors:
        best = min(_known(floors), key=lambda name: floors[name])
        saved = 100 * (1 - bits / floors[best])
        return f"The model predicts held-out text better than every floor: {saved:.0f} % fewer bits than {NAMES[best]}."
    return "The model predicts held-out text better than every floor."


def measured(bits: float, floors: Mapping[str, float]) -> str:
    """The model's bits per character beside those of the floors."""
    beside = [f"{NAMES[name]} {'needs ' if n == 0 else ''}{floors[name]:.2f}" for n, name in enumerate(_known(floors))]
    said = f"On held-out text the model needs {bits:.2f} bits per character"
    return f"{said}; {', '.join(beside)}." if beside else f"{said}."


def meaning(bits: float) -> str:
    """Bits per character as a choice among equally likely characters: 2 to the power of the bits."""
    return f"That is as uncertain, at each character, as a choice among {2**bits:.1f} equally likely ones."


def training(points: Sequence[Point], kept_step: int, gap: float) -> list[str]:
    """Whether the training went on too long, or not long enough, as far as the curve tells.

    Args:
        points: the logged steps.
        kept_step: the step whose weights the model has.
        gap: bits per character by which they predict training text better than held-out text.
    """
    best = best_of(points)
    validated = [point.validation for point in points if point.validation is not None]
    if best is None or best.validation is None or len(validated) < 2:
        return []
    rise = validated[-1] - best.validation
    if rise > OVERFITTED and kept_step > best.step:
        overfitted = (
            f"It overfits: the loss on held-out text was lowest at step {best.step:,} ({best.validation:.2f}), and the "
            f"model is the later one of step {kept_step:,} ({validated[-1]:.2f}). Keep the best checkpoint."
        )
        return [overfitted]
    if rise > OVERFITTED:
        stopped = (
            f"From step {best.step:,} on it began to overfit: the loss on held-out text rose from "
            f"{best.validation:.2f} to {validated[-1]:.2f}. The model is the one from before that."
        )
        return [stopped]
    said = (
        [] if gap <= CLOSE else [f"The training text it predicts {gap:.2f} bits better: part of it is known by heart."]
    )
    if validated[-1] == best.validation and validated[-2] - validated[-1] > UNFINISHED:
        said.append("It was still getting better at the last step, so that more training should help.")
    return said


def both(names: Sequence[str]) -> str:
    """Names joined as one says them."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _known(floors: Mapping[str, float]) -> list[str]:
    return [name for name in NAMES if name in floors]
