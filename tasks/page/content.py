"""The content of the review page: what a run's artifacts say, in the shape that the page shows it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.data.ids import Ids
from tasks.page.measures import FLOORS, measures_in
from tasks.page.sample_data import EMBEDDED_BYTES, continuations_data, samples_data
from tasks.quality.learning_curve import Point
from tasks.text.characters import name_of
from tasks.text.vocabulary import Vocabulary

OPENING_CHARACTERS = 250
FIRST_IDS = 64
FIRST_SAMPLES, FIRST_CHARACTERS = 3, 1000  # what stands in the page where no script runs
THIS_MODEL = "this model"
NOT_OF_UTF_8 = "BYTE OF NO CHARACTER"
UTF_8 = (  # What bytes are up to that number, from 0x80 on.
    (0xBF, "FURTHER BYTE OF A CHARACTER"),
    (0xC1, NOT_OF_UTF_8),
    *((0xDF, "FIRST OF TWO BYTES"), (0xEF, "FIRST OF THREE BYTES"), (0xF4, "FIRST OF FOUR BYTES")),
    (0xFF, NOT_OF_UTF_8),
)
PART_OF_A_WORD = re.compile(r"\s+\S{0,24}\Z")
UNKNOWN = "UNKNOWN CHARACTER, FOR ALL RARE ONES"


@dataclass(frozen=True, kw_only=True)
class Review:
    """What there is to review.

    Attributes:
        opening: the first characters of the corpus, as the model's text has them.
        text: facts of the normalised text: `characters`, `findings`, `documents`, `divided_by`, `has_lost_duplicates`.
        warnings: what is to be known of the held-out text.
        vocabulary: of the corpus, with its counts.
        splits: characters of each split.
        floors: bits per character by name.
        compressed: how many characters of the training and of the validation split the compressors were given.
        train: ids of the training split, which the corpus begins with.
        training: the content of `training.json`.
        points: the logged steps.
        samples: rows of the score stage's `samples.parquet`: all, or the first of each temperature.
        total_samples: how many samples there are.
        scores: the content of `scores.json`.
        continuations: what really follows prompts, as `read_continuations` gives it; none of prompts that were given.
    """

    opening: str
    text: Mapping[str, Any]
    warnings: Sequence[str]
    vocabulary: Vocabulary
    splits: Mapping[str, int]
    floors: Mapping[str, float]
    compressed: Mapping[str, int]
    train: Ids
    training: Mapping[str, Any]
    points: Sequence[Point]
    samples: Sequence[Mapping[str, Any]]
    total_samples: int
    scores: Mapping[str, Any]
    continuations: Sequence[Mapping[str, Any]] = ()

    def excerpt(self, start: int, end: int) -> str:
        """The training text from an offset to another, cut at its ends."""
        return self.vocabulary.outside(self.vocabulary.decode(self.train[max(0, start) : max(0, end)]), cut=True)

    @property
    def beginning(self) -> str:
        """The opening as it is shown."""
        return self.vocabulary.outside(self.opening[:OPENING_CHARACTERS], cut=True)


def first_samples(review: Review) -> list[dict[str, str]]:
    """Prompt, text and real continuation of a few samples at the recommended temperature, long ones cut."""
    recommended = review.scores["recommended"]["temperature"]
    chosen = [sample for sample in review.samples if sample["temperature"] == recommended][:FIRST_SAMPLES]
    real = {one["prompt"]: one["text"][:FIRST_CHARACTERS] for one in review.continuations}
    return [
        {"prompt": one["prompt"], "text": one["text"][:FIRST_CHARACTERS], "real": real.get(one["prompt"], "")}
        for one in chosen
    ]


def data_of(review: Review, room: int = EMBEDDED_BYTES) -> dict[str, Any]:
    """What the page's script works with, as JSON values; of the samples as many as have room, in bytes."""
    window = review.training["hyperparameters"]["seq_length"] + 1
    return {
        "unit": review.vocabulary.level,
        "bits": review.training["validation_bits_per_character"],
        "training_characters": review.splits["train"],
        "least_copy": review.scores["least_copy"],
        "recommended": review.scores["recommended"]["temperature"],
        "measures": [[m.name, m.label, m.kind] for m in measures_in(review.vocabulary.level)],
        "bits_of_temperatures": [
            [one["temperature"], (one["measures"]["bits_per_character"] or {}).get("value")]
            for one in review.scores["temperatures"]
        ],
        "samples": samples_data(review.samples, review.excerpt, review.total_samples, room),
        "continuations": continuations_data(review.continuations, review.samples),
        "previews": previews_data(review.training["previews"], review.points),
        "vocabulary": vocabulary_data(review.vocabulary),
        "opening": review.beginning,
        "ids": review.vocabulary.encode(review.vocabulary.folded(review.opening[:FIRST_IDS])).tolist(),
        "window": review.train[:window].tolist(),
    }


