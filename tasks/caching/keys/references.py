"""What a definition refers to: its names and strings as marks in a text, numbered as they are met."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tasks.caching.keys.bindings import Module
from tasks.caching.keys.names import MODULE_NAMES, WHOLE, Definition, Meaning, Names
from tasks.caching.keys.nodes import Function, Import, imports

INTROSPECTION = frozenset({"__doc__", "__annotations__", "inspect", "get_type_hints", "__code__"})
WORDS = INTROSPECTION | {"__subclasses__"}


class Imported(NamedTuple):
    """Neighbouring imports that make attributes of a class, or that may not run: what they bind."""

    bound: list[tuple[str, Import]]
    in_class: bool


@dataclass
class References:
    """What is referred to by the statements of one definition, one after the other.

    Attributes:
        names: those of the project.
        module: where the statements stand.
        definitions: definitions that are mentioned, with the number that stands for each.
        words: those of `WORDS` that are mentioned.
        loads: modules that may be imported when the statements run.
        files: the data files that are named, with the SHA-256 of each.
        at_top: whether the statement runs when the module is imported.
        bound: names that the statement binds, imports apart.
        used: the names in the statement, in the order of the text.
    """

    names: Names
    module: Module
    definitions: dict[Definition, int] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    loads: list[str] = field(default_factory=list)
    files: dict[Path, str] = field(default_factory=dict)
    at_top: bool = True
    bound: set[str] = field(default_factory=set)
    used: dict[str, None] = field(default_factory=dict)
    _position: int = 0
    _imports: dict[str, list[Import]] = field(default_factory=dict)
    _found: dict[str, str] = field(default_factory=dict)

    def enter(self, position: int, statement: ast.stmt) -> None:
        """Begin with a statement of the module's top level."""
        self._position, self.at_top = position, not isinstance(statement, Function)
        for known in (self._imports, self.bound, self.used, self._found):
            known.clear()

    def imports(self, statements: Iterable[ast.stmt]) -> list[tuple[str, Import]]:
        """Take up import statements; returns what they bind, by local name."""
        bound = [pair for statement in statements for pair in imports(statement, self.module.package)]
        for name, imported in bound:
            self._imports.setdefault(name, []).append(imported)
            self.loads += imported.modules()
        return bound

    def binds(self, imported: Imported) -> str:
        """What stands for such imports: which names they bind, and to what."""
        tags = [(name if imported.in_class else self._tag(name), origin) for name, origin in imported.bound]
        text = ""
        for tag, origin in sorted(tags, key=lambda pair: pair[0]):
            found = [] if origin.attribute == WHOLE else self.names.of_import(origin, [])
            if not imported.in_class:
                found = [m for m in found if not m.definition or m.definition.name != WHOLE]
            text += f"(bind {tag} {self.mark(found)})"
        return text

    def _tag(self, name: str) -> str:
        """What stands for the local name of an import: at the top level itself, in a function when it is first used."""
        used = [each for each in self.used if each in self._imports]
        return name if self.at_top else f"#{used.index(name) if name in used else ''}"

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

    def name(self, dotted: str) -> str:
        """What stands for a dotted name whose value is used; all that the statement binds must be known."""
        text = self._found.get(dotted)
        if text is None:
            text = self._found[dotted] = self._name(dotted)
        return text

    def _name(self, dotted: str) -> str:
        chain, literal = dotted.split("."), f"({dotted})"
        first, *rest = chain
        self.words.update(WORDS.intersection(chain))
        found = self.names.meanings(self.module, chain)
        if first in self._imports:
            found = [m for imported in self._imports[first] for m in self.names.of_import(imported, rest)] + found
        if not found and first not in self.bound:
            found = self.names.outside_stars(self.module, chain)
        if found:
            mark = self.mark(dict.fromkeys(found))
            return literal + mark if first in self.bound else mark
        if first in MODULE_NAMES:
            return f"{literal}={self.module.file.name}"
        if first == "globals":
            return literal + self.mark([Meaning(Definition(self.module.file.name, WHOLE), "")])
        return f"{literal}={self.module.docstring!a}" if first == "__doc__" else literal

    def string(self, value: str) -> str:
        """What stands behind a string: the module or the data files that it names, if it does."""
        self.words.update(WORDS & {value})
        found = self.names.of_string(value)
        mark = self.mark(found) if found else ""
        file = self.module.file
        named = self.names.source.data.named(file.path, file.content, value) if file.path else {}
        self.files |= named
        return mark + "".join(f"<{sha256}>" for sha256 in named.values())
