"""Measuring: all that is known of each of many texts, beside a training text and held-out text."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.data.ids import Ids
from tasks.quality.alphabet import alphabet_divergence
from tasks.quality.lexicon import Lexicon, lexicon_of
from tasks.quality.matches import CopyRule, Matches, copies, copy_rule, longest_matches, novel_share
from tasks.quality.repetition import Repetition
from tasks.quality.texts import Spans, Texts
from tasks.quality.windows import held_out_windows
from tasks.text.vocabulary import Vocabulary

CHUNK_CHARACTERS = 1 << 20
RULE_CHARACTERS = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """What was measured of some texts.

    Attributes:
        texts: what was measured.
        rule: from how many characters on a match was called a copy.
        measures: by name, `(texts,)` float64; no number where a measure does not apply. Without words there is no
            `known_words`.
        copied: matches with the training text.
        loops: stretches in which something is repeated.
        unknown_words: words that the training text lacks.
    """

    texts: Texts
    rule: CopyRule
    measures: Mapping[str, np.ndarray]
    copied: Spans
    loops: Spans
    unknown_words: Spans


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """What texts are measured beside.

    Attributes:
        vocabulary: of all ids.
        training: ids of the training text.
        lexicon: words of the training text; None if it is written without words apart.
        alphabet: how often each id occurs in held-out text, `(vocabulary,)` int64.
    """

    vocabulary: Vocabulary
    training: Ids
    lexicon: Lexicon | None
    alphabet: np.ndarray

    @classmethod
    def of(cls, vocabulary: Vocabulary, training: Ids, held_out: Ids) -> "Ground":
        """With the lexicon of the training text and the frequencies of held-out text."""
        return cls(
            vocabulary=vocabulary,
            training=training,
            lexicon=lexicon_of(training, vocabulary),
            alphabet=held_out.counts(vocabulary.size),
        )


def copy_rule_of(held_out: Ids, ground: Ground) -> CopyRule:
    """From how many characters on a match is a copy, told from windows of held-out text of 500 characters."""
    windows = held_out_windows(held_out, RULE_CHARACTERS, 1)
    content = windows.ids[:, -windows.length :]
    texts = Texts(ids=content.ravel(), lengths=np.full(len(content), windows.length, np.int64))
    _, _, matches = _matched(texts, ground)
    return copy_rule(texts, matches)


def measured(
    strings: Sequence[str], log_probabilities: Sequence[float], ground: Ground, rule: CopyRule | None = None
) -> Measured:
    """Measure texts.

    Args:
        strings: the texts, in characters of the vocabulary.
        log_probabilities: of each under the model, in nats.
        ground: what they are measured beside.
        rule: from how many characters on a match is a copy; None: found out from these texts, which are held-out ones.

    Raises:
        ValueError: a text has a character that the vocabulary lacks.
    """
    texts, unknown_words = Texts.of(strings, ground.vocabulary), Spans.of([])
    repetition, loops, matches = _matched(texts, ground)
    rule = rule or copy_rule(texts, matches)
    copied = copies(texts, matches, rule.least)
    measures = {
        "bits_per_character": Texts.ratio(-np.array(log_probabilities, np.float64) / math.log(2), texts.lengths),
        "copied_share": texts.share(copied.covered(texts)),
        "longest_copy": texts.largest(matches.counted),
        "novel_share": novel_share(texts, matches),
        "looped_share": texts.share(loops.covered(texts)),
        "distinct_4": repetition.distinct(),
        "alphabet_divergence": alphabet_divergence(texts, ground.alphabet),
    }
    if ground.lexicon is not None:
        words = ground.lexicon.judge(texts)
        measures["known_words"] = Texts.ratio(words.counts - words.missing, words.counts)
        unknown_words = words.unknown
    return Measured(rule=rule, texts=texts, measures=measures, copied=copied, loops=loops, unknown_words=unknown_words)


def _matched(texts: Texts, ground: Ground) -> tuple[Repetition, Spans, Matches]:
    """What repeats itself in the texts, their loops, and their matches with the training text outside of those."""
    repetition = Repetition(texts)
    loops = repetition.loops()
    return repetition, loops, longest_matches(texts, ground.training).outside(loops.covered(texts))
