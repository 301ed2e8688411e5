"""UTF-16 and UTF-32 without a byte order mark, told by where their NULs stand."""

import codecs

from tasks.text.byte_sample import SAMPLE_BYTES

UTF_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")


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
