"""Guessing a character set from bytes that do not tell it."""

import codecs
import re
from dataclasses import dataclass, replace

from chardetng_py import EncodingDetector

from tasks.text import capitals, east_asian, ebcdic, seven_bit
from tasks.text.byte_escapes import ESCAPES, HANDLER, escaped_bytes
from tasks.text.byte_pieces import BytePieces
from tasks.text.byte_sample import SAMPLE_BYTES, sample_of
from tasks.text.character_sets import ALTERNATIVES, codec_of
from tasks.text.dos_tables import set_of_tables
from tasks.text.plausibility import BEYOND_ASCII, SHOUTED, evidence, has_script, has_words, plausibility, western_share

LIKELY = 0.9  # Less is no guess but a refusal.
CLEAR = 0.995  # What is detected and so likely needs no comparison.
TIMES = 4  # So many times fewer letters out of place must another set have than the one detected.
MIXED_LIKELY = 0.97
FAMILIAR = 0.55  # Of the letters are common ones; of such that a wrong set gives, a third.
TIMES_AS_FAMILIAR = 1.2
WELL_CASED = 0.97  # Small letters are not strewn into words of capitals.
LARGE_SHARE = 0.2  # Of lines; of those in another set hardly one is UTF-8 by chance.
LINES = 3
MIXED = 20  # One in so many characters is no chance.
DAMAGED = 200  # One in so many bytes that does not fit is damage rather than another set.
DOUBTFUL = 0.75
NAMED = 3
SHOWN_CHARACTERS = 1 << 16
WESTERN = "windows-1252"
ARABIC = "windows-1256"
OTHER_LATIN = ("windows-1250", "iso-8859-2", "windows-1254", "windows-1257", "iso-8859-3")
TWO_SETS = "bytes of two character sets, UTF-8 and windows-1252; bring them to one, or pass --encoding with the one"
UTF_8_AND_ANOTHER = "bytes of two character sets, UTF-8 and another; split them, or bring them to one"
THIN = 30  # So few characters do not tell one European set from another: windows-1252 is met most.
LEAST = 5  # Fewer tell no other set at all.
# What the detector gives by the smaller set's name; one holds the other.
LARGER = {"gbk": "gb18030", "shift_jis": "cp932", "big5": "big5hkscs", "euc-kr": "cp949"}
# What it does not know.
OTHERS = (
    *("iso-8859-15", "iso-8859-3", "iso-8859-4"),
    *("macintosh", "x-mac-cyrillic", "mac_latin2", "mac_greek", "mac_turkish", "mac_iceland"),
    *("cp437", "cp850", "cp852", "cp737", "cp866", "cp855", "cp857", "cp775", "cp862", "cp865", "cp861", "cp869"),
    *("cp860", "cp1125"),
)
COMMON = (
    *("windows-1252", "windows-1250", "iso-8859-2", "windows-1251", "koi8-r", "iso-8859-5"),
    *("windows-1253", "iso-8859-7", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-874"),
    *("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949"),
)
ISO_2022 = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_jp_ext", "iso2022_kr")
ISO_2022_ESCAPE = re.compile(rb"\x1b\$(?:[@AB]|\([@-Z]|\)[AC-I])|\x1b\([IJ]")
BUT_UKRAINIAN = bytes(set(range(256)) - {*"ЄІЇҐєіїґ".encode("koi8-u")})  # Where KOI8-U is KOI8-R.
UTF_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Candidate:
    """A character set that the bytes may be in.

    Attributes:
        likelihood: from 0 to 1.
        misfits: how many places of the sample are of no character.
        beginning: how the text would begin.
    """

    encoding: str
    likelihood: float
    misfits: int
    beginning: str

    @property
    def words(self) -> tuple[str, ...]:
        """Some that speak for it, or against it."""
        return evidence(self.beginning)

    @property
    def fits(self) -> bool:
        """Whether every byte of the sample is part of a character."""
        return self.misfits == 0


def guess(pieces: BytePieces) -> Candidate | None:
    """The set that bytes beyond ASCII are in; None if nothing is clear."""
    found = guess_of(sample_of(pieces))
    if found and found.encoding == "koi8-u" and not any(piece.translate(None, BUT_UKRAINIAN) for piece in pieces):
        return replace(found, encoding="koi8-r")  # The same text by its better known name.
    return found


def guess_of(sample: bytes) -> Candidate | None:
    """As `guess`, of a sample."""
    count = len(sample.translate(None, bytes(range(128))))
    name = _detected(sample)
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
        best = next((one for one in _ranked(sample) if one.fits), detected)
        detected = best if (1 - best.likelihood) * TIMES < 1 - detected.likelihood else detected
    if detected.misfits * DAMAGED <= count and detected.likelihood >= LIKELY:
        return detected
    asian = east_asian.surest_set(sample)
    return candidate(asian, sample) if asian else _of_western_languages(sample)


def doubt(pieces: BytePieces, encoding: str) -> str | None:
    """A note where bytes fit a character set, but read unlike text in it and like text in another."""
    if candidate(encoding, sample_of(pieces)).likelihood >= DOUBTFUL or (best := guess(pieces)) is None:
        return None
    words = ", ".join(best.words)
    return f"reads unlike text in {encoding}: perhaps {best.encoding} ({words}); try --encoding {best.encoding}"


def has_lines_of_two_sets(pieces: BytePieces) -> bool:
    """Whether of the sample's lines beyond ASCII a large share is UTF-8 and another large share is not."""
    lines = [line for line in sample_of(pieces).split(b"\n") if not line.isascii()]
    valid = sum(_is_utf_8(line) for line in lines)
    return min(valid, len(lines) - valid) >= max(LINES, LARGE_SHARE * len(lines))


def refusal(pieces: BytePieces) -> str:
    """What bytes may be in of which nothing is clear, and what to do."""
    sample = sample_of(pieces)
    if _is_mixed(sample):
        return TWO_SETS
    if has_lines_of_two_sets(pieces):
        return UTF_8_AND_ANOTHER
    if words := ebcdic.words_of(sample):
        return f"perhaps EBCDIC: try --encoding {ebcdic.NAMED}, the text would have {', '.join(words)}"
    best = [one for one in _ranked(sample) if one.words and "".join(one.words).isprintable()][:NAMED]
    if not best:
        return "pass --encoding"
    names = ", ".join(one.encoding for one in best)
    few = len(sample.translate(None, bytes(range(128)))) < LEAST
    drop = "; or drop what is no UTF-8: --encoding utf-8 --on-damage drop" if few else ""
    return f"perhaps {names}: try --encoding {best[0].encoding}, the text would have {', '.join(best[0].words)}{drop}"


def seven_bit_guesses(pieces: BytePieces) -> tuple[list[str], list[str]]:
    """The sets that write other characters in ASCII's bytes: the likely ones, best first, and the possible ones."""
    sample = sample_of(pieces, b"\x1b~+")
    found = list(ISO_2022) if ISO_2022_ESCAPE.search(sample) else []
    if b"\x1b$)C" in sample:
        found.insert(0, "iso2022_kr")
    return [*found, *seven_bit.likely(sample)], seven_bit.possible(sample)


def has_escapes(content: bytes) -> bool:
    """Whether bytes have escapes as of ISO-2022 again and again."""
    return len(ISO_2022_ESCAPE.findall(content)) >= LEAST


def tables_guess(pieces: BytePieces) -> str | None:
    """One of DOS's sets, if most of the bytes beyond ASCII draw tables in it."""
    return set_of_tables(sample_of(pieces))


def wide_guess(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, by where its NULs stand; None if it is neither."""
    head = head[:SAMPLE_BYTES]
    if head.count(0) * 200 < len(head):
        return None
    for name in UTF_WIDE:
        try:
            text = codecs.getincrementaldecoder(name)().decode(head)
        except UnicodeDecodeError:
            continue
        usual = sum(character.isprintable() or character in "\t\n\r\f" for character in text)
        spaces = sum(character in " \t\n\r" for character in text)
        if text and usual >= 0.99 * len(text) and (spaces * 200 > len(text) or text.isascii()):
            return name
    return None


def candidate(encoding: str, sample: bytes) -> Candidate:
    """The bytes in a character set."""
    decoder = codecs.getincrementaldecoder(codec_of(encoding))
    text = decoder("replace").decode(sample)
    # Its Latin letters are there for French words in Arabic text.
    likelihood = 0.0 if encoding == ARABIC and not has_script(text, "ARABIC") else plausibility(text)
    return Candidate(encoding, likelihood, text.count("\ufffd"), text[:SHOWN_CHARACTERS])


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


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


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


def _detected(sample: bytes) -> str:
    detector = EncodingDetector()
    detector.feed(sample, last=False)
    name = detector.guess(tld=None, allow_utf8=False).lower()
    return LARGER.get(name, name)


def _ranked(sample: bytes) -> list[Candidate]:
    found = {name: candidate(name, sample) for name in (_detected(sample), *COMMON, *OTHERS)}
    return sorted(found.values(), key=lambda one: (not one.fits, -one.likelihood))


def _is_mixed(sample: bytes) -> bool:
    """Whether what is no UTF-8 of the bytes is windows-1252 among UTF-8."""
    text = sample.decode("utf-8", HANDLER)
    runs = re.findall(f"{ESCAPES}+", text)
    beyond = len(BEYOND_ASCII.findall(text))
    other = sum(map(len, runs))
    western = re.sub(f"{ESCAPES}+", lambda run: escaped_bytes(run.group()).decode(WESTERN, "replace"), text)
    return (beyond - other) * MIXED > beyond and max(plausibility(western), western_share(western)) >= LIKELY
