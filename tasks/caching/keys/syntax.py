"""A definition as text: its syntax without what has no meaning, its names as what they mean.

The text is the same on every Python version. A name that means a definition of the project stands in it as a
number, the first such name as 0, so that neither modules nor the local names of imports show.
"""

import ast
from collections.abc import Iterable
from typing import NamedTuple

from tasks.caching.keys.actions import is_engine, is_pure
from tasks.caching.keys.bindings import Module
from tasks.caching.keys.names import WHOLE, Names
from tasks.caching.keys.nodes import BLOCKS, Function, imports, is_type_checking, name_chain
from tasks.caching.keys.references import WORDS, References

UNMEANT_FIELDS = {"type_comment", "kind", "ctx"}
STATEMENT_FIELDS = {"body", "orelse", "finalbody"}
IMPORT_FUNCTIONS = {"import_module", "__import__"}


class Context(NamedTuple):
    """Where a node stands: directly in a class, in a block that may not run, in an annotation; do annotations count?"""

    in_class: bool = False
    annotated: bool = False
    conditional: bool = False
    annotation: bool = False


Part = str | tuple[ast.AST, Context]


class Syntax:
    """The text of a definition's statements, written by `add` into `pieces`."""

    def __init__(self, names: Names, module: Module, introspective: bool) -> None:
        self.names = names
        self.module = module
        self.introspective = introspective
        self.references = References(names, module)
        self.pieces: list[str] = []

    def add(self, position: int, statement: ast.stmt) -> None:
        """Write one statement of the module's top level."""
        self.references.enter(position, statement)
        waiting: list[Part] = [*reversed(self._statements([statement], Context()))]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                self.pieces.append(part)
            else:
                waiting.extend(reversed(self._parts(*part)))

    def _parts(self, node: ast.AST, context: Context) -> list[Part]:
        chain = name_chain(node)
        if chain:
            return [
                self.references.name(chain, stored=isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
            ]
        match node:
            case ast.Constant(value=value):
                return self._constant(value, context)
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *rest]) if _imports(func):
                match rest:
                    case [ast.Constant(value=str(package))]:
                        loaded = self.names.import_string(name, package)
                    case _:
                        loaded = self.names.import_string(name, self.module.package)
                if loaded:
                    return ["(import ", self.references.mark(loaded), ")"]
            case ast.JoinedStr(values=values):
                return ["(JoinedStr", *self._value(_joined(values), context), ")"]
            case ast.Global(names=listed):
                return ["(Global", *(self.references.name([name]) for name in sorted(listed)), ")"]
            case ast.AnnAssign(value=ast.expr() as value) if not (context.in_class or self.introspective):
                node = ast.Assign(targets=[node.target], value=value)
            case ast.Attribute(attr=attribute):
                self.references.words.update(WORDS & {attribute})
        return self._node(node, context)

    def _node(self, node: ast.AST, context: Context) -> list[Part]:
        inner = self._inner(node, context)
        parts: list[Part] = [f"({type(node).__name__}"]
        for name in node._fields:
            value = getattr(node, name, None)
            if name in UNMEANT_FIELDS or self._is_unmeant(node, name, value, inner):
                continue
            if name == "decorator_list":
                value = [each for each in value or [] if not is_engine(self.names, self.module, each)]
            is_annotation = name in ("annotation", "returns")
            parts.append(f" {name}=")
            if name in STATEMENT_FIELDS and isinstance(value, list):
                parts += ["[", *self._statements(value, inner), "]"]
            else:
                parts += self._value(value, inner._replace(annotation=True) if is_annotation else inner)
        return [*parts, ")"]

    def _inner(self, node: ast.AST, context: Context) -> Context:
        """The context of what a node consists of."""
        if isinstance(node, Function):
            pure = all(is_pure(self.names, self.module, each) for each in node.decorator_list)
            return Context(annotated=self.introspective or not pure)
        if isinstance(node, ast.ClassDef):
            return Context(in_class=True)
        return context._replace(conditional=True) if isinstance(node, BLOCKS) else context

    def _is_unmeant(self, node: ast.AST, name: str, value: object, context: Context) -> bool:
        if name in ("annotation", "returns"):
            return not (context.annotated or isinstance(node, ast.AnnAssign))
        # These are not on every Python version, and mostly are annotations.
        return name == "default_value" or (name == "type_params" and (not value or isinstance(node, Function)))

    def _value(self, value: object, context: Context) -> list[Part]:
        if isinstance(value, list):
            return ["[", *(part for each in value for part in [*self._value(each, context), ","]), "]"]
        if isinstance(value, ast.AST):
            return [(value, context)] if value._fields else [type(value).__name__]
        return ["~" if value is None else ascii(value)]

    def _statements(self, statements: Iterable[ast.stmt], context: Context) -> list[Part]:
        """Those that have a meaning; neighbouring imports as one, in any order."""
        parts: list[Part] = []
        run: list[ast.stmt] = []
        for statement in statements:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                run.append(statement)
                continue
            parts += self._imported(run, context)
            run = []
            if isinstance(statement, ast.If) and is_type_checking(statement):
                parts += self._statements(statement.orelse, context)
            elif not self._is_nothing(statement, context):
                parts.append((statement, context))
        return parts + self._imported(run, context)

    def _is_nothing(self, statement: ast.stmt, context: Context) -> bool:
        if isinstance(statement, ast.Pass):
            return True
        is_bare = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_declared = isinstance(statement, ast.AnnAssign) and statement.value is None and not context.in_class
        return (is_bare or is_declared) and not self.introspective

    def _imported(self, statements: Iterable[ast.stmt], context: Context) -> list[Part]:
        """What stands for imports that make attributes or may not run: which names they bind, and to what."""
        if not (context.in_class or context.conditional):
            return []
        bound = [pair for statement in statements for pair in imports(statement, self.module.package)]
        tags = [(name if context.in_class else self.references.tag(name), imported) for name, imported in bound]
        marks: list[Part] = []
        for tag, imported in sorted(tags, key=lambda pair: pair[0]):
            found = [] if imported.attribute == WHOLE else self.names.of_import(imported, [])
            if not context.in_class:
                found = [m for m in found if not m.definition or m.definition.name != WHOLE]
            marks.append(f"(bind {tag} {self.references.mark(found)})")
        return marks

    def _constant(self, value: object, context: Context) -> list[Part]:
        # Python refuses to write a very long number in decimals.
        parts: list[Part] = [hex(value) if type(value) is int else ascii(value)]
        if not isinstance(value, str):
            return parts
        return parts + (_forward_reference(value, context) if context.annotation else [self.references.string(value)])


def _imports(called: ast.expr) -> bool:
    chain = name_chain(called)
    return bool(chain) and chain[-1] in IMPORT_FUNCTIONS


def _forward_reference(text: str, context: Context) -> list[Part]:
    try:
        return [(ast.parse(text, mode="eval").body, context)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """The parts of an f-string, with neighbouring plain texts as one: versions of Python divide them differently."""
    joined: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant) and joined and isinstance(joined[-1], ast.Constant):
            joined[-1] = ast.Constant(str(joined[-1].value) + str(value.value))
        else:
            joined.append(value)
    return [value for value in joined if not (isinstance(value, ast.Constant) and value.value == "")]
