"""Selection of an archive's members by patterns."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from tasks.corpus.errors import CorpusError
from tasks.corpus.patterns import on_braces
from tasks.text.characters import shortened

SHOWN_NAMES = 8


class Selection:
    """Which members are wanted: those whose name, or its last part, matches one of the patterns; without any, all.

    Args:
        patterns: as a shell has them; `*` stands for slashes too.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self.patterns = tuple(patterns)
        self.unmatched = set(self.patterns)
        self.names: list[str] = []
        self.count = 0

    @property
    def means_hidden(self) -> bool:
        """Whether a pattern writes out the dot that hidden names begin with."""
        return any(part.startswith(".") for pattern in self.patterns for part in pattern.split("/"))

    def takes(self, name: str) -> bool:
        """Whether a member of this name, or an archive of this name with all its members, is wanted."""
        matched = {one for one in self.patterns if _matches(name, one)}
        self.unmatched -= matched
        return not self.patterns or bool(matched)

    def note(self, name: str) -> None:
        """Remember a member, wanted or not, to be told of."""
        self.count += 1
        if len(self.names) < SHOWN_NAMES:
            self.names.append(shortened(name))

    def check(self) -> None:
        """Refuse patterns that matched nothing.

        Raises:
            CorpusError: there is one.
        """
        missing = [one for one in self.patterns if one in self.unmatched]
        if not missing:
            return
        more = f" and {self.count - len(self.names):,} more" if self.count > len(self.names) else ""
        there = f"there are {', '.join(filter(None, self.names))}{more}" if any(self.names) else "it is no archive"
        braces = on_braces(missing[0], "--member")
        raise CorpusError(f"no member of the corpus is called {missing[0]} (--member); {there}{braces}")


def _matches(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern)
