"""Normalise: downloaded bytes in, one normal text out, and where its documents begin."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.caching import Artifact, Outcome, stage
from tasks.corpus.choices import DocumentUnit, Duplicates, Level, Markup, OnDamage

if TYPE_CHECKING:
    from tasks.corpus.selection import Selection
    from tasks.text.documents import Divider
    from tasks.text.joined import JoinedText
    from tasks.text.profile import Profile

UNDIVIDED = "undivided"
FEWEST_ENDED = 10


@stage(
    libraries=("chardetng-py", "llvmlite", "numpy", "pyarrow", "trafilatura", "unicode", "webencodings", "zstandard")
)
def normalise(
    out: Path,
    downloads: list[Artifact],
    *,
    level: Level = "character",
    encoding: str | None = None,
    on_damage: OnDamage = "refuse",
    markup: Markup = "refuse",
    member: Sequence[str] = (),
    field: str | None = None,
    strip_gutenberg: bool | None = None,
    documents: DocumentUnit = "files",
    duplicates: Duplicates = "keep",
    end_mark: bool = False,
) -> Outcome:
    """Unpack, decode, normalise and join the corpora into `text.txt`: UTF-8, LF, NFC, each on lines of its own.

    At the level of bytes they are only unpacked and joined, and each byte becomes the character of its number.

    `documents.parquet` says where each document begins, and `profile.json` what the text is like, for the comparison
    with the next one from the same place.

    Raises:
        CorpusError: one is no text or is damaged, or the whole is too short, or of too few documents to compare them
            or to learn their ends.
        MissingExtraError: text is to be extracted, and the extra `html` is not installed.
    """
    from tasks.corpus.selection import Selection
    from tasks.data.division import divide
    from tasks.data.duplicates import drop_duplicates
    from tasks.text.documents import Divider
    from tasks.text.joined import JoinedText
    from tasks.text.treatment import Treatment

    treatment = Treatment(
        level=level, encoding=encoding, on_damage=on_damage, markup=markup, field=field, strip_gutenberg=strip_gutenberg
    )
    with (out / UNDIVIDED).open("w+b") as file, tempfile.TemporaryFile(dir=out) as begins:
        joined = JoinedText(file=file, begins=begins, treatment=treatment)
        _join(downloads, joined, Selection(member))
        dropped = drop_duplicates(joined, documents) if duplicates == "drop" else []
        divider = Divider(documents, marked=end_mark)
        profile = divide(joined, divider, out)
    if end_mark:
        _check_ends(divider.documents)
    (out / "profile.json").write_text(profile.to_json(), encoding="ascii")
    facts = {**_facts(joined, divider, profile, dropped, documents), "bytes": (out / "text.txt").stat().st_size}
    return Outcome(facts=facts, indifferent=_indifferent(joined, markup, duplicates, dropped))


def _join(downloads: Sequence[Artifact], joined: "JoinedText", selection: "Selection") -> None:
    """Add what was fetched, as much of it as is selected."""
    from tasks.corpus.errors import numbered

    for number, download in enumerate(downloads, 1):
        declared = download.path("charset").read_text() if "charset" in download.names else None
        with numbered(number, len(downloads)):
            joined.add_corpus(download.path("corpus"), declared, selection)
    selection.check()


def _check_ends(documents: int) -> None:
    """Raise if there are too few documents to learn where one ends."""
    from tasks.corpus.errors import CorpusError

    if documents < FEWEST_ENDED:
        count = f"{documents} document{'' if documents == 1 else 's'}"
        raise CorpusError(
            f"--end-mark: the corpus has {count}; {FEWEST_ENDED} are the least to learn where one ends: "
            "pass --documents lines or blank-lines, or leave it out"
        )


def _facts(
    joined: "JoinedText", divider: "Divider", profile: "Profile", dropped: Sequence[str], divided_by: DocumentUnit
) -> dict[str, Any]:
    """What is known of the text, and of the documents that it is divided into; `dropped` says of equal ones."""
    from tasks.text.inventory import inventory

    level = joined.treatment.level
    notes = [*joined.notes, *dropped]
    found = inventory(joined.encodings, [*profile.alphabet.values()], notes, divider.documents, level)
    return {
        "characters": divider.characters,
        "documents": divider.documents,
        "encodings": dict(joined.encodings),
        **({"level": level} if level != "character" else {}),
        "divided_by": divided_by,
        **({"has_lost_duplicates": True} if dropped else {}),
        "findings": [found],
    }


def _indifferent(joined: "JoinedText", markup: Markup, duplicates: Duplicates, dropped: Sequence[str]) -> list[str]:
    """The options that changed nothing of this text, by name."""
    changes_nothing = {
        "on_damage": not joined.is_damaged,
        "markup": markup == "refuse",  # else there was none
        "duplicates": duplicates == "drop" and not dropped,
    }
    return [name for name, holds in changes_nothing.items() if holds]
