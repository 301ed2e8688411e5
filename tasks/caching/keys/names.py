"""What a name means: followed through imports, re-exports and packages to a definition, or out of the project."""

import ast
import builtins
import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tasks.caching.keys.bindings import Binding, Module, parse
from tasks.caching.keys.nodes import Import, absolute, walk
from tasks.caching.keys.source import Source

ENGINE = __name__.rpartition(".keys.")[0]
WHOLE = "*"
ACTIONS = "<module>"
Seen = frozenset[tuple[str, str]]
MODULE_NAMES = {"__name__", "__package__", "__spec__"}
DOTTED = re.compile(r"\w+(\.\w+)+(:\w+(\.\w+)*)?|\w+:\w+(\.\w+)*", re.ASCII)


class Definition(NamedTuple):
    """A name of a module; `WHOLE` for all that the module has, `ACTIONS` for what its top level does."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}:{self.name}"


class Meaning(NamedTuple):
    """What a dotted name may stand for: a definition and attributes of it, or a path out of the project."""

    definition: Definition | None
    path: str

    @property
    def is_engine(self) -> bool:
        """Whether it belongs to the caching engine, which never counts."""
        return self.definition is None and self.path.startswith(f"{ENGINE}:")


class Names:
    """The names of a project's modules."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._modules: dict[str, Module | None] = {}
        self._meanings: dict[tuple[str, tuple[str, ...]], list[Meaning]] = {}

    def module(self, name: str) -> Module | None:
        """The project's module of that name, parsed; None for the engine and for what is outside."""
        if name not in self._modules:
            file = None if _is_engine(name) else self.source.find(name)
            self._modules[name] = parse(file) if file else None
        return self._modules[name]

    def meanings(self, module: Module, chain: Sequence[str]) -> list[Meaning]:
        """All that a dotted name may mean at the module's top level, in order; empty for what is not bound there."""
        if chain[0] not in module.bindings and WHOLE not in module.bindings:
            return []
        key = (module.file.name, tuple(chain))
        if key not in self._meanings:
            self._meanings[key] = self._bound(module, chain, frozenset())
        return self._meanings[key]

    def outside_stars(self, module: Module, chain: Sequence[str]) -> list[Meaning]:
        """What a name that is bound nowhere may mean by the star imports from outside the project."""
        stars = [b.imported.source for b in module.bindings.get(WHOLE, []) if b.imported]
        if not stars or chain[0] in dir(builtins):
            return []
        return [m for star in stars if self.module(star) is None for m in self.of_module(star, chain)]

    def of_import(self, imported: Import, rest: Sequence[str]) -> list[Meaning]:
        """What attributes of an imported name may mean."""
        return self.of_module(imported.source, [imported.attribute, *rest] if imported.attribute else rest)

    def of_module(self, name: str, chain: Sequence[str], seen: Seen = frozenset()) -> list[Meaning]:
        """What a dotted name may mean as an attribute of a module; the module as a whole if it is empty."""
        path = ".".join([name, *chain])
        if _is_engine(path):
            return [Meaning(None, _engine_path(path))]
        module = self.module(name)
        if module is None:
            return [Meaning(None, path)]
        if not chain or module.broken:
            return [Meaning(Definition(name, WHOLE), _path(chain))]
        first, *rest = chain
        found = self._bound(module, chain, seen)
        below = f"{name}.{first}"
        if self.module(below) or _is_engine(below):
            found = found + self.of_module(below, rest, seen)
        if not found and first in MODULE_NAMES:
            return [Meaning(None, path)]
        if not found:
            dynamic = "__getattr__" if "__getattr__" in module.bindings else WHOLE
            return [Meaning(Definition(name, dynamic), _path(chain))]
        return found

    def of_string(self, text: str) -> list[Meaning]:
        """What a string means that spells "package.module", perhaps with ":attribute"; empty for all other strings."""
        name, _, attributes = text.partition(":")
        if len(text) > 200 or not DOTTED.fullmatch(text) or not self.source.has_package(name.partition(".")[0]):
            return []
        return self.of_loaded(name, attributes.split(".") if attributes else [])

    def of_loaded(self, name: str, chain: Sequence[str] = ()) -> list[Meaning]:
        """What the project's module of that name means as a value; empty if it has none."""
        return self.of_module(name, chain) if self.module(name) else []

    def exported(self, module: Module, seen: frozenset[str] = frozenset()) -> set[str]:
        """The names that a star import of the module may bind: by `__all__`, or all public ones."""
        nodes = [node for _, statement in module.definition("__all__") for node in walk(statement)]
        listed = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        if nodes and not any(isinstance(node, ast.Name) and node.id != "__all__" for node in nodes):
            return listed
        return listed | {name for name in self.visible(module, seen) if not name.startswith("_")}

    def visible(self, module: Module, seen: frozenset[str] = frozenset()) -> set[str]:
        """All names that the module has, also by star imports of the project."""
        names = {name for name in module.bindings if name not in ("", WHOLE)}
        for star in module.bindings.get(WHOLE, []):
            source = self.module(star.imported.source) if star.imported else None
            if source and source.file.name not in seen:
                names |= self.exported(source, seen | {module.file.name})
        return names

    def _bound(self, module: Module, chain: Sequence[str], seen: Seen) -> list[Meaning]:
        first, *rest = chain
        if (module.file.name, first) in seen:
            return []
        seen = seen | {(module.file.name, first)}
        found: list[Meaning] = []
        for binding in self._bindings(module, first):
            if binding.imported is None:
                found.append(Meaning(Definition(module.file.name, first), _path(rest)))
            elif binding.imported.attribute == WHOLE:
                found += self.of_module(binding.imported.source, chain, seen)
            else:
                attribute = binding.imported.attribute
                found += self.of_module(binding.imported.source, [attribute, *rest] if attribute else rest, seen)
        return list(dict.fromkeys(found))

    def _bindings(self, module: Module, name: str) -> list[Binding]:
        """The name's own bindings and the star imports that may bind it, in order."""
        stars = []
        for star in module.bindings.get(WHOLE, []):
            source = self.module(star.imported.source) if star.imported else None
            if source and name in self.exported(source):
                stars.append(star)
        found = module.bindings.get(name, [])
        return sorted([*found, *stars], key=lambda binding: binding.position) if stars else found

    def import_string(self, text: str, package: str) -> list[Meaning]:
        """What a string means that is given to `import_module`."""
        return self.of_loaded(absolute(text, package))


def _path(chain: Sequence[str]) -> str:
    return "".join(f".{name}" for name in chain)


def _is_engine(path: str) -> bool:
    return path == ENGINE or path.startswith(f"{ENGINE}.")


def _engine_path(path: str) -> str:
    """The path without the engine's own modules, which may be moved: "tasks.caching:Artifact"."""
    parts = path.removeprefix(ENGINE).split(".")[1:]
    while len(parts) > 1 and parts[0] in _engine_modules():
        parts = parts[1:]
    return f"{ENGINE}:{'.'.join(parts)}"


@functools.cache
def _engine_modules() -> frozenset[str]:
    folder = Path(__file__).parents[1]
    files = [path.relative_to(folder) for path in folder.rglob("*.py")]
    return frozenset(part for file in files for part in file.with_suffix("").parts)
