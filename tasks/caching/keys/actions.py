"""What importing a module does beyond giving names their values: statements that act, definitions that register."""

import ast
from collections.abc import Iterable

from tasks.caching.keys.bindings import Module
from tasks.caching.keys.names import Meaning, Names
from tasks.caching.keys.nodes import BLOCKS, SCOPES, Function, name_chain, walk

PURE = ("functools.", "contextlib.", "dataclasses.", "typing.", "typing_extensions.", "abc.", "enum.", "builtins.")
PURE_BUILTINS = {"property", "staticmethod", "classmethod"}
PROPERTY_PARTS = {"setter", "getter", "deleter"}
PLAIN = (ast.Import, ast.ImportFrom, ast.Pass, ast.Break, ast.Continue, ast.Global, *SCOPES)


def actions(names: Names, module: Module) -> list[tuple[int, ast.stmt]]:
    """The module's top-level statements that do more than bind a name, with their positions."""
    return [(n, statement) for n, statement in enumerate(module.statements) if _acts(names, module, statement)]


def registered(names: Names, module: Module, subclasses: bool) -> list[str]:
    """Functions and classes of the module that something may know of without naming them.

    Args:
        names: those of the project.
        module: whose definitions are meant.
        subclasses: whether the code asks classes for their subclasses, so that each class registers with its bases.
    """
    defined = (s for s in module.statements if isinstance(s, Function | ast.ClassDef))
    return list(dict.fromkeys(s.name for s in defined if _registers(names, module, s, subclasses)))


def is_pure(names: Names, module: Module, decorator: ast.expr) -> bool:
    """Whether a decorator is known to keep what it decorates to itself."""
    chain = name_chain(decorator.func if isinstance(decorator, ast.Call) else decorator)
    if not chain:
        return False
    if chain[-1] in PROPERTY_PARTS:
        return True
    found = names.meanings(module, chain)
    if not found:
        return chain[0] in PURE_BUILTINS
    return all(m.is_engine or (m.definition is None and m.path.startswith(PURE)) for m in found)


def is_engine(names: Names, module: Module, decorator: ast.expr) -> bool:
    """Whether a decorator is the caching engine's."""
    found = names.meanings(module, name_chain(decorator.func if isinstance(decorator, ast.Call) else decorator) or [""])
    return bool(found) and all(meaning.is_engine for meaning in found)


def _acts(names: Names, module: Module, statement: ast.stmt) -> bool:
    if isinstance(statement, BLOCKS):
        inner = [node for node in walk(statement, closed=SCOPES) if isinstance(node, ast.stmt)]
        return any(
            _registers(names, module, node, subclasses=False)
            if isinstance(node, Function | ast.ClassDef)
            else _acts_alone(node)
            for node in inner
            if not isinstance(node, BLOCKS)
        )
    return _acts_alone(statement)


def _acts_alone(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=value):
            return not isinstance(value, ast.Constant)
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return _changes_parts(targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return _changes_parts([target])
    return not isinstance(statement, PLAIN) and type(statement).__name__ != "TypeAlias"


def _changes_parts(targets: Iterable[ast.expr]) -> bool:
    """Whether a target is a part of something, and so no new value of a name."""
    return any(isinstance(node, ast.Attribute | ast.Subscript) for target in targets for node in walk(target))


def _registers(names: Names, module: Module, node: Function | ast.ClassDef, subclasses: bool) -> bool:
    if not all(is_pure(names, module, decorator) for decorator in node.decorator_list):
        return True
    if not isinstance(node, ast.ClassDef):
        return False
    return (
        any(_acts(names, module, statement) for statement in node.body)
        or _has_hook(names, module, node, frozenset())
        or (subclasses and any(meaning.definition for meaning in _bases(names, module, node)))
    )


def _has_hook(names: Names, module: Module, node: ast.ClassDef, seen: frozenset[str]) -> bool:
    """Whether defining the class, or a class that derives from it, runs code of a base or metaclass."""
    if any(not is_pure(names, module, word.value) for word in node.keywords if word.arg == "metaclass"):
        return True
    for meaning in _bases(names, module, node):
        base = names.module(meaning.definition.module) if meaning.definition else None
        if base is None or meaning.definition is None or str(meaning.definition) in seen:
            continue
        for _, statement in base.definition(meaning.definition.name):
            classes = [part for part in walk(statement) if isinstance(part, ast.ClassDef)]
            if any(_defines_hook(part) for part in classes):
                return True
            if any(_has_hook(names, base, part, seen | {str(meaning.definition)}) for part in classes):
                return True
    return False


def _defines_hook(node: ast.ClassDef) -> bool:
    hooks = ("__init_subclass__", "__subclasses__")
    return any(
        (isinstance(part, Function) and part.name in hooks) or (isinstance(part, ast.Attribute) and part.attr in hooks)
        for part in walk(node)
    )


def _bases(names: Names, module: Module, node: ast.ClassDef) -> list[Meaning]:
    chains = [chain for base in node.bases for part in walk(base) if (chain := name_chain(part))]
    return [meaning for chain in chains for meaning in names.meanings(module, chain)]
