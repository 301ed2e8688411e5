"""Entries of an archive: what each holds, and which are the systems' own and no part of a corpus."""

import re
from dataclasses import dataclass

from tasks.corpus.ranges import Bytes

OF_SYSTEMS = re.compile(
    r"""(?:.*/)?(?:
        (?:__MACOSX|\.git|\.svn|\.hg|\.Spotlight-V100|\.Trashes|\.fseventsd|@eaDir|\$RECYCLE\.BIN|PaxHeaders?[^/]*
            |System\ Volume\ Information) / .*
        | \._[^/]* | \.DS_Store | Thumbs\.db | ehthumbs\.db | desktop\.ini | Icon\r | pax_global_header
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Entry:
    """A file in an archive.

    Attributes:
        name: as the archive has it. It is a name and no path: nothing is ever opened by it.
        content: its bytes.
    """

    name: str
    content: Bytes


def is_of_systems(name: str) -> bool:
    """Whether a file of this name was left by a file manager, an archiver or a version control, beside the files."""
    return OF_SYSTEMS.fullmatch(name) is not None
