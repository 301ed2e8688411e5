"""Splits: contiguous parts of the corpus, the last ones held out."""

from tasks.corpus.errors import CorpusError

MINIMUM_HELD_OUT = 64


def split_offsets(characters: int, validation_fraction: float, test_fraction: float) -> dict[str, range]:
    """Where each split lies: training text first, then validation, then test (left out if it is to be none).

    Raises:
        CorpusError: a split would be too short to measure anything on.
    """
    train = int(characters * (1 - validation_fraction - test_fraction))
    validation = characters - train - int(characters * test_fraction)
    splits = {
        "train": range(train),
        "validation": range(train, train + validation),
        "test": range(train + validation, characters),
    }
    for name, part in splits.items():
        if len(part) < MINIMUM_HELD_OUT and not (name == "test" and test_fraction == 0):
            option = "a smaller --validation-fraction" if name == "train" else f"a larger --{name}-fraction"
            raise CorpusError(
                f"the {name} split would have {len(part)} of {characters:,} characters; "
                f"{MINIMUM_HELD_OUT} are the least; give more text, or {option}"
            )
    return {name: part for name, part in splits.items() if part}
