"""What is to be said of held-out text before anything is measured on it, and which option helps."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tasks.quality.shift import is_shifted, is_sorted
from tasks.text.vocabulary import Vocabulary

NOTABLE_SHARE = 1e-3


def findings(
    ids: Any,
    vocabulary: Vocabulary,
    splits: Mapping[str, np.ndarray],
    train: np.ndarray,
    validation: np.ndarray,
    hold_out: str,
) -> list[str]:
    """Sentences, none where held-out text is as the training text is.

    Args:
        ids: of the corpus; what gives them for a slice is enough.
        vocabulary: of the corpus.
        splits: ranges of each, `(ranges, 2)`.
        train: how often each id occurs in the training text, `(vocabulary,)` integers.
        validation: how often in the validation text.
        hold_out: how the splits were made.
    """
    said = []
    unseen = int(validation[train == 0].sum())
    if unseen > NOTABLE_SHARE * validation.sum():
        share, kinds = unseen / validation.sum(), int(((train == 0) & (validation > 0)).sum())
        said.append(
            f"{100 * share:.1f} % of the held-out text is of {kinds:,} {vocabulary.level}{'' if kinds == 1 else 's'}"
            " that the training text lacks"
        )
    if hold_out == "tail" and is_shifted(ids, splits["train"], splits["validation"], vocabulary.size):
        said.append("the held-out text, the end of the corpus, is of another kind than the training text")
    if hold_out == "tail" and _has_sorted_lines(ids, vocabulary, splits["train"]):
        said.append("the lines are sorted, and the held-out text is the end of their order")
    help_for_it = ": --hold-out blocks, or documents, holds out some of everything" if hold_out == "tail" else ""
    return [f"{'; '.join(said)}{help_for_it}"] if said else []


def _has_sorted_lines(ids: Any, vocabulary: Vocabulary, train: np.ndarray) -> bool:
    if "\n" not in vocabulary.characters:
        return False
    folded = [character.casefold() for character in vocabulary.characters]
    if vocabulary.level == "byte":  # Those beyond ASCII are parts of letters.
        folded = [character.lower() if character.isascii() else character for character in vocabulary.characters]
    places = {one: place for place, one in enumerate(sorted(set(folded)))}
    order = np.array([places[one] for one in folded])
    return is_sorted(ids, train, vocabulary.characters.index("\n"), order)
