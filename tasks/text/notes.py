"""Notes on the members of a corpus: each is said once, and of many the first."""

from collections.abc import Iterable

from tasks.text.characters import shortened

SHOWN_NOTES = 20


class Notes:
    """Notes in the order in which they came."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._more = 0

    def add(self, name: str, notes: Iterable[str]) -> None:
        """Take notes on a member; one without a name is the corpus itself."""
        for note in notes:
            said = f"{shortened(name)}: {note}" if name else note
            if said in self._shown:
                continue
            if len(self._shown) < SHOWN_NOTES:
                self._shown.append(said)
            else:
                self._more += 1

    def all(self) -> list[str]:
        """Those that are shown, and how many more there are."""
        return [*self._shown, *([f"and {self._more:,} more notes"] if self._more else [])]
