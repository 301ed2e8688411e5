"""Rare characters: all of them become one unknown character, so that a model need not tell them apart."""

from tasks.corpus.errors import CorpusError
from tasks.text.vocabulary import Vocabulary

UNKNOWN = "\ufffd"


def without_rare(
    vocabulary: Vocabulary, *, max_vocabulary: int | None = None, min_count: int = 1, always: str = ""
) -> Vocabulary:
    """The vocabulary with one unknown character, U+FFFD, for all that are rare; itself where none is.

    Those rarer than `min_count` are, and then the rarest, of equally rare ones those of higher code points, until the
    vocabulary, with the unknown character, has no more than `max_vocabulary`. A U+FFFD of the corpus is taken for
    unknown too, once there is anything else that is.

    Args:
        vocabulary: of the corpus.
        max_vocabulary: characters at most; None: any number.
        min_count: occurrences at least.
        always: characters that are never rare.

    Raises:
        CorpusError: no character is left.
    """
    counts = dict(zip(vocabulary.characters, vocabulary.counts, strict=True))
    frequent = sorted(
        (c for c, count in counts.items() if count >= min_count or c in always),
        key=lambda c: (c not in always, -counts[c], c),
    )
    if len(frequent) == vocabulary.size <= (max_vocabulary or vocabulary.size):
        return vocabulary
    left = [c for c in frequent if c != UNKNOWN][: max_vocabulary and max_vocabulary - 1]
    if not left:
        most = max(vocabulary.counts)
        raise CorpusError(f"no character occurs {min_count:,} times, the commonest {most:,} times; lower --min-count")
    rest = sum(vocabulary.counts) - sum(counts[c] for c in left)
    characters, occurrences = zip(*sorted([*((c, counts[c]) for c in left), (UNKNOWN, rest)]), strict=True)
    return Vocabulary(characters, occurrences, UNKNOWN)


def findings(whole: Vocabulary, folded: Vocabulary) -> list[str]:
    """What became of the rare characters, in a sentence; none where there are none.

    Args:
        whole: the vocabulary of the corpus.
        folded: what `without_rare` made of it.
    """
    if not folded.unknown_character:
        return []
    counts = zip(whole.characters, whole.counts, strict=True)
    rare = [n for c, n in counts if c not in folded.characters or c == UNKNOWN]
    many = f"{len(rare):,} characters that occur {sum(rare):,} times in all became one unknown character"
    one = f"1 character that occurs {sum(rare):,} times became the unknown character"
    return [f"{one if len(rare) == 1 else many} (U+FFFD), which no sample is made of"]
