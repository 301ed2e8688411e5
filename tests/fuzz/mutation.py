"""Inputs made by chance: a seed with a few things done to it that no writer of it would do."""

TELLING = [b"\0", b"\xff", b"\xfe", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"<", b"&", b"PK\x03\x04"]
TELLING += [
    b"\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
    b"\x1b$B",
    b"\x7f\xff\xff\xff",
    b"%",
    b"${",
    b"9" * 20,
]


def mutated(content, others, chance):
    """The content after up to six changes; pieces of the others may come in."""
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        content = chance.choice(CHANGES)(content, others, chance)
    return content


def _place(content, chance):
    return chance.randrange(len(content) + 1)


def _flip(content, others, chance):
    if not content:
        return content
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def _overwrite(content, others, chance):
    place, piece = _place(content, chance), chance.choice(TELLING)
    return content[:place] + piece + content[place + len(piece) :]


def _insert(content, others, chance):
    place = _place(content, chance)
    return content[:place] + chance.choice(TELLING) * chance.choice((1, 1, 2, 50)) + content[place:]


def _insert_noise(content, others, chance):
    place = _place(content, chance)
    return content[:place] + chance.randbytes(chance.randrange(40)) + content[place:]


def _delete(content, others, chance):
    start, end = sorted((_place(content, chance), _place(content, chance)))
    return content[:start] + content[min(end, start + chance.choice((1, 4, 100, len(content)))) :]


def _repeat(content, others, chance):
    start, end = sorted((_place(content, chance), _place(content, chance)))
    piece = content[start : min(end, start + 2000)]
    return content[:end] + piece * chance.choice((1, 2, 8)) + content[end:]


def _cut(content, others, chance):
    return content[: _place(content, chance)]


def _splice(content, others, chance):
    other = chance.choice(others)
    return content[: _place(content, chance)] + other[_place(other, chance) :]


CHANGES = [_flip, _overwrite, _insert, _insert_noise, _delete, _repeat, _cut, _splice]
