"""A definition as text: its syntax without what has no meaning, its names as what they mean.

The text is the same on every Python version. Each node writes what kind it is and how many nodes follow below it, so
that no brackets are needed. A name that means a definition of the project stands in it as a number, so that neither
modules nor the local names of imports show.
"""

import ast
from collections.abc import Callable
from typing import Any

from tasks.caching.keys.actions import is_engine
from tasks.caching.keys.bindings import Module
from tasks.caching.keys.context import STATEMENT_FIELDS, Context, meant_fields
from tasks.caching.keys.effects import Effects
from tasks.caching.keys.names import Names
from tasks.caching.keys.nodes import BLOCKS, Function, forward_reference, joined_texts, name_chain, names_bound
from tasks.caching.keys.references import WORDS, Imported, References

SPECIAL_FIELDS = {"annotation", "returns", "decorator_list", "type_params", "default_value", "cases", *STATEMENT_FIELDS}
IMPORT_FUNCTIONS = (["import_module"], ["__import__"])
Part = ast.AST | Imported | Context | str | None


class Syntax:
    """The text of a definition's statements, written by `add` into `pieces`."""

    def __init__(self, names: Names, module: Module, introspective: bool) -> None:
        self.names = names
        self.module = module
        self.introspective = introspective
        self.references = References(names, module)
        self.pieces: list[str] = []
        self._context = Context()
        self._waiting: list[Part] = []
        self._unresolved: list[tuple[int, str | Imported]] = []

    def add(self, position: int, statement: ast.stmt) -> None:
        """Write one statement of the module's top level."""
        self.references.enter(position, statement)
        waiting, plain, writer = self._waiting, Syntax._plain, WRITERS.get
        waiting += self._context.meant([statement], self.references, self.introspective)
        while waiting:
            part = waiting.pop()
            writer(type(part), plain)(self, part)
        # What a name means shows only when all is known that the statement binds.
        for index, name in self._unresolved:
            self.pieces[index] = self.references.name(name) if isinstance(name, str) else self.references.binds(name)
        self._unresolved.clear()

    def _plain(self, node: ast.AST) -> None:
        """Write a node none of whose fields is special, and put what it consists of on the stack."""
        kind = type(node)
        text = kind.__name__
        waiting = self._waiting
        for name in meant_fields(kind._fields):
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                text += "."
                waiting.append(value)
            elif isinstance(value, list):
                text += f"[{len(value)}"
                waiting += value[::-1]
            else:
                text += "~" if value is None else ascii(value)
        self.pieces.append(text)

    def _node(self, node: ast.AST) -> None:
        """Write a node that binds names or has statements, decorators or annotations."""
        self.references.bound.update(names_bound(node))
        inner = self._inner(node, self._context)
        if inner is not self._context:
            self._waiting.append(self._context)
            self._context = inner
        text = type(node).__name__
        for name in meant_fields(node._fields):
            value = getattr(node, name, None)
            if not inner.counts(node, name, value):
                continue
            text += f" {name}"
            if name == "decorator_list":
                value = [each for each in value or [] if not is_engine(self.names, self.module, each)]
            if isinstance(value, list):
                is_code = name in STATEMENT_FIELDS
                parts = inner.meant(value, self.references, self.introspective) if is_code else value[::-1]
                text += f"[{len(parts)}"
                self._waiting += parts
            elif isinstance(value, ast.AST):
                is_annotation = name in ("annotation", "returns")
                text += "."
                self._waiting += [inner, value, inner._replace(annotation=True)] if is_annotation else [value]
            else:
                text += "~" if value is None else ascii(value)
        self.pieces.append(text)

    def _enter(self, context: Context) -> None:
        self._context = context

    def _resolve(self, name: str | Imported) -> None:
        """Leave a piece open until the statement's end."""
        self._unresolved.append((len(self.pieces), name))
        self.pieces.append("")

    def _name(self, node: ast.Name) -> None:
        name = node.id
        self.references.used.setdefault(name)
        if type(node.ctx) is ast.Load:
            self._unresolved.append((len(self.pieces), name))
            self.pieces.append("")
        else:
            self.references.bound.add(name)
            self.pieces.append(f"({name})")

    def _attribute(self, node: ast.Attribute) -> None:
        if chain := name_chain(node):
            self.references.used.setdefault(chain[0])
            self._resolve(".".join(chain))
        else:
            self.references.words.update(WORDS & {node.attr})
            self._plain(node)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        # Python refuses to write a very long number in decimals.
        text = hex(value) if type(value) is int else ascii(value)
        if isinstance(value, str):
            if self._context.annotation:
                self._waiting += forward_reference(value)
            else:
                text += self.references.string(value)
        self.pieces.append(text)

    def _argument(self, node: ast.arg) -> None:
        if node.annotation and self._context.annotated:
            self._node(node)
        else:
            self.references.bound.add(node.arg)
            self.pieces.append(f"arg{node.arg!a}")

    def _call(self, node: ast.Call) -> None:
        match node.args:
            case [ast.Constant(value=str(name)), *rest] if name_chain(node.func)[-1:] in IMPORT_FUNCTIONS:
                match rest:
                    case [ast.Constant(value=str(package))]:
                        loaded = self.names.import_string(name, package)
                    case _:
                        loaded = self.names.import_string(name, self.module.package)
                if loaded:
                    self.pieces.append(f"import{self.references.mark(loaded)}")
                    return
        self._plain(node)

    def _joined(self, node: ast.JoinedStr) -> None:
        self._plain(ast.JoinedStr(joined_texts(node.values)))

    def _global(self, node: ast.Global) -> None:
        self.pieces.append(f"Global[{len(node.names)}")
        for name in sorted(node.names):
            self._resolve(name)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is None or self._context.in_class or self.introspective:
            self._node(node)
        else:
            self._plain(ast.Assign(targets=[node.target], value=node.value))

    def _inner(self, node: ast.AST, context: Context) -> Context:
        """The context of what a node consists of."""
        if isinstance(node, Function):
            pure = all(map(Effects(self.names, self.module).is_pure_decorator, node.decorator_list))
            return Context(annotated=self.introspective or not pure)
        if isinstance(node, ast.ClassDef):
            return Context(in_class=True)
        is_new = isinstance(node, BLOCKS) and not context.conditional
        return context._replace(conditional=True) if is_new else context


NODES = [kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)]
WRITERS: dict[type, Callable[[Syntax, Any], None]] = {
    **{kind: Syntax._node for kind in NODES if SPECIAL_FIELDS.intersection(kind._fields)},
    **dict.fromkeys([ast.MatchAs, ast.MatchStar, ast.MatchMapping], Syntax._node),
    ast.Name: Syntax._name,
    ast.Attribute: Syntax._attribute,
    ast.Constant: Syntax._constant,
    ast.arg: Syntax._argument,
    ast.Call: Syntax._call,
    ast.JoinedStr: Syntax._joined,
    ast.Global: Syntax._global,
    ast.AnnAssign: Syntax._annotated,
    Context: Syntax._enter,
    Imported: Syntax._resolve,
    str: lambda text, part: text.pieces.append(part),
    type(None): lambda text, _: text.pieces.append("~"),
}