def vocabulary_data(vocabulary: Vocabulary) -> list[list[Any]]:
    """Each character as it is shown by itself, its name and how often it occurs."""
    is_byte = vocabulary.level == "byte"
    return [
        [
            vocabulary.named(character),
            UNKNOWN if character == vocabulary.unknown_character else _name(character, is_byte),
            count,
        ]
        for character, count in zip(vocabulary.characters, vocabulary.counts, strict=True)
    ]


def _name(character: str, is_byte: bool) -> str:
    """Its name; of a byte beyond ASCII what it is in UTF-8."""
    if not is_byte or character.isascii():
        return name_of(character)
    return next(name for last, name in UTF_8 if ord(character) <= last)


def previews_data(previews: Sequence[Mapping[str, Any]], points: Sequence[Point]) -> list[list[Any]]:
    """Step, bits per character on held-out text where they were measured, and text up to a word's end, of each."""
    measured = {point.step: point.validation for point in points if point.validation is not None}
    return [[preview["step"], measured.get(preview["step"]), after_a_word(preview["text"])] for preview in previews]


def after_a_word(text: str) -> str:
    """A text that ends anywhere without the word that it ends in, where that is no longer than words are."""
    return PART_OF_A_WORD.sub("", text) + " …"


DIVIDED = {
    "files": "Each file, member or row is a document",
    "lines": "Each line is a document",
    "blank-lines": "Each text between blank lines is a document",
}


def documents_of(review: Review) -> str:
    """How the documents of the corpus were treated, in words."""
    count, unit = review.text["documents"], review.text["divided_by"]
    if count == 1 or unit not in DIVIDED:
        return "The whole corpus is one document."
    resets = review.training["hyperparameters"].get("reset_at") is not None
    state = "is reset at the beginning of each" if resets else "goes on from one to the next"
    lost = review.text.get("has_lost_duplicates")
    duplicates = "equal ones but for the first were dropped" if lost else "none was dropped as a duplicate"
    return f"{DIVIDED[unit]}, {count:,} in all; the model's state {state}; {duplicates}."


KINDS = {
    "L": ("letter", "letters"),
    "M": ("combining mark", "combining marks"),
    "N": ("digit", "digits"),
    "P": ("punctuation mark", "punctuation marks"),
    "S": ("symbol", "symbols"),
    "Z": ("blank", "blanks"),
    "C": ("control character", "control characters"),
}


def kinds_of(vocabulary: Vocabulary) -> str:
    """How many characters of each Unicode category a vocabulary has, in words; by itself what has none."""
    unknown, is_byte = vocabulary.unknown_character, vocabulary.level == "byte"
    known = [character for character in vocabulary.characters if character != unknown]
    whole = [character for character in known if character.isascii() or not is_byte]
    kinds = Counter(unicodedata.category(character)[0] for character in whole)
    named = ((kinds[letter], one if kinds[letter] == 1 else many) for letter, (one, many) in KINDS.items())
    told = [f"{count:,} {name}" for count, name in named if count]
    if len(whole) < len(known):
        told.append(f"{len(known) - len(whole):,} beyond ASCII")
    if unknown:
        count = vocabulary.counts[vocabulary.characters.index(unknown)]
        told.append(f"1 unknown character, U+{ord(unknown):04X}, for {count:,} rare ones, of which no sample is made")
    return ", ".join(told)


def bars(bits: float, floors: Mapping[str, float]) -> list[tuple[str, float, float]]:
    """Name, bits per character and percentage of the longest, of the floors and of the model, from high to low."""
    named = ((FLOORS.get(name, name), value) for name, value in floors.items())
    rows = sorted([*named, (THIS_MODEL, bits)], key=lambda row: -row[1])
    longest = rows[0][1] or 1.0
    return [(name, value, round(100 * value / longest, 2)) for name, value in rows]
