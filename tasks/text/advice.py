"""What is said of a character set that is in doubt, and of bytes in none that can be told."""

from tasks.text import ebcdic
from tasks.text.byte_pieces import BytePieces
from tasks.text.byte_sample import SAMPLE_BYTES, sample_of
from tasks.text.candidates import candidate, ranked
from tasks.text.detection import LEAST, guess
from tasks.text.kinds import CONTROLS
from tasks.text.mixed_sets import TWO_SETS, UTF_8_AND_ANOTHER, has_lines_of_two_sets, is_mixed

DOUBTFUL = 0.75
NAMED = 3
BINARY_SHARE = 0.04  # Of the bytes, control characters; of any bytes a tenth is.
FEWEST_CONTROLS = 4


def doubt(pieces: BytePieces, encoding: str) -> str | None:
    """A note where bytes fit a character set, but read unlike text in it and like text in another."""
    if candidate(encoding, sample_of(pieces)).likelihood >= DOUBTFUL or (best := guess(pieces)) is None:
        return None
    words = ", ".join(best.words)
    return f"reads unlike text in {encoding}: perhaps {best.encoding} ({words}); try --encoding {best.encoding}"


def refusal(pieces: BytePieces) -> str:
    """What bytes may be in of which nothing is clear, and what to do."""
    sample = sample_of(pieces)
    if is_mixed(sample):
        return TWO_SETS
    if has_lines_of_two_sets(pieces):
        return UTF_8_AND_ANOTHER
    if words := ebcdic.words_of(sample):
        return f"perhaps EBCDIC: try --encoding {ebcdic.NAMED}, the text would have {', '.join(words)}"
    if share := _share_of_controls(pieces.head[:SAMPLE_BYTES]):
        return (
            f"it is no text, for {100 * share:.0f} % of its bytes are control characters; give a text, "
            "or train on its bytes (--level byte)"
        )
    best = [one for one in ranked(sample) if one.words and "".join(one.words).isprintable()][:NAMED]
    if not best:
        return "pass --encoding"
    names = ", ".join(one.encoding for one in best)
    few = len(sample.translate(None, bytes(range(128)))) < LEAST
    drop = "; or drop what is no UTF-8: --encoding utf-8 --on-damage drop" if few else ""
    return f"perhaps {names}: try --encoding {best[0].encoding}, the text would have {', '.join(best[0].words)}{drop}"


def _share_of_controls(head: bytes) -> float:
    """The share of control characters in what is binary; 0 for what may be text, in UTF-16 too."""
    # Of a text in UTF-16 half the bytes may be such, but hardly any of the lower ones.
    counts = [len(CONTROLS.findall(half)) for half in (head[::2], head[1::2])]
    is_binary = min(counts) >= max(FEWEST_CONTROLS, BINARY_SHARE * len(head) / 2)
    return sum(counts) / len(head) if is_binary else 0.0
