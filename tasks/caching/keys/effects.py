"""Which code has effects when it is evaluated: calls, decorators and bases that are not known to be pure."""

import ast
from collections.abc import Iterator

from tasks.caching.keys.bindings import Module
from tasks.caching.keys.names import Definition, Names
from tasks.caching.keys.nodes import SCOPES, Function, name_chain, walk
from tasks.caching.keys.outside import (
    BUILTIN_NAMES,
    HARMLESS_BASES,
    PURE_BUILTINS,
    PURE_CALLS,
    PURE_DECORATORS,
    READS,
)

CONSTRUCTION = {"__init__", "__new__", "__post_init__", "__set_name__", "__setattr__"}
HOOKS = {"__init_subclass__", "__subclasses__", "__pydantic_init_subclass__"}
PROPERTY_PARTS = {"setter", "getter", "deleter"}
LITERALS = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp)
Seen = frozenset[Definition]


class Effects:
    """The effects of expressions at the top level of a module, and of the classes that it builds on."""

    def __init__(self, names: Names, module: Module, seen: Seen = frozenset()) -> None:
        self.names = names
        self.module = module
        self._seen = seen

    def any(self, *nodes: ast.AST) -> bool:
        """Whether evaluating the nodes may do more than give a value; bodies of functions and classes stay out."""
        return any(self.has(node) for node in walk(*nodes, closed=SCOPES))

    def has(self, node: ast.AST) -> bool:
        """Whether the very node, apart from those below it, may have an effect."""
        match node:
            case ast.Call():
                return not self._is_pure_call(node)
            case ast.Lambda(args=arguments):
                return self.any(*defaults(arguments))
            case ast.withitem(context_expr=context):
                return not isinstance(context, ast.Call)
        return isinstance(node, ast.Await | ast.Yield | ast.YieldFrom)

    def is_pure_decorator(self, decorator: ast.expr) -> bool:
        """Whether a decorator is known to keep what it decorates to itself."""
        chain = name_chain(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if not chain:
            return False
        found = self.names.meanings(self.module, chain)
        if not found and len(chain) == 2 and chain[1] in PROPERTY_PARTS:
            return chain[0] not in self.module.bindings  # only the class itself can bind such a root
        if not found:
            return PURE_DECORATORS.fullmatch(f"builtins.{'.'.join(chain)}") is not None
        return all(m.is_engine or (not m.definition and PURE_DECORATORS.fullmatch(m.path)) for m in found)

    def has_hook(self, node: ast.ClassDef) -> bool:
        """Whether defining the class, or a class that derives from it, may run code of a base or metaclass."""
        words = [word.value for word in node.keywords if word.arg == "metaclass"]
        return not all(map(self.is_pure_decorator, words)) or not all(map(self._is_harmless_base, node.bases))

    def _is_harmless_base(self, base: ast.expr) -> bool:
        base = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(base, ast.Call):
            return self._is_pure_call(base)
        chain = name_chain(base)
        found = self.names.meanings(self.module, chain) if chain else []
        if not found:
            return chain[:1] != [] and chain[0] in BUILTIN_NAMES
        for meaning in found:
            if meaning.definition is None:
                if not meaning.is_engine and not HARMLESS_BASES.fullmatch(meaning.path):
                    return False
            elif not all(inner._is_harmless_definition(s) for inner, s in self._definition(meaning.definition)):
                return False
        return True

    def _is_harmless_definition(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                return self._is_harmless_base(value)
        classes = [part for part in walk(statement) if isinstance(part, ast.ClassDef)]
        return not any(_defines_hook(part) or self.has_hook(part) for part in classes)

    def _definition(self, definition: Definition) -> Iterator[tuple["Effects", ast.stmt]]:
        """The statements of a definition of the project that was not looked at before, and the effects where it is."""
        module = self.names.module(definition.module)
        if module and definition not in self._seen:
            inner = Effects(self.names, module, self._seen | {definition})
            yield from ((inner, statement) for _, statement in module.definition(definition.name))

    def _is_pure_call(self, call: ast.Call) -> bool:
        chain = name_chain(call.func)
        called = [word.value for word in call.keywords if word.arg == "key"]
        called += call.args[:1] if chain in (["map"], ["filter"]) else []
        if chain == ["type"] and len(call.args) != 1:
            return False
        return all(map(self._is_pure_function, [call.func, *called]))

    def _is_pure_function(self, function: ast.expr) -> bool:
        match function:
            case ast.Lambda(body=body):
                return not self.any(body)
            case ast.Constant():
                return True
            case ast.Attribute(value=value, attr=name) if READS.fullmatch(name) and self._is_value(value):
                return True
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                return name in CONSTRUCTION
        chain = name_chain(function)
        found = self.names.meanings(self.module, chain) if chain else []
        if not found:
            is_builtin = chain[:1] != [] and chain[0] in PURE_BUILTINS
            return is_builtin and all(name in CONSTRUCTION or READS.fullmatch(name) for name in chain[1:])
        return all(
            self._is_pure_class(m.definition, m.path)
            if m.definition
            else m.is_engine or PURE_CALLS.fullmatch(m.path) is not None
            for m in found
        )

    def _is_pure_class(self, definition: Definition, path: str) -> bool:
        """Whether it is a class that can be called without effects."""
        if definition in self._seen:
            return not path
        statements = list(self._definition(definition))
        return bool(statements) and not path and all(inner._constructs(statement) for inner, statement in statements)

    def _constructs(self, statement: ast.stmt) -> bool:
        """Whether it is a class whose instances are made without effects."""
        if not isinstance(statement, ast.ClassDef) or statement.keywords:
            return False
        own = [part for part in statement.body if isinstance(part, Function) and part.name in CONSTRUCTION]
        if any(self.any(*part.body) or any(map(_changes_others, walk(*part.body))) for part in own):
            return False
        return all(map(self._is_pure_base, statement.bases))

    def _is_pure_base(self, base: ast.expr) -> bool:
        chain = name_chain(base.value if isinstance(base, ast.Subscript) else base)
        found = self.names.meanings(self.module, chain) if chain else []
        if any(m.definition for m in found):
            return all(self._is_pure_class(m.definition, m.path) for m in found if m.definition)
        return self._is_harmless_base(base)

    def _is_value(self, node: ast.expr) -> bool:
        """Whether it surely is a value whose methods named in `READS` change nothing."""
        if isinstance(node, LITERALS):
            return True
        if isinstance(node, ast.BinOp):
            return self._is_value(node.left)
        if isinstance(node, ast.Call):
            chain = name_chain(node.func)
            found = self.names.meanings(self.module, chain) if chain else []
            return not any(m.definition and not m.path for m in found) and self._is_pure_call(node)
        if chain := name_chain(node):
            found = self.names.meanings(self.module, chain)
            parts = [pair for m in found if m.definition for pair in self._definition(m.definition)]
            known = len([m for m in found if m.definition]) <= len(parts)
            return known and all(inner._assigns_value(statement) for inner, statement in parts)
        return isinstance(node, ast.Attribute | ast.Subscript) and self._is_value(node.value)

    def _assigns_value(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                return self._is_value(value)
        return False


def defaults(arguments: ast.arguments) -> list[ast.expr]:
    """The default values of parameters."""
    return [*arguments.defaults, *(value for value in arguments.kw_defaults if value)]


def _changes_others(node: ast.AST) -> bool:
    """Whether it sets a part of something else than the instance, or a name of the module."""
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return name_chain(node.value) != ["self"]
    return isinstance(node, ast.Global)


def _defines_hook(node: ast.ClassDef) -> bool:
    return any(
        (isinstance(part, Function) and part.name in HOOKS) or (isinstance(part, ast.Attribute) and part.attr in HOOKS)
        for part in walk(node)
    )
