"""The verdict in plain words: the findings of a run, worded alike by page, terminal and Prefect."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tasks.corpus.choices import Level
from tasks.page.measures import FLOORS, named, written
from tasks.text.units import in_units

WITHOUT_CONTEXT = {"unigram": " (frequencies alone)", "uniform": " (blind guessing)"}
GUESSES = {"uniform": "blind guessing (uniform)", "unigram": "guessing by frequency (unigram)"}
LEAST_SEEN = 1e-3  # of held-out text: less is chance
Finding = Mapping[str, Any]


class Verdict(NamedTuple):
    """What to think of a model: one sentence first, then those that explain it."""

    headline: str
    sentences: list[str]


def verdict(scores: Mapping[str, Any], floors: Mapping[str, float], unit: Level = "character") -> Verdict:
    """The verdict on a run.

    Args:
        scores: the content of `scores.json`, or of it `findings` and `least_copy`.
        floors: bits per character of predictors without a network, by name.
        unit: what the model's text is made of.
    """
    first, *others = scores["findings"]
    bits = first["numbers"]["bits"]
    said = [measured(first["numbers"], floors), meaning(bits), *(sentence(one, scores["least_copy"]) for one in others)]
    return Verdict(in_units(sentence(first), unit), [in_units(one, unit) for one in said])


def further(training: Mapping[str, Any], warnings: Sequence[str], unit: Level = "character") -> list[str]:
    """What is said after the verdict: the loss on text held out to the end, an earlier model, then each warning.

    Args:
        training: the content of `training.json`, or of it `initial` and what begins with `test_`, if there is such.
        warnings: what is to be known of the held-out text.
        unit: what the model's text is made of.
    """
    told = [*_held_out_to_the_end(training, unit), *started_from(training.get("initial"), unit)]
    return [*told, *(f"But {warning}." for warning in warnings)]


def started_from(initial: Mapping[str, Any] | None, unit: Level = "character") -> list[str]:
    """That training went on from an earlier model, what that had seen of the held-out text, and what it needed of it.

    Args:
        initial: what `training.json` says of it: `sha256`, `validation_bits_per_character`, and `validation_seen` and
            perhaps `test_seen`, shares or None; None: there is none.
        unit: what the model's text is made of.
    """
    if initial is None:
        return []
    bits = initial["validation_bits_per_character"]
    needed = in_units(f"That model needed {bits:.2f} bits per character of the held-out text.", unit)
    return [_went_on_from(initial), needed]


def _went_on_from(initial: Mapping[str, Any]) -> str:
    said = f"Training went on from an earlier model ({initial['sha256'][:12]})"
    shares = [initial[name] for name in ("validation_seen", "test_seen") if name in initial]
    if None in shares:
        return f"{said}. But how much of the held-out text that was trained on is not known: the loss may be too low."
    if max(shares) < LEAST_SEEN:
        return f"{said}, which was not trained on the held-out text."
    of_test = f", and {written(initial['test_seen'], 'share')} of that held out to the end" if len(shares) > 1 else ""
    seen = f"{written(initial['validation_seen'], 'share')} of the held-out text{of_test}"
    return f"{said}. But that was trained on {seen}: the loss is lower than on text that is new to it."


def _held_out_to_the_end(training: Mapping[str, Any], unit: Level) -> list[str]:
    if "test_characters" not in training:
        return []
    error = training.get("test_standard_error_bits")
    beside = f", with a standard error of {error:.3f}" if error else ""
    characters = _counted(training["test_characters"], unit)
    told = f"On {characters} held out to the end, by which nothing was chosen, it needs"
    return [f"{told} {training['test_bits_per_character']:.2f}{beside}."]


def sentence(finding: Finding, least_copy: int = 0) -> str:
    """A finding in words."""
    return SENTENCES[finding["code"]](_Told(finding, least_copy))


def measured(loss: Mapping[str, Any], floors: Mapping[str, float]) -> str:
    """The model's bits per character with their standard error, beside those of the floors."""
    beside = [
        f"{called}{WITHOUT_CONTEXT.get(name, '')} {floors[name]:.2f}"
        for name, called in FLOORS.items()
        if name in floors
    ]
    error = f" (standard error {loss['standard_error']:.3f})" if loss.get("standard_error") else ""
    said = f"On held-out text the model needs {loss['bits']:.2f} bits per character{error}"
    return f"{said}; the floors: {', '.join(beside)}." if beside else f"{said}."


