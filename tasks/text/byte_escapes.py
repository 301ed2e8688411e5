"""Decoding in pieces, where every byte that does not fit becomes an escape: a lone surrogate.

No character set has lone surrogates, so that escapes can be told from text, counted and replaced.
"""

import codecs
import re
from collections.abc import Iterable, Iterator

ESCAPE = 0xDC00
ESCAPES = "[\ud800-\udfff]"
CESU_PAIR = re.compile("\udced[\udca0-\udcaf][\udc80-\udcbf]\udced[\udcb0-\udcbf][\udc80-\udcbf]")
ALL_ESCAPES = "".join(map(chr, range(ESCAPE, ESCAPE + 256)))
HANDLER = "charflow.escape"


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(ESCAPE + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(HANDLER, _escape)


def is_utf_8(content: bytes) -> bool:
    """Whether all bytes fit UTF-8, so that there would be no escape."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def escaped_bytes(escapes: str) -> bytes:
    """The bytes that a run of escapes stands for."""
    return bytes(ord(escape) - ESCAPE for escape in escapes)


class EscapingDecoder:
    """An incremental decoder of one character set.

    Attributes:
        first_error: the offset of the first byte that does not fit; None if all did.
        tail: the bytes of a last character that was cut off.
    """

    def __init__(self, codec: str) -> None:
        self.first_error: int | None = None
        self.tail = b""
        self.escaped = False
        self._fed = 0
        # Python's UTF-7 takes lone surrogates for characters.
        self._lax = codecs.lookup(codec).name == "utf-7"
        # Python's own handler makes the same escapes of bytes beyond ASCII, and is fast.
        self._handler = "surrogateescape" if codec == "utf-8" else HANDLER
        self._decoder = codecs.getincrementaldecoder(codec)("strict")

    @property
    def between_characters(self) -> bool:
        """Whether the bytes so far end with a whole character."""
        return not self._decoder.getstate()[0]

    def skip(self, count: int) -> None:
        """Count bytes that were decoded elsewhere."""
        self._fed += count

    def decode(self, piece: bytes) -> str:
        """The characters that the piece completes; `escaped` says whether there are escapes among them."""
        state = self._decoder.getstate()
        self.escaped = self._lax
        try:
            text = self._decoder.decode(piece)
        except UnicodeDecodeError as error:
            if self.first_error is None:
                self.first_error = self._fed - len(state[0]) + error.start
            self.escaped = True
            self._decoder.setstate(state)
            self._decoder.errors = self._handler
            text = self._decoder.decode(piece)
            self._decoder.errors = "strict"
        self._fed += len(piece)
        return text

    def finish(self) -> str:
        """What was still waiting for its end; `tail` if it lacks one."""
        waiting = self._decoder.getstate()[0]
        try:
            return self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self.tail = waiting
            return ""


def texts(pieces: Iterable[bytes], decoder: EscapingDecoder, *, ascii_alone: bool) -> Iterator[tuple[str, bool, int]]:
    """The text in pieces, each with whether it holds escapes and how many CESU-8 pairs became their character.

    A run of escapes is never cut in two.

    Args:
        pieces: the bytes.
        decoder: fresh.
        ascii_alone: whether pieces of ASCII alone need no decoder.
    """
    waiting = ""
    for piece in pieces:
        if ascii_alone and piece.isascii() and decoder.between_characters:
            decoder.skip(len(piece))
            text, escaped = piece.decode("ascii"), bool(waiting)
        else:
            text = decoder.decode(piece)
            escaped = decoder.escaped or bool(waiting)
        text, waiting = waiting + text, ""
        if escaped:
            end = len(text.rstrip(ALL_ESCAPES))
            text, waiting = text[:end], text[end:]
        if text:
            yield _joined_pairs(text) if escaped else (text, False, 0)
    text = waiting + decoder.finish()
    if text:
        yield _joined_pairs(text)


def _joined_pairs(text: str) -> tuple[str, bool, int]:
    text, pairs = CESU_PAIR.subn(lambda pair: _character(escaped_bytes(pair.group())), text)
    return text, bool(re.search(ESCAPES, text)), pairs


def _character(pair: bytes) -> str:
    return pair.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass").decode("utf-16-le")
