"""Where a node stands, and what of it has a meaning there."""

import ast
import functools
from collections.abc import Iterable
from typing import NamedTuple

from tasks.caching.keys.nodes import Function, is_type_checking, names_bound
from tasks.caching.keys.references import Imported, References

UNMEANT_FIELDS = {"type_comment", "kind", "ctx"}
STATEMENT_FIELDS = {"body", "orelse", "finalbody"}


class Context(NamedTuple):
    """Where a node stands: directly in a class, in a block that may not run, in an annotation; do annotations count?"""

    in_class: bool = False
    annotated: bool = False
    conditional: bool = False
    annotation: bool = False

    def counts(self, node: ast.AST, name: str, value: object) -> bool:
        """Whether a node's field of that name and value has a meaning."""
        if name in ("annotation", "returns"):
            return self.annotated or isinstance(node, ast.AnnAssign)
        # These are not on every Python version, and mostly are annotations.
        return not (name == "default_value" or (name == "type_params" and (not value or isinstance(node, Function))))

    def meant(
        self, statements: Iterable[ast.stmt], references: References, introspective: bool
    ) -> list[ast.stmt | Imported]:
        """Those of neighbouring statements that have a meaning, last first: in the order of a stack.

        Args:
            statements: they stand here one after the other; what others than those returned bind is taken up.
            references: those of the definition that they belong to.
            introspective: whether the code looks at docstrings and annotations, so that these have a meaning.
        """
        parts: list[ast.stmt | Imported] = []
        run: list[ast.stmt] = []
        for statement in statements:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                run.append(statement)
                continue
            parts += self._imported(run, references)
            run = []
            if isinstance(statement, ast.If) and is_type_checking(statement):
                parts += reversed(self.meant(statement.orelse, references, introspective))
            elif not self._is_nothing(statement, introspective):
                parts.append(statement)
            elif isinstance(statement, ast.AnnAssign):
                references.bound.update(names_bound(statement.target))
        return [*parts, *self._imported(run, references)][::-1]

    def _imported(self, run: list[ast.stmt], references: References) -> list[Imported]:
        """What stands for imports, in any order: nothing where they make no attributes and surely run."""
        bound = references.imports(run) if run else []
        return [Imported(bound, self.in_class)] if bound and (self.in_class or self.conditional) else []

    def _is_nothing(self, statement: ast.stmt, introspective: bool) -> bool:
        if isinstance(statement, ast.Pass):
            return True
        is_bare = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_declared = isinstance(statement, ast.AnnAssign) and statement.value is None and not self.in_class
        return (is_bare or is_declared) and not introspective


@functools.cache
def meant_fields(fields: tuple[str, ...]) -> list[str]:
    """Those of a node's fields that may have a meaning, last first: in the order of a stack."""
    return [name for name in reversed(fields) if name not in UNMEANT_FIELDS]
