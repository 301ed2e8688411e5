"""What a definition reaches: the definitions of the project that it mentions, those that they mention, and so on."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tasks.caching.keys.actions import actions, registered
from tasks.caching.keys.names import ACTIONS, WHOLE, Definition, Names
from tasks.caching.keys.references import INTROSPECTION
from tasks.caching.keys.syntax import Syntax

SHORT = 16


@dataclass(frozen=True)
class Piece:
    """One definition: digests of its text, of what it is alone, and what it leads to."""

    digest: bytes
    alone: str
    references: tuple[Definition, ...]
    words: frozenset[str]
    loads: tuple[str, ...]
    files: Mapping[Path, str]


@dataclass
class Reach:
    """What is met on the way from a definition: pieces, modules, and definitions that act when imported."""

    pieces: dict[Definition, Piece] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    acting: dict[Definition, None] = field(default_factory=dict)

    @property
    def words(self) -> frozenset[str]:
        """The words in it that say what else counts."""
        return frozenset().union(*(piece.words for piece in self.pieces.values()))


@dataclass(eq=False)
class Project:
    """The definitions of a project, each read once for all functions that reach it."""

    names: Names
    _pieces: dict[tuple[Definition, bool], Piece] = field(default_factory=dict)
    _acting: dict[tuple[str, bool], list[Definition]] = field(default_factory=dict)

    def reach(self, start: Definition) -> Reach:
        """All that a definition reaches."""
        words: frozenset[str] = frozenset()
        reach = self._reach(start, words)
        while not reach.words <= words:  # what is found may say that more counts
            words |= reach.words
            reach = self._reach(start, words)
        return reach

    def _reach(self, start: Definition, words: frozenset[str]) -> Reach:
        reach = Reach()
        waiting = [start]
        while waiting:
            definition = waiting.pop()
            if definition in reach.pieces:
                continue
            piece = self._piece(definition, bool(words & INTROSPECTION))
            reach.pieces[definition] = piece
            waiting += piece.references
            for name in self._loaded([definition.module, *piece.loads], reach.modules):
                acting = self._acts(name, "__subclasses__" in words)
                reach.acting.update(dict.fromkeys(acting))
                waiting += acting
        return reach

    def _loaded(self, names: Iterable[str], known: set[str]) -> list[str]:
        """Modules that loading these loads, beyond the known ones, which they join."""
        waiting, found = list(names), []
        while waiting:
            name = waiting.pop()
            if name in known or (module := self.names.module(name)) is None:
                continue
            known.add(name)
            found.append(name)
            waiting += [name.rpartition(".")[0], *module.loads]
        return found

    def _acts(self, name: str, subclasses: bool) -> list[Definition]:
        if (name, subclasses) not in self._acting:
            module = self.names.module(name)
            assert module is not None
            acting = [ACTIONS] if module.broken or actions(self.names, module) else []
            acting += registered(self.names, module, subclasses)
            self._acting[name, subclasses] = [Definition(name, each) for each in acting]
        return self._acting[name, subclasses]

    def _piece(self, definition: Definition, introspective: bool) -> Piece:
        if (definition, introspective) not in self._pieces:
            self._pieces[definition, introspective] = self._read(definition, introspective)
        return self._pieces[definition, introspective]

    def _read(self, definition: Definition, introspective: bool) -> Piece:
        module = self.names.module(definition.module)
        assert module is not None
        text = Syntax(self.names, module, introspective)
        if module.broken:
            text.pieces.append(module.file.sha256)
        elif definition.name == WHOLE:
            self._write_whole(text, definition.module)
        else:
            acting = definition.name == ACTIONS
            for position, statement in actions(self.names, module) if acting else module.definition(definition.name):
                text.add(position, statement)
        content = f"{definition.name} {' '.join(text.pieces)}".encode("ascii", "backslashreplace")
        alone = content + " ".join(reference.name for reference in text.references.definitions).encode()
        return Piece(
            digest=hashlib.sha256(content).digest(),
            alone=hashlib.sha256(alone).hexdigest()[:SHORT],
            references=tuple(text.references.definitions),
            words=frozenset(text.references.words),
            loads=tuple(text.references.loads),
            files=text.references.files,
        )

    def _write_whole(self, text: Syntax, name: str) -> None:
        """A module as a value: all that it has by name, but for the modules from outside that it imports."""
        module = text.module
        for visible in sorted(self.names.visible(module)):
            bindings = module.bindings.get(visible, [])
            found = self.names.meanings(module, [visible])
            if any(m.definition for m in found) or any(b.imported and b.imported.attribute for b in bindings):
                text.pieces.append(f"{visible}={text.references.mark(found)} ")
        for below in self.names.source.submodules(name):
            if self.names.module(below):
                found = self.names.of_loaded(below)
                text.pieces.append(f"{below.rpartition('.')[2]}={text.references.mark(found)} ")
        text.pieces.append(ascii(module.docstring) if text.introspective else "")
