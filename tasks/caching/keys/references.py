"""What a definition refers to: its names and strings as marks in a text, numbered as they are met."""

import ast
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tasks.caching.keys.bindings import Module
from tasks.caching.keys.digests import digest_of_file
from tasks.caching.keys.names import MODULE_NAMES, WHOLE, Definition, Meaning, Names
from tasks.caching.keys.nodes import Function, Import, imports, names_bound, walk

INTROSPECTION = frozenset({"__doc__", "__annotations__", "inspect", "get_type_hints", "__code__"})
WORDS = INTROSPECTION | {"__subclasses__"}


@dataclass
class References:
    """What is referred to by the statements of one definition, which `enter` announces one by one.

    Attributes:
        names: those of the project.
        module: where the statements stand.
        definitions: definitions that are mentioned, with the number that stands for each.
        words: those of `WORDS` that are mentioned.
        loads: modules that may be imported when the statements run.
        files: the data files that are named, with the SHA-256 of each.
        at_top: whether the statement runs when the module is imported.
    """

    names: Names
    module: Module
    definitions: dict[Definition, int] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    loads: list[str] = field(default_factory=list)
    files: dict[Path, str] = field(default_factory=dict)
    at_top: bool = True
    _position: int = 0
    _imports: dict[str, list[Import]] = field(default_factory=dict)
    _bound: set[str] = field(default_factory=set)
    _used: dict[str, int] = field(default_factory=dict)

    def enter(self, position: int, statement: ast.stmt) -> None:
        """Take up the imports and local names of a statement of the module's top level."""
        self._position, self.at_top = position, not isinstance(statement, Function)
        self._imports, self._bound, self._used = {}, set(), {}
        for node in walk(statement):
            if isinstance(node, ast.Name):
                self._used.setdefault(node.id, len(self._used))
            self._bound.update(names_bound(node))
            for name, imported in imports(node, self.module.package):
                self._imports.setdefault(name, []).append(imported)
                self.loads += imported.modules()
        self._used = {name: number for number, name in enumerate(n for n in self._used if n in self._imports)}

    def tag(self, name: str) -> str:
        """What stands for the local name of an import: at the top level itself, in a function when it is first used."""
        return name if self.at_top else f"#{self._used.get(name, '')}"

    def mark(self, meanings: Iterable[Meaning]) -> str:
        """What stands in the text for a name with these meanings."""
        marks = []
        for definition, path in meanings:
            self.words.update(WORDS.intersection(path.split(".")))
            if definition:
                number = self.definitions.setdefault(definition, len(self.definitions))
                path = f"@{number}{self._moment(definition)}{path}"
            marks.append(path)
        return f"<{'|'.join(marks)}>"

    def _moment(self, definition: Definition) -> str:
        """Which of a name's values the running top level sees, where it gets others further down."""
        if not self.at_top or definition.module != self.module.file.name:
            return ""
        positions = [position for position, _ in self.module.definition(definition.name)]
        earlier = sum(position < self._position for position in positions)
        return f"^{earlier}" if any(position > self._position for position in positions) else ""

    def name(self, chain: list[str], stored: bool = False) -> str:
        """What stands for a dotted name; `stored` if it is only given a value."""
        first, *rest = chain
        literal = f"({'.'.join(chain)})"
        if stored:
            return literal
        self.words.update(WORDS.intersection(chain))
        found = [m for imported in self._imports.get(first, []) for m in self.names.of_import(imported, rest)]
        found += self.names.meanings(self.module, chain)
        if not found and first not in self._bound:
            found = self.names.outside_stars(self.module, chain)
        if found:
            mark = self.mark(dict.fromkeys(found))
            return literal + mark if first in self._bound else mark
        if first in MODULE_NAMES:
            return f"{literal}={self.module.file.name}"
        if first == "globals":
            return literal + self.mark([Meaning(Definition(self.module.file.name, WHOLE), "")])
        return f"{literal}={self.module.docstring!a}" if first == "__doc__" else literal

    def string(self, value: str) -> str:
        """What stands behind a string: the module or the data file that it names, if it does."""
        self.words.update(WORDS & {value})
        found = self.names.of_string(value)
        mark = self.mark(found) if found else ""
        folder = self.module.file.path.parent if self.module.file.path else None
        if folder and _may_be_file(value) and (sha256 := _digest_of_data(folder / value)):
            self.files[folder / value] = sha256
            mark += f"<{sha256}>"
        return mark


def _may_be_file(text: str) -> bool:
    is_short = "." in text and len(text) < 200 and text.isprintable()
    return is_short and not text.startswith("/") and ".." not in text.split("/")


@functools.cache
def _digest_of_data(path: Path) -> str | None:
    """SHA-256 hex of the file as it was when it was first asked for; None if there was none."""
    try:
        return digest_of_file(path) if path.is_file() else None
    except OSError:
        return None
