"""Character sets that bytes may be in, and how like a text they read in each."""

import codecs
from dataclasses import dataclass

from chardetng_py import EncodingDetector

from tasks.text.character_sets import codec_of
from tasks.text.plausibility import evidence, has_script, plausibility

LIKELY = 0.9  # Less is no guess but a refusal.
SHOWN_CHARACTERS = 1 << 16
WESTERN = "windows-1252"
ARABIC = "windows-1256"
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


def candidate(encoding: str, sample: bytes) -> Candidate:
    """The bytes in a character set."""
    decoder = codecs.getincrementaldecoder(codec_of(encoding))
    text = decoder("replace").decode(sample)
    # Its Latin letters are there for French words in Arabic text.
    likelihood = 0.0 if encoding == ARABIC and not has_script(text, "ARABIC") else plausibility(text)
    return Candidate(encoding, likelihood, text.count("\ufffd"), text[:SHOWN_CHARACTERS])


def ranked(sample: bytes) -> list[Candidate]:
    """The bytes in every set that is met now and then: first those that they fit, the likeliest first."""
    found = {name: candidate(name, sample) for name in (detected_set(sample), *COMMON, *OTHERS)}
    return sorted(found.values(), key=lambda one: (not one.fits, -one.likelihood))


def detected_set(sample: bytes) -> str:
    """What the detector of browsers takes the bytes for."""
    detector = EncodingDetector()
    detector.feed(sample, last=False)
    name = detector.guess(tld=None, allow_utf8=False).lower()
    return LARGER.get(name, name)
