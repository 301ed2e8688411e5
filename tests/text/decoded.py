"""Texts to decode, and a reading of bytes as any test of decoding wants it."""

import io

from tasks.corpus.members import Member
from tasks.text.decoding import decode

ENGLISH = "It was the best of times, it was the worst of times.\n" * 20
FRENCH = (
    "Longtemps, je me suis couché de bonne heure. Parfois, à peine ma bougie éteinte, mes yeux se fermaient.\n" * 20
)
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n" * 20
CHINESE = "道可道，非常道。名可名，非常名。無名天地之始；有名萬物之母。\n" * 20
JAPANESE = "吾輩は猫である。名前はまだ無い。\n" * 50


def read(content, encoding=None, declared=None, on_damage="refuse"):
    member = Member("", lambda: io.BytesIO(content))
    found = decode(member, encoding=encoding, declared=declared, on_damage=on_damage)
    text = "".join(found.texts)
    if found.plain:
        assert b"".join(found.plain) == text.encode()
    return found.reading, text


def decoded(content, encoding=None, declared=None):
    reading, text = read(content, encoding, declared)
    return text, reading.encoding
