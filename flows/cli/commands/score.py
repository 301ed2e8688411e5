"""`score`: how surprised a finished model is by a text, character by character."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Any

from cyclopts import Parameter

from flows.errors import UsageError
from flows.runs.search import latest_run, load_model
from tasks.corpus.choices import Level
from tasks.corpus.errors import CorpusError, why_unread
from tasks.corpus.members import members
from tasks.corpus.sources import from_home
from tasks.text.characters import visible
from tasks.text.decoding import decode
from tasks.text.normalising import normal
from tasks.text.prompts import PromptError, UnknownPolicy
from tasks.text.screening import check_bytes
from tasks.text.vocabulary import Vocabulary

SHADES = (None, 236, 238, 94, 130, 166, 196)  # of 256 colours: from none to red, one for each bit and a half
BITS_A_SHADE = 1.5
OPTION_OF_A_CORPUS = re.compile(r"[;:,] [^;:,]*--(encoding|on-damage|level|member)\b.*", re.DOTALL)


def score(
    first: Annotated[str | None, Parameter(name="MODEL", allow_leading_hyphen=True)] = None,
    second: Annotated[str | None, Parameter(name="FILE", allow_leading_hyphen=True)] = None,
    /,
    *,
    alternatives: int = 0,
    json_lines: Annotated[bool, Parameter(name="--json", negative=())] = False,
    csv_lines: Annotated[bool, Parameter(name="--csv", negative=())] = False,
    unknown_characters: UnknownPolicy = "refuse",
) -> int:
    """Tell a text's bits per character under a finished model, and each character's surprise.

    In a terminal the text is shown in shades: the redder, the more surprising. The text is taken to begin after a new
    line. MODEL may be left out.

    Parameters
    ----------
    first
        latest, the name of a run, or the folder of a run or model.
    second
        The text: a file, or - for standard input.
    alternatives
        How many of the likeliest characters to tell at each place.
    json_lines
        Write a line of JSON for each character.
    csv_lines
        Write a line of CSV for each character.
    unknown_characters
        Characters that the model lacks: refuse, nearest or drop; refuse takes them for the model's unknown character
        where it has one.
    """
    model, file = _asked(first, second)
    content = _content(file)
    finished = load_model(model)
    vocabulary = finished.vocabulary
    fitted = _fitted(_text(content, file, vocabulary.level), vocabulary, unknown_characters, model)
    if not fitted:
        raise UsageError(f"{file} holds no characters that the model {named(model)} knows")
    writer = _json if json_lines else _csv if csv_lines else _lines if alternatives else _shades
    total = 0.0

    def counted() -> Iterator[Any]:
        nonlocal total
        for one in finished.score(fitted, alternatives):
            total += one.bits
            yield one

    sys.stdout.writelines(writer(counted()))
    (sys.stderr if json_lines or csv_lines else sys.stdout).write(_summary(total, fitted, vocabulary))
    return 0


def _asked(first: str | None, second: str | None) -> tuple[str, str]:
    """The model and the file that are given, the first of which may be left out."""
    if first is None:
        raise UsageError("which text? name a file, as in score poem.txt, or - for standard input")
    return ("latest", first) if second is None else (first, second)


def named(model: str) -> str:
    """What a model is called in a message: the latest by its run."""
    return latest_run().name if model == "latest" else model


def _content(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else from_home(file).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the text {file}: {why_unread(error)}") from error


def _text(content: bytes, file: str, level: Level) -> str:
    """The text that bytes are, unpacked as those of a corpus are.

    At their own level any are one, those that are of no character escaped as Python does it.
    """
    try:
        found = list(islice(members(io.BytesIO(content), as_bytes=level == "byte"), 2))
        if len(found) > 1:
            raise CorpusError("it is an archive of several files; unpack it and give one")
        with found[0].open() as stream:
            if level == "byte":
                return stream.read().decode("utf-8", "surrogateescape")
            check_bytes(stream, name=found[0].name, markup="keep")
        return normal("".join(decode(found[0], encoding=None, declared=None).texts))
    except CorpusError as error:
        raise UsageError(f"cannot read the text {file}: {_advised(str(error))}") from error


def _advised(told: str) -> str:
    """What is told of a corpus, of a text: with what can be done to it in the place of options for corpora alone."""
    told = told.replace("the corpus", "it")
    option = OPTION_OF_A_CORPUS.search(told)
    if not option:
        return told
    joint = ", or" if option[0].startswith(",") else ";"
    return told[: option.start()] + (f"{joint} convert it to UTF-8 first" if "--encoding" in option[0] else "")


def _fitted(text: str, vocabulary: Vocabulary, policy: UnknownPolicy, model: str) -> str:
    """The text with only characters that the model can read: unknown ones too, where it has one for them."""
    if vocabulary.unknown_character and policy == "refuse":
        return text
    try:
        return vocabulary.fit_prompt(text, policy, what="text")
    except PromptError as error:
        raise UsageError(f"by the model {named(model)}, {error}") from error


def _summary(bits: float, fitted: str, vocabulary: Vocabulary) -> str:
    """The line at the end, of a text of so many bits."""
    unknown = sum(map(fitted.count, vocabulary.unknown(fitted)))
    size, unit = len(vocabulary.inside(fitted)), vocabulary.level
    beside = f", {unknown:,} of them unknown to the model" if unknown else ""
    return f"{bits / size:.4f} bits per {unit}, {size:,} {unit}s{beside}\n"


def _json(scored: Iterable[Any]) -> Iterator[str]:
    for offset, one in enumerate(scored):
        others = {"alternatives": [[c, round(p, 6)] for c, p in one.alternatives]} if one.alternatives else {}
        line = {"offset": offset, "character": one.character, "bits": round(one.bits, 4), **others}
        yield json.dumps(line) + "\n"


def _csv(scored: Iterable[Any]) -> Iterator[str]:
    """Columns: offset, code point, bits, then each alternative's code point and probability."""

    class Line:
        def write(self, line: str) -> str:
            return line

    writer = csv.writer(Line(), lineterminator="\n")
    for offset, one in enumerate(scored):
        others = [value for c, p in one.alternatives for value in (_code(c), f"{p:.6f}")]
        yield str(writer.writerow([offset, _code(one.character), f"{one.bits:.4f}", *others]))


def _code(character: str) -> str:
    """Its code point; a byte that is written out stays as it is."""
    return f"U+{ord(character):04X}" if len(character) == 1 else character


def _lines(scored: Iterable[Any]) -> Iterator[str]:
    """A line for each character: it, its bits, what else could stand there."""
    for one in scored:
        others = "  ".join(f"{visible(c)} {100 * p:.1f} %" for c, p in one.alternatives)
        yield f"{_shaded(visible(one.character), one.bits)}\t{one.bits:6.2f}\t{others}\n"


def _shades(scored: Iterable[Any]) -> Iterator[str]:
    """The text in shades in a terminal; elsewhere nothing."""
    if not sys.stdout.isatty():
        for _ in scored:
            pass
        return
    for one in scored:
        mark = "↵" if one.character == "\n" and one.bits > BITS_A_SHADE else ""
        shown = mark if one.character == "\n" else visible(one.character, kept="\t")
        yield _shaded(shown, one.bits) + ("\n" if one.character == "\n" else "")
    yield "\n\n"


def _shaded(shown: str, bits: float) -> str:
    shade = SHADES[min(int(bits / BITS_A_SHADE), len(SHADES) - 1)]
    return f"\x1b[48;5;{shade}m{shown}\x1b[0m" if shade and shown and sys.stdout.isatty() else shown
