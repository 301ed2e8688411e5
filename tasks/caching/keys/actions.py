"""What importing a module does beyond giving names their values: statements that act, definitions that register."""

import ast
from collections.abc import Iterable

from tasks.caching.keys.bindings import Module
from tasks.caching.keys.effects import PROPERTY_PARTS, Effects, defaults
from tasks.caching.keys.names import Names
from tasks.caching.keys.nodes import BLOCKS, SCOPES, Function, name_chain, walk

PLAIN = (ast.Import, ast.ImportFrom, ast.Pass, ast.Break, ast.Continue, ast.Global, *SCOPES)


def actions(names: Names, module: Module) -> list[tuple[int, ast.stmt]]:
    """The module's top-level statements that do more than bind a name, with their positions."""
    effects = Effects(names, module)
    alone = ((n, s) for n, s in enumerate(module.statements) if not isinstance(s, Function | ast.ClassDef))
    return [(n, statement) for n, statement in alone if _acts(effects, statement)]


def registered(names: Names, module: Module, subclasses: bool) -> list[str]:
    """Functions and classes of the module that something may know of without naming them.

    Args:
        names: those of the project.
        module: whose definitions are meant.
        subclasses: whether the code asks classes for their subclasses, so that each class registers with its bases.
    """
    effects = Effects(names, module)
    defined = (s for s in module.statements if isinstance(s, Function | ast.ClassDef))
    return list(dict.fromkeys(s.name for s in defined if _registers(effects, s, subclasses)))


def is_engine(names: Names, module: Module, decorator: ast.expr) -> bool:
    """Whether a decorator is the caching engine's."""
    found = names.meanings(module, name_chain(decorator.func if isinstance(decorator, ast.Call) else decorator) or [""])
    return bool(found) and all(meaning.is_engine for meaning in found)


def _acts(effects: Effects, statement: ast.stmt) -> bool:
    for node in walk(statement, closed=SCOPES):
        if isinstance(node, Function | ast.ClassDef):
            if _registers(effects, node, subclasses=False):
                return True
        elif effects.has(node) or (isinstance(node, ast.stmt) and _acts_alone(node)):
            return True
    return False


def _acts_alone(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=value):
            return not isinstance(value, ast.Constant)
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return _changes_parts(targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return _changes_parts([target])
    return not isinstance(statement, (*PLAIN, *BLOCKS)) and type(statement).__name__ != "TypeAlias"


def _changes_parts(targets: Iterable[ast.expr]) -> bool:
    """Whether a target is a part of something, and so no new value of a name."""
    return any(isinstance(node, ast.Attribute | ast.Subscript) for target in targets for node in walk(target))


def _registers(effects: Effects, node: Function | ast.ClassDef, subclasses: bool) -> bool:
    for decorator in node.decorator_list:
        if not effects.is_pure_decorator(decorator):
            return True
        arguments = [*decorator.args, *decorator.keywords] if isinstance(decorator, ast.Call) else []
        if effects.any(*arguments) and not is_engine(effects.names, effects.module, decorator):
            return True
    if not isinstance(node, ast.ClassDef):
        return effects.any(*defaults(node.args))
    return (
        any(_acts(effects, statement) for statement in node.body)
        or _sets_parts_of_others(node)
        or effects.any(*node.bases, *node.keywords)
        or effects.has_hook(node)
        or (subclasses and _derives(effects, node))
    )


def _sets_parts_of_others(node: ast.ClassDef) -> bool:
    """Whether a `x.setter` in the class is of an `x` that is no property defined in it."""
    methods = [part for part in node.body if isinstance(part, Function)]
    chains = [name_chain(decorator) for part in methods for decorator in part.decorator_list]
    roots = {chain[0] for chain in chains if len(chain) == 2 and chain[1] in PROPERTY_PARTS}
    return not roots <= {part.name for part in methods}


def _derives(effects: Effects, node: ast.ClassDef) -> bool:
    """Whether a class of the project is among its bases."""
    chains = [chain for base in node.bases for part in walk(base) if (chain := name_chain(part))]
    return any(meaning.definition for chain in chains for meaning in effects.names.meanings(effects.module, chain))
