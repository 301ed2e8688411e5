"""`ratings`: what people thought of the samples."""

import sys
from collections.abc import Sequence
from pathlib import Path

from flows.errors import UsageError
from tasks.quality.guesses import Guesses, read_guesses
from tasks.quality.ratings import Rated, agreement, by_temperature, read_ratings, replaced
from tasks.text.characters import visible

SHOWN_CHARACTERS = 400


def ratings(*files: Path, top: int = 5) -> int:
    """Show the best-rated samples, and how far several raters agree.

    Parameters
    ----------
    files
        Exports of review pages: ratings.json.
    top
        How many samples to show.
    """
    if not files:
        raise UsageError("ratings: name a file or several, as `Export ratings` on a review page writes them")
    try:
        rated, guesses, twice = read_ratings(files), read_guesses(files), replaced(files)
    except OSError as error:
        raise UsageError(f"ratings: {error}") from error
    for rater in twice:
        said = f"two files of {rater} differ over the same sample, of which the later counts"
        sys.stderr.write(visible(f"ratings: {said}; if they are of two raters, give each a name") + "\n")
    sys.stdout.write("".join(f"{line}\n" for line in report(rated, top, guesses)))
    return 0


def report(rated: Sequence[Rated], top: int, guesses: Sequence[Guesses] = ()) -> list[str]:
    """The ratings in lines for a terminal, which obeys nothing that stands in them."""
    raters = sorted({one.rater for sample in rated for one in sample.ratings})
    lines = [visible(f"{len(rated):,} samples, rated by {', '.join(raters)}")]
    alpha = agreement(rated)
    if alpha is not None:
        common = sum(len(sample.stars) > 1 for sample in rated)
        lines.append(f"agreement: Krippendorff's alpha {alpha:.2f} over {common:,} samples (1 perfect, 0 as by chance)")
    blind = [one.blind for sample in rated for one in sample.ratings if one.rating is not None]
    if any(blind):
        lines.append(f"given blind: {blind.count(True):,} of {len(blind):,} ratings")
    lines += [f"temperature {t:g}: {mean:.2f} of 5, {count:,} ratings" for t, mean, count in by_temperature(rated)]
    lines += [visible(_score(one)) for one in guesses]
    for sample in [one for one in rated if one.stars][:top]:
        lines += ["", *_sample(sample)]
    return lines


def _score(guesses: Guesses) -> str:
    right, asked, (low, high) = guesses.right, guesses.asked, guesses.interval
    return (
        f"which one is real: {guesses.rater} was right {right:,} of {asked:,} times, {100 * right / asked:.0f} % "
        f"(95 % interval {100 * low:.0f} to {100 * high:.0f} %); by chance {100 * guesses.by_chance / asked:.0f} %"
    )


def _sample(sample: Rated) -> list[str]:
    head = f"{sample.mean:.1f} of 5 · temperature {sample.temperature:g}, sample {sample.index}, seed {sample.seed}"
    whole = (sample.prompt + sample.text).lstrip("\n")
    text = whole[:SHOWN_CHARACTERS] + ("…" if len(whole) > SHOWN_CHARACTERS else "")
    comments = [f"  “{one.comment}” ({one.rater})" for one in sample.ratings if one.comment]
    return [head, *(visible(line) for line in [*comments, *(f"  {line}" for line in text.split("\n"))])]