def meaning(bits: float) -> str:
    """Bits per character as a choice among equally likely characters: 2 to the power of the bits."""
    return f"That is as uncertain, at each character, as a choice among {2**bits:.1f} equally likely ones."


def both(names: Sequence[str]) -> str:
    """Names joined as one says them."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


class _Told:
    """The figures of a finding as they are written."""

    def __init__(self, finding: Finding, least_copy: int) -> None:
        self.numbers, self.least = finding["numbers"], least_copy
        self._interval = finding["interval"]

    @property
    def at(self) -> str:
        return f"At temperature {named(self.numbers['temperature'])}"

    @property
    def share(self) -> str:
        """The share with its interval."""
        low, high = (written(end, "share") for end in self._interval)
        return f"{written(self.numbers['share'], 'share')} ({low} to {high})"

    @property
    def real(self) -> str:
        return f"of held-out text {written(self.numbers['real'], 'share')}"

    @property
    def guesses_ahead(self) -> list[str]:
        """The floors that know nothing of the context, of those that need clearly fewer bits than the model."""
        return [name for name in GUESSES if name in self.numbers["ahead"]]

    def fewer(self, floors: Sequence[str]) -> str:
        """How many bits fewer these floors need."""
        saved = [f"{self.numbers['bits'] - self.numbers['ahead'][name]:.2f}" for name in floors]
        return f"{_need(floors)} {both(saved)} bits fewer"


def _need(those: Sequence[str]) -> str:
    return "needs" if len(those) == 1 else "need"


def _nothing(told: _Told) -> str:
    if "uniform" in told.guesses_ahead:
        return f"The model has learned nothing, and {_does_better(told)}"
    said = "The model has learned nothing: it predicts held-out text no better than blind guessing (uniform)"
    unigram = f", and {GUESSES['unigram']} {told.fewer(['unigram'])}" if told.guesses_ahead else ""
    return f"{said}{unigram}."


def _frequencies(told: _Told) -> str:
    if told.guesses_ahead:
        return f"The model has learned next to nothing, and {_does_better(told)}"
    return "The model has learned next to nothing: knowing how often each character occurs (unigram) serves as well."


def _does_better(told: _Told) -> str:
    ahead = told.guesses_ahead
    does, it = ("does", "it") if len(ahead) == 1 else ("do", "they")
    return f"{both([GUESSES[name] for name in ahead])} {does} better: {it} {told.fewer(ahead)}."


def _floor_ahead(told: _Told) -> str:
    ahead, level = told.numbers["ahead"], [FLOORS[name] for name in told.numbers["level"]]
    parts = [f"{both([FLOORS[name] for name in ahead])} still {told.fewer(list(ahead))}"] if ahead else []
    if level:
        parts.append(f"{both(level)} {_need(level)} about as {'many' if ahead else 'few bits'}")
    return f"The model has learned something of the text, but {', and '.join(parts)}."


def _too_little(told: _Told) -> str:
    bits, uniform = told.numbers["bits"], told.numbers.get("uniform_bits")
    if uniform is not None:
        return (
            "Too little text is held out to judge the model by it, but by the numbers it has learned nothing: it needs "
            f"{bits:.2f} bits per character there, {GUESSES['uniform']} {uniform:.2f}."
        )
    floor = told.numbers.get("floor")
    beside = f", {FLOORS[floor]} {told.numbers['floor_bits']:.2f}" if floor else ""
    return (
        "Too little text is held out to judge the model by it: it needs "
        f"{bits:.2f} bits per character there{beside}, but that may be chance."
    )


def _beaten(told: _Told) -> str:
    said = "The model predicts held-out text better than every floor"
    floor = told.numbers.get("floor")
    return f"{said}: {100 * told.numbers['saved']:.0f} % fewer bits than {FLOORS[floor]}." if floor else f"{said}."


def _overfitted(told: _Told) -> str:
    numbers = told.numbers
    return (
        f"It overfits: the loss on held-out text was lowest at step {numbers['best_step']:,} "
        f"({numbers['best_bits']:.2f}), and the model is the later one of step {numbers['kept_step']:,} "
        f"({numbers['last_bits']:.2f}). Keep the best checkpoint."
    )


def _avoided(told: _Told) -> str:
    numbers = told.numbers
    return (
        f"From step {numbers['best_step']:,} on it began to overfit: the loss on held-out text rose from "
        f"{numbers['best_bits']:.2f} to {numbers['last_bits']:.2f}. The model is the one from before that."
    )


def _by_heart(told: _Told) -> str:
    gap, bits = told.numbers["gap"], told.numbers["training_bits"]
    return f"The training text it predicts {gap:.2f} bits better ({bits:.2f}): part of it is known by heart."


def _unfinished(told: _Told) -> str:
    return "It was still getting better at the last step, so that more training should help."


def _words(told: _Told) -> str:
    return f"{told.at} it makes words up: the training text has {told.share} of its words, {told.real}."


def _copies(told: _Told) -> str:
    return (
        f"{told.at} it copies: {told.share} of its characters stand in the training text in passages of "
        f"{told.least} or more, {told.real}."
    )


def _loops(told: _Told) -> str:
    return f"{told.at} it says things over and over: {told.share} of its characters are in loops, {told.real}."


def _monotonous(told: _Told) -> str:
    distinct = f"{told.share} of its sequences of 4 characters are distinct ones"
    return f"{told.at} it has few turns of phrase: {distinct}, {told.real}."


def _untold(told: _Told) -> str:
    return f"Whether it copies cannot be told here: {_why_untold(told)}{_whole_lines(told)}"


def _why_untold(told: _Told) -> str:
    if told.numbers["length"] < 2 * told.numbers["least"]:
        return (
            f"samples have {_counted(told.numbers['length'], 'character')} on average, and only passages of "
            f"{told.numbers['least']} or more are not shared by chance."
        )
    quoted = written(told.numbers["quoted"], "share")
    return (
        "this text repeats itself so much that no length of passage tells copying from it. "
        f"Of held-out text {quoted} stand in the training text in passages of 100 characters and more."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _whole_lines(told: _Told) -> str:
    lines, known = told.numbers.get("lines", 0), told.numbers.get("known", 0)
    have = f"{known:,} are" if known > 1 else "1 is" if known else "none is"
    whole = "1 sample that is a whole line" if lines == 1 else f"{lines:,} samples that are whole lines"
    return f" Of {whole}, {have} in the training text already." if lines else ""


def _few(told: _Told) -> str:
    return f"{told.at} there is too little text, sampled or held out, to call a fault clear or absent: draw more."


SENTENCES = {
    "learned-nothing": _nothing,
    "learned-frequencies": _frequencies,
    "floor-ahead": _floor_ahead,
    "floors-beaten": _beaten,
    "overfitted": _overfitted,
    "overfitting-avoided": _avoided,
    "known-by-heart": _by_heart,
    "unfinished": _unfinished,
    "makes-up-words": _words,
    "copies": _copies,
    "loops": _loops,
    "monotonous": _monotonous,
    "copies-untold": _untold,
    "too-few-to-tell": _few,
    "too-little-held-out": _too_little,
}
