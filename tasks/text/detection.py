"""Guessing a character set from bytes that do not tell it."""

import re
from dataclasses import replace

from tasks.text import capitals, east_asian
from tasks.text.byte_pieces import BytePieces
from tasks.text.byte_sample import sample_of
from tasks.text.candidates import ARABIC, LIKELY, WESTERN, Candidate, candidate, detected_set, ranked
from tasks.text.character_sets import ALTERNATIVES
from tasks.text.plausibility import SHOUTED, has_words, plausibility, western_share

CLEAR = 0.995  # What is detected and so likely needs no comparison.
TIMES = 4  # So many times fewer letters out of place must another set have than the one detected.
MIXED_LIKELY = 0.97
FAMILIAR = 0.55  # Of the letters are common ones; of such that a wrong set gives, a third.
TIMES_AS_FAMILIAR = 1.2
WELL_CASED = 0.97  # Small letters are not strewn into words of capitals.
DAMAGED = 200  # One in so many bytes that does not fit is damage rather than another set.
OTHER_LATIN = ("windows-1250", "iso-8859-2", "windows-1254", "windows-1257", "iso-8859-3")
THIN = 30  # So few characters do not tell one European set from another: windows-1252 is met most.
LEAST = 5  # Fewer tell no other set at all.
BUT_UKRAINIAN = bytes(set(range(256)) - {*"ЄІЇҐєіїґ".encode("koi8-u")})  # Where KOI8-U is KOI8-R.


def guess(pieces: BytePieces) -> Candidate | None:
    """The set that bytes beyond ASCII are in; None if nothing is clear."""
    found = guess_of(sample_of(pieces))
    if found and found.encoding == "koi8-u" and not any(piece.translate(None, BUT_UKRAINIAN) for piece in pieces):
        return replace(found, encoding="koi8-r")  # The same text by its better known name.
    return found


def guess_of(sample: bytes) -> Candidate | None:
    """As `guess`, of a sample."""
    count = len(sample.translate(None, bytes(range(128))))
    name = detected_set(sample)
    if name in east_asian.SETS:
        name = east_asian.likelier_set(sample, name) or ""
    if not name:
        return None
    detected = candidate(name, sample)
    if count >= LEAST and (shouted := _in_capitals(sample, detected)):
        return shouted
    if not detected.fits and detected.encoding in ALTERNATIVES:
        other = candidate(ALTERNATIVES[detected.encoding], sample)
        detected = other if other.fits else detected
    if count <= THIN and _may_be_western(detected):
        western = candidate(WESTERN, sample)
        detected = western if western.fits and western.likelihood >= detected.likelihood else detected
    if count < LEAST and detected.encoding != WESTERN:
        return None
    # So few characters tell no set that the detector does not think of.
    if count >= LEAST and (not detected.fits or detected.likelihood < CLEAR):
        best = next((one for one in ranked(sample) if one.fits), detected)
        detected = best if (1 - best.likelihood) * TIMES < 1 - detected.likelihood else detected
    if detected.misfits * DAMAGED <= count and detected.likelihood >= LIKELY:
        return detected
    asian = east_asian.surest_set(sample)
    return candidate(asian, sample) if asian else _of_western_languages(sample)


def _in_capitals(sample: bytes, detected: Candidate) -> Candidate | None:
    """The bytes in the set in which they are text in capitals with the common letters of its script."""
    least = FAMILIAR
    if not capitals.is_in_capitals(detected.beginning):
        least = max(least, TIMES_AS_FAMILIAR * capitals.familiarity(detected.beginning, detected.encoding))
    best, score = None, (0.0, 0.0)
    for one in (candidate(name, sample) for name in capitals.SETS):
        share = capitals.familiarity(one.beginning, one.encoding)
        cased = one.likelihood >= WELL_CASED * SHOUTED
        if share > least and one.fits and cased and capitals.is_in_capitals(one.beginning):
            folded = plausibility(one.beginning.lower())
            # One letter more in the wrong case tells sets that share their capitals.
            if folded >= LIKELY and (one.likelihood, share) > score:
                best, score = replace(one, likelihood=folded), (one.likelihood, share)
    return best


def _of_western_languages(sample: bytes) -> Candidate | None:
    """The bytes in windows-1252 if its letters are of several Western languages, and of no two in another set."""
    western = candidate(WESTERN, sample)
    if not western.fits or western_share(western.beginning) < MIXED_LIKELY:
        return None
    share = plausibility(western.beginning, languages=2)
    others = (one for one in (candidate(name, sample) for name in OTHER_LATIN) if one.fits)
    return western if all(plausibility(one.beginning, languages=2) <= share for one in others) else None


def _may_be_western(detected: Candidate) -> bool:
    """Whether so little as speaks for another set may as well be Western: letters of Latin script, or none of words."""
    if detected.encoding == "cp932":
        return east_asian.is_half_wide(detected.beginning)
    is_latin = re.fullmatch(r"windows-125[0478]|iso-8859-(2|4|10|13|14|15|16)", detected.encoding) is not None
    is_wide = detected.encoding in east_asian.SETS
    return is_latin or detected.encoding == ARABIC or not (is_wide or has_words(detected.beginning))
