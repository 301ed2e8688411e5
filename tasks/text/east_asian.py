"""East Asian text: whether the characters that bytes decode to are those that such texts are mostly made of."""

import codecs
import re
from collections import Counter
from itertools import islice

from tasks.text.plausibility import BEYOND_ASCII, JUDGED_CHARACTERS

SETS = ("cp932", "euc-jp", "gb18030", "big5hkscs", "cp949", "johab")
ASCII = bytes(range(128))
ENOUGH = 80  # Bytes; fewer may all be of rare characters.
NONSENSE, STRANGE, USUAL, SURE = 0.03, 0.2, 0.28, 0.4  # Of text in its own set a third and more is usual characters.
# What is met in any longer text: hanzi, kanji and syllables that are each one in some hundred.
COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日这個們來為國說時會對於著過發後裡經麼學當沒動還進"
    "樣開從實無見長係唔佢哋嘅咗喺數文件使选項選项命令行名默认认本月火水木金土東京言話者何今手目間回気分車店朝夜父母友物書"
    "이다는에의을를가고하한지도은로사기자인시어리아대나서그해일있것들수정보라부전여제없었습니까만과음안"
)
# Signs, kana, and the Greek and Cyrillic letters that these sets have as well.
SHARED = re.compile("[\u3000-\u303f\u3041-\u3096\u30a1-\u30fe\uff01-\uff60\u0370-\u045f]")
HALF_WIDE = re.compile("[\uff61-\uff9f]+")
EAST_ASIAN = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef\n\r -~]")
MOST_EAST_ASIAN = 0.98  # So are pairs of ASCII's letters, but not the stops.
STOPS = re.compile("[、。，！？：]")


def usual_share(text: str) -> float:
    """The share of the characters beyond ASCII, up to the first 2,000, that are usual in texts of East Asian sets."""
    beyond = list(islice(BEYOND_ASCII.findall(text), JUDGED_CHARACTERS))
    counts = Counter(beyond)
    usual = sum(count for one, count in counts.items() if one in COMMON or SHARED.match(one))
    return usual / max(1, len(beyond))


def likelier_set(sample: bytes, detected: str) -> str | None:
    """The East Asian set that the bytes are in rather than in the one detected; None if neither makes usual text.

    Args:
        sample: of the bytes; of a short one the detected set is given back.
        detected: one of `SETS`.
    """
    if len(sample.translate(None, ASCII)) < ENOUGH:
        return detected
    shares = _shares(sample)
    text = sample.decode(detected, "replace")  # It may have signs that only a larger set of its kind has.
    # One half may be in another.
    own = min(usual_share(text[: len(text) // 2]), usual_share(text[len(text) // 2 :]))
    shares[detected] = own
    best = max(shares, key=lambda name: shares[name])
    if own < STRANGE and shares[best] >= USUAL:
        return best
    return detected if own >= NONSENSE else None


def surest_set(sample: bytes) -> str | None:
    """The East Asian set in which the bytes are text of its usual characters; None if there is none."""
    if len(sample.translate(None, ASCII)) < ENOUGH:
        return None
    shares = _shares(sample)
    return max((name for name in shares if shares[name] >= SURE), key=lambda name: shares[name], default=None)


def _shares(sample: bytes) -> dict[str, float]:
    """Of the sets that the bytes fit, what share of them is usual characters in each."""
    texts = {name: _decoded(sample, name) for name in SETS}
    return {name: usual_share(text) for name, text in texts.items() if text is not None}


def is_half_wide(text: str) -> bool:
    """Whether all that is beyond ASCII are half-wide katakana, which single bytes of any Western text may look like."""
    return not BEYOND_ASCII.search(HALF_WIDE.sub("", text))


def wide_guess(head: bytes) -> str | None:
    """UTF-16 without a byte order mark, and next to no ASCII, whose NULs would tell it; None if it is not that.

    A byte that is left at the end is passed over.
    """
    for name in ("utf-16-le", "utf-16-be"):
        text = _decoded(head, name) or ""
        is_east_asian = len(EAST_ASIAN.findall(text)) >= MOST_EAST_ASIAN * len(text)
        if text and is_east_asian and len(STOPS.findall(text)) * 100 >= len(text):
            return name
    return None


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None
