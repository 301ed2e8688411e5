"""Ratings of samples, as review pages export them: read, joined, and how far their raters agree."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "charflow ratings 1"
STARS = range(1, 6)
Sample = tuple[float, str, int, int, str]


class RatingsError(ValueError):
    """A file is no export of ratings."""


class Rating(NamedTuple):
    """What one rater thinks of one sample.

    Attributes:
        rater: who.
        rating: 1 to 5, or None beside a comment alone.
        comment: empty if there is none.
        blind: whether the temperatures were hidden when the rating was given; None if that is not known.
    """

    rater: str
    rating: int | None
    comment: str
    blind: bool | None = None


@dataclass(frozen=True)
class Rated:
    """A sample with what its raters think of it."""

    temperature: float
    prompt: str
    seed: int
    index: int
    text: str
    ratings: list[Rating]

    @property
    def stars(self) -> list[int]:
        """The ratings without those that only comment."""
        return [one.rating for one in self.ratings if one.rating is not None]

    @property
    def mean(self) -> float:
        """The mean rating; 0 if there is none."""
        return sum(self.stars) / len(self.stars) if self.stars else 0.0


def read_ratings(paths: Sequence[Path]) -> list[Rated]:
    """The rated samples of several exports, the best-rated first, those of more raters before those of fewer.

    A rater who gave a name and exported twice counts with the later file; files without a name are of a rater each.

    Raises:
        OSError: a file cannot be read.
        RatingsError: one is no export of ratings.
    """
    found: dict[Sample, dict[str, Rating]] = {}
    contents = {path.resolve(): _content(path) for path in paths}
    raters = raters_of({path: content.get("rater") for path, content in contents.items()})
    for path, content in contents.items():
        rater = raters[path]
        for one in content["ratings"]:
            given = Rating(rater, one.get("rating"), one["comment"], one.get("blind"))
            found.setdefault(_sample(one), {})[rater] = given
    rated = [Rated(*sample, [*ratings.values()]) for sample, ratings in found.items()]
    return sorted(rated, key=lambda one: (-one.mean, -len(one.stars)))


def raters_of(named: Mapping[Path, str | None]) -> dict[Path, str]:
    """What each file's rater is called: as the file says, else by the shortest end of its path that no other has.

    Args:
        named: the rater that each file names, if it does.
    """
    taken = [name for name in named.values() if name]
    tails = {path: _tails(path) for path, name in named.items() if not name}
    called = {path: name for path, name in named.items() if name}
    for path, own in tails.items():
        others = {tail for other, theirs in tails.items() if other != path for tail in theirs}
        called[path] = next((tail for tail in own if tail not in others and tail not in taken), str(path))
    return called


def replaced(paths: Sequence[Path]) -> list[str]:
    """The raters one of whose files rates a sample, or answers for a prompt, otherwise than a later one does.

    Raises:
        OSError, RatingsError: as `read_ratings` does.
    """
    earlier: dict[tuple[Any, ...], Any] = {}
    found: dict[str, bool] = {}
    for content in {path.resolve(): _content(path) for path in paths}.values():
        if rater := content.get("rater"):
            told = {(rater, *about): what for about, what in _told(content)}
            found[rater] = found.get(rater, False) or any(earlier.get(key, told[key]) != told[key] for key in told)
            earlier |= told
    return [rater for rater, is_replaced in found.items() if is_replaced]


def _told(content: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """What an export tells of, and what of it."""
    yield from ((_sample(one), (one.get("rating"), one["comment"])) for one in content["ratings"])
    yield from (((content.get("samples"), one.get("prompt")), one) for one in content.get("guesses", []))


def _sample(one: Mapping[str, Any]) -> Sample:
    return one["temperature"], one["prompt"], one["seed"], one["index"], one["text"]


def _tails(path: Path) -> list[str]:
    """The ends of a path without its suffix, the shortest first."""
    parts = path.with_suffix("").parts
    return ["/".join(parts[-count:]) for count in range(1, len(parts))]


def agreement(samples: Sequence[Rated]) -> float | None:
    """Krippendorff's alpha of the ratings as an interval scale: 1 perfect, 0 as by chance; None if it is undefined.

    Source: K. Krippendorff, Content Analysis, chapter 11: 1 - observed disagreement / expected disagreement, over the
    samples that have two ratings or more, each disagreement being the squared distance.
    """
    units = [one.stars for one in samples if len(one.stars) > 1]
    values = [value for unit in units for value in unit]
    expected = _distances(values) / max(1, len(values) - 1)
    if not expected:
        return None
    observed = sum(_distances(unit) / (len(unit) - 1) for unit in units)
    return 1 - observed / expected


def by_temperature(samples: Sequence[Rated]) -> list[tuple[float, float, int]]:
    """Temperature, mean rating and number of ratings."""
    stars: dict[float, list[int]] = {}
    for sample in samples:
        stars.setdefault(sample.temperature, []).extend(sample.stars)
    return [(t, sum(given) / len(given), len(given)) for t, given in sorted(stars.items()) if given]


def _distances(values: Sequence[int]) -> float:
    """The sum of squared distances over all ordered pairs: 2 n times the sum of squares about the mean."""
    mean = sum(values) / max(1, len(values))
    return 2 * len(values) * sum((value - mean) ** 2 for value in values)


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise RatingsError(f"{path} is no JSON: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise RatingsError(f"{path} is no export of ratings; make one with `Export ratings` on a review page")
    guesses = content.get("guesses", [])
    if not isinstance(guesses, list) or not all(map(_is_guess, guesses)):
        raise RatingsError(f"{path} holds an answer to which text is real that is none: {str(guesses)[:80]}")
    ratings = content.get("ratings")
    wrong = [one for one in ratings if not _is_rating(one)][:1] if isinstance(ratings, list) else [ratings]
    if wrong:
        raise RatingsError(f"{path} holds a rating that is none: {str(wrong[0])[:80]}")
    if not all(isinstance(content.get(name), str | None) for name in ("rater", "samples")):
        raise RatingsError(f"{path} names its rater or its samples by what is no text")
    return content


TEXTS, NUMBERS = ("prompt", "text", "comment"), ("seed", "index")
HOTTEST = 100  # as the option allows; of a number that is none it is not known whether it is less


def _is_guess(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("right"), bool)
        and type(one.get("among")) is int
        and isinstance(one.get("prompt"), str | None)
    )


def _is_rating(one: Any) -> bool:
    """Whether it is one as a page exports it; a bool is no number here."""
    return (
        isinstance(one, dict)
        and all(isinstance(one.get(name), str) for name in TEXTS)
        and all(type(one.get(name)) is int for name in NUMBERS)
        and type(one.get("temperature")) in (int, float)
        and 0 <= one["temperature"] <= HOTTEST
        and (one.get("rating") is None or (type(one["rating"]) is int and one["rating"] in STARS))
        and isinstance(one.get("blind"), bool | None)
    )
