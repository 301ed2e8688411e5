"""How much decoded text looks like text: words in one script, their capitals in front, letters of one language."""

import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import combinations, islice

JUDGED_CHARACTERS = 2000
SHOUTED = 0.85  # Of a text in capitals: small letters of another set look like that.
# The letters beyond ASCII of each language in Latin or Cyrillic script: letters of no one language show a wrong set.
ALPHABETS = {
    "Albanian": "çë",
    "Azerbaijani, Turkish": "âçğıİîöşûüə",
    "Breton": "àâéêîñôùûü",
    "Catalan": "àçèéíïòóúü",
    "Croatian, Serbian, Slovenian": "ćčđšž",
    "Czech": "áčďéěíňóřšťúůýž",
    "Danish, Norwegian": "æøåéóôêèü",
    "Dutch": "áäèéêëïóöüĳ",
    "Esperanto": "ĉĝĥĵŝŭ",
    "Estonian, Finnish, Swedish": "äåéõöüàšž",
    "French": "àâæçéèêëîïôœùûüÿ",
    "German": "äöüßéà",
    "Hungarian": "áéíóöőúüű",
    "Faroese": "áðíóúýæø",
    "Icelandic": "áðéíóúýþæö",
    "Irish, Welsh": "áéíóúâêîôûŵŷ",
    "Italian": "àèéìíîòóùú",
    "Latvian": "āčēģīķļņōŗšūž",
    "Lithuanian": "ąčęėįšųūž",
    "Maltese": "ċġħżàèìòù",
    "Polish": "ąćęłńóśźż",
    "Portuguese": "áâãàçéêíóôõúü",
    "Romanian": "âăîșşțţ",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Spanish": "áéíñóúüªº",
    "Walloon": "âåçéèêîôùû",
    "Belarusian": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "Bulgarian, Russian": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "Macedonian": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
    "Serbian": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "Ukrainian": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "Vietnamese": "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
}
# Letters of the languages that windows-1252 is for.
WESTERN_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœ")
# Signs that texts of any language have; whatever else is no letter speaks against a set.
SIGNS = frozenset("’‘‚“”„‹›«»–—―…•·†‡§©®™°±²³¹µ¼½¾×÷£€¥¿¡№−´ªº،؛؟־׳״\u00a0\u00ad\u200e\u200f\u200c\u200d") | frozenset(
    "、。「」『』【】〈〉《》〔〕・ー々〇：；！？（），．～　％／＝＋￥‥※○●◎◆◇□■△▲▽▼→←↑↓★☆"
)
NEVER_AFTER_LETTERS = frozenset("„‚€£¥¿¡")
BIG_CHARACTERS = "\u3000"  # From here on one may be a word.
WITHIN_WORDS = frozenset("’´·–—\u00a0\u00ad\u200c\u200d‘ー々〇・")
LONE = frozenset("àáâèéêìíîòóôùúûåæøöäüýïëÀÁÈÉÊÒÓÔÚÅÆØÖÄÜÎÍ")
BIG = frozenset(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"))
NUMBERED = re.compile("[\u2160-\u2179\u2460-\u24ff\u3200-\u33ff]")  # In circles, Roman, of months: in East Asian sets.
WITH_FEW_LONE = frozenset(("CYRILLIC", "GREEK", "HEBREW", "ARABIC"))  # Of letters that are a word each.
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

ADJACENT = re.compile(r"(?:[^\W\d_](?<![\x00-\x7f])){2}")


def plausibility(text: str, languages: int = 1) -> float:
    """The share of the characters beyond ASCII, up to the first `JUDGED_CHARACTERS`, that stand where such ones do.

    Args:
        text: decoded.
        languages: of how many at most the letters in Latin script may be.
    """
    total, good, shouted, lone, letters = 0, 0, 0, 0, Counter[str]()
    for found in BEYOND_ASCII.finditer(text):
        total += 1
        first = found.start()
        character, before, after = found.group(), text[max(0, first - 1) : first], text[first + 1 : first + 2]
        # Between ASCII's capitals it is one whatever the set.
        shouted += character.isupper() and before.isupper() and not before.isascii()
        lone += _script(character) in WITH_FEW_LONE and not before.isalpha() and not after.isalpha()
        if _stands_well(character, before, after, text[max(0, first - 2) : first]):
            if _script(character) in ("LATIN", "CYRILLIC"):
                letters[character.lower() if len(character.lower()) == 1 else character] += 1
            else:
                good += 1
        if total == JUDGED_CHARACTERS:
            break
    sets = combinations(ALPHABETS.values(), languages)
    covered = max((sum(letters[one] for one in set().union(*known)) for known in sets), default=0)
    share = (good + covered) / total if total else 1.0
    return share * SHOUTED if max(shouted, lone) * 2 > total else share


def western_share(text: str) -> float:
    """The share of the characters beyond ASCII that are Western letters beside ASCII's, or signs that stand well."""
    total, good = 0, 0
    for found in islice(BEYOND_ASCII.finditer(text), JUDGED_CHARACTERS):
        first, character = found.start(), found.group()
        before, after = text[max(0, first - 1) : first], text[first + 1 : first + 2]
        near = any(one.isascii() and one.isalpha() for one in (before, after))
        known = character in SIGNS or (character.lower() in WESTERN_LETTERS and (near or character in LONE))
        total += 1
        good += known and _stands_well(character, before, after, text[max(0, first - 2) : first])
    return good / total if total else 0.0


def has_words(text: str) -> bool:
    """Whether two letters beyond ASCII stand side by side anywhere."""
    return ADJACENT.search(text) is not None


def has_script(text: str, script: str) -> bool:
    """Whether at least half of the letters beyond ASCII, up to the first `JUDGED_CHARACTERS`, are of a script."""
    letters = [one for one in islice(BEYOND_ASCII.findall(text), JUDGED_CHARACTERS) if one.isalpha()]
    return sum(_script(one) == script for one in letters) * 2 >= len(letters) > 0


def evidence(text: str, most: int = 5) -> tuple[str, ...]:
    """Up to five words of the text that show most of its characters beyond ASCII, each by the first that has it."""
    seen: set[str] = set()
    words: list[str] = []
    for found in re.finditer(r"\S+", text[: 1 << 16]):
        if found.group().isascii():
            continue
        word = found.group().strip("\"'()[]{},;:.!?<>*")[:24]
        new = set(BEYOND_ASCII.findall(word)) - seen
        if new and word not in words and (len(word) > 1 or word >= BIG_CHARACTERS):
            seen |= new
            words.append(word)
        if len(words) == most:
            break
    return tuple(words)


def _stands_well(character: str, before: str, after: str, two_before: str) -> bool:
    if character in NEVER_AFTER_LETTERS and before.isalpha():
        return False
    if character in SIGNS:
        return character in WITHIN_WORDS or not (before.isalpha() and after.isalpha() and _script(before) == "LATIN")
    category = unicodedata.category(character)
    if category in ("Mn", "Mc"):
        return before.isalpha() or unicodedata.category(before or " ") in ("Mn", "Mc")
    if category[0] != "L":
        is_digit = category[0] == "N" and _script(character) in ("THAI", "ARABIC-INDIC", "DEVANAGARI")
        return is_digit or NUMBERED.match(character) is not None
    script = _script(character)
    if script in BIG:
        return not (before.isascii() and before.isalpha() and after.isascii() and after.isalpha())
    if any(one.isalpha() and _script(one) != script for one in (before, after)):
        return False
    if script == "LATIN" and not before.isalpha() and not after.isalpha():
        return character in LONE
    if category == "Lu":
        return not (before.islower() and before.isalpha())
    return not (
        category == "Ll" and character != "ß" and len(two_before) == 2 and two_before.isupper() and after.isupper()
    )


@cache
def _script(character: str) -> str:
    return unicodedata.name(character, "NONE").split(" ", 1)[0].split("-", 1)[0] if character else ""
