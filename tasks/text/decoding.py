"""From a corpus's bytes to text: its character set."""

from charset_normalizer import from_bytes

from tasks.corpus.errors import CorpusError

SAMPLE_BYTES = 1 << 20
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


def decode(plain: bytes, *, encoding: str | None, declared: str | None) -> tuple[str, str]:
    """The text of a corpus and the name of its character set.

    The character set is the one asked for, else that of a byte order mark, else the one a server
    declared, else UTF-8, else the likeliest. Nothing is ever replaced silently.

    Args:
        plain: the bytes.
        encoding: the character set that the user names.
        declared: the one that the server named.

    Raises:
        CorpusError: it is binary, or not of the character set.
    """
    mark = next((name for start, name in MARKS.items() if plain.startswith(start)), None)
    chosen = encoding or mark or declared or _detected(plain)
    try:
        text = plain.decode(chosen)
    except LookupError:
        raise CorpusError(f"there is no character set {chosen!r}; pass --encoding with another") from None
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"the corpus is not {chosen}: byte {plain[error.start]:#04x} at offset {error.start:,} does not fit; "
            "pass --encoding with the right one"
        ) from None
    _refuse_nul(text)
    return text, chosen.removesuffix("-sig")


def _detected(plain: bytes) -> str:
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        first = max(0, error.start - SAMPLE_BYTES // 2)
        return _likeliest(plain[first : first + SAMPLE_BYTES])
    return "utf-8"


def _likeliest(sample: bytes) -> str:
    """The likeliest character set of bytes that are not valid UTF-8.

    Text in another character set hardly ever has valid UTF-8 sequences beyond ASCII, so that more of them than
    of invalid ones is the mark of damaged UTF-8, of which any guess would make nonsense.
    """
    replaced = sample.decode("utf-8", "replace")
    invalid = replaced.count("\ufffd")
    if sum(character > "\x7f" for character in replaced) > 2 * invalid:
        return "utf-8"
    best = from_bytes(sample).best()
    if best is None:
        raise CorpusError("the corpus is in no character set that can be told; pass --encoding")
    return best.encoding


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise CorpusError(
            f"the corpus is binary, or in another character set: a NUL at character {text.index(chr(0)):,}; "
            "give a text, or pass --encoding (utf-16-le, for one)"
        )
