"""What a module's top level binds: which statement or import may give each of its names its value."""

import ast
import functools
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.caching.keys.nodes import (
    FUNCTIONS,
    SCOPES,
    Import,
    imports,
    is_type_checking,
    names_bound,
    statements_of,
    walk,
)
from tasks.caching.keys.source import SourceFile


class Binding(NamedTuple):
    """A value that a name may have: from an import, or from the statement at that position itself."""

    position: int
    imported: Import | None


@dataclass(frozen=True)
class Module:
    """A parsed module.

    Attributes:
        file: where it was read.
        statements: its top level, without what is for type checkers alone.
        bindings: for each name what it may be bound to, in order. A star import is bound to "*".
        loads: dotted names that importing the module may import in turn.
        docstring: the module's own.
        broken: whether it does not parse; then it has no statements.
    """

    file: SourceFile
    statements: list[ast.stmt] = field(default_factory=list)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    loads: list[str] = field(default_factory=list)
    docstring: str | None = None
    broken: bool = False

    @functools.cached_property
    def package(self) -> str:
        """The package that the module's relative imports start from."""
        return self.file.name if self.file.is_package else self.file.name.rpartition(".")[0]

    def definition(self, name: str) -> list[tuple[int, ast.stmt]]:
        """The statements that give a name its value, with their positions."""
        positions = dict.fromkeys(b.position for b in self.bindings.get(name, []) if b.imported is None)
        return [(position, self.statements[position]) for position in positions]


def parse(file: SourceFile) -> Module:
    """The module's top level; empty and `broken` if the file does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Module(file, broken=True)
    module = Module(file, list(_running(tree.body)), docstring=ast.get_docstring(tree, clean=False))
    changed: list[tuple[str, int]] = []
    for position, statement in enumerate(module.statements):
        for node in walk(statement, closed=SCOPES):
            _bind(module, position, node)
            changed += ((name, position) for name in _names_changed(node))
        if not isinstance(statement, FUNCTIONS):
            for node in statements_of(statement, closed=FUNCTIONS):
                module.loads.extend(name for _, found in imports(node, module.package) for name in found.modules())
        if b"global" in file.content:
            inner = statements_of(statement)
            changed += ((name, position) for n in inner if isinstance(n, ast.Global) for name in n.names)
    for name, position in changed:
        # What changes an import's module in place is an action of this module, no value of the name.
        if name not in module.bindings or module.definition(name):
            module.bindings.setdefault(name, []).append(Binding(position, None))
    for found in module.bindings.values():
        found.sort(key=lambda binding: binding.position)
    return module


def _bind(module: Module, position: int, node: ast.AST) -> None:
    """Enter what a node at that position of the top level binds."""
    for name in names_bound(node):
        module.bindings.setdefault(name, []).append(Binding(position, None))
    for name, imported in imports(node, module.package):
        bound = module.bindings.setdefault(name, [])
        if not isinstance(module.statements[position], ast.Import | ast.ImportFrom):
            bound.append(Binding(position, None))
        bound.append(Binding(position, imported))


def _running(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in statements:
        if isinstance(statement, ast.If) and is_type_checking(statement):
            yield from _running(statement.orelse)
        elif not (isinstance(statement, ast.AnnAssign) and statement.value is None):
            yield statement


def _names_changed(node: ast.AST) -> list[str]:
    """Names whose value the node may change in place: `name.append(1)`, `name[0] = 1`, `del name.part`."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        root: ast.AST = node.value.func
    elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        root = node
    else:
        return []
    is_part = isinstance(root, ast.Attribute | ast.Subscript)
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    return [root.id] if is_part and isinstance(root, ast.Name) else []
