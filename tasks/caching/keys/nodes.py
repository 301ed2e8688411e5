"""What the nodes of a syntax tree say: the names that they bind, what they import, which of them can run."""

import ast
import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
BINDERS = (
    ast.Name,
    ast.arg,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
    ast.MatchMapping,
)
WITHOUT_NAMES = {"ctx", "op", "ops", "id", "arg", "attr", "kind", "names", "type_comment"}
STATEMENT_LISTS = {"body", "handlers", "orelse", "finalbody", "cases"}
BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.For, ast.While, ast.Match)


class Import(NamedTuple):
    """What an import statement binds a name to: a module, or an attribute of one."""

    source: str
    attribute: str | None

    def modules(self) -> list[str]:
        """Dotted names that the import may load, as modules, apart from the packages above them."""
        return [self.source, f"{self.source}.{self.attribute}"] if self.attribute else [self.source]


def walk(*nodes: ast.AST, closed: tuple[type[ast.AST], ...] = ()) -> Iterator[ast.AST]:
    """The nodes and all below them that can run, in the order of the text, but not inside those of a closed kind."""
    waiting: list[Any] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.AST):
            continue  # a list may hold None and plain text as well
        yield node
        if isinstance(node, ast.If) and is_type_checking(node):
            waiting.extend(reversed(node.orelse))
        elif closed and isinstance(node, closed):
            waiting.extend([*node.ifs, node.iter] if isinstance(node, ast.comprehension) else [])
        else:
            for name in _fields(node._fields):
                value = getattr(node, name, None)
                waiting.extend(reversed(value) if isinstance(value, list) else [value])


def statements_of(*nodes: ast.AST, closed: tuple[type[ast.AST], ...] = ()) -> Iterator[ast.AST]:
    """As `walk`, but only statements and the clauses that hold some."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and is_type_checking(node):
            waiting.extend(reversed(node.orelse))
        elif not isinstance(node, closed):
            for name in _fields(node._fields):
                if name in STATEMENT_LISTS:
                    waiting.extend(reversed(getattr(node, name)))


def is_type_checking(node: ast.If) -> bool:
    """Whether the block is for type checkers alone."""
    return bool(chain := name_chain(node.test)) and chain[-1] == "TYPE_CHECKING"


def name_chain(node: ast.AST) -> list[str]:
    """`a.b.c` as ["a", "b", "c"]; empty for what is no name or attribute of one."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def names_bound(node: ast.AST) -> list[str]:
    """The names that this very node binds in its scope, imports apart."""
    if not isinstance(node, BINDERS):
        return []
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
        case ast.MatchMapping(rest=str(name)):
            return [name]
    return []


def imports(node: ast.AST, package: str) -> list[tuple[str, Import]]:
    """What an import statement binds, by local name; nothing for any other node."""
    if isinstance(node, ast.Import):
        parts = [(alias.asname or alias.name.partition(".")[0], alias) for alias in node.names]
        # `import a.b` binds `a`, yet loads `a.b`: a second entry under no name says so.
        bound = [(name, Import(alias.name if alias.asname else name, None)) for name, alias in parts]
        loaded = [("", Import(alias.name, None)) for _, alias in parts if "." in alias.name and not alias.asname]
        return bound + loaded
    if isinstance(node, ast.ImportFrom) and node.module != "__future__":
        source = absolute("." * node.level + (node.module or ""), package)
        return [(alias.asname or alias.name, Import(source, alias.name)) for alias in node.names]
    return []


def forward_reference(text: str) -> list[ast.expr]:
    """The expression that a string in an annotation spells; empty if it spells none."""
    try:
        return [ast.parse(text, mode="eval").body]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def joined_texts(values: list[ast.expr]) -> list[ast.expr]:
    """The parts of an f-string, with neighbouring plain texts as one: versions of Python divide them differently."""
    joined: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant) and joined and isinstance(joined[-1], ast.Constant):
            joined[-1] = ast.Constant(str(joined[-1].value) + str(value.value))
        else:
            joined.append(value)
    return [value for value in joined if not (isinstance(value, ast.Constant) and value.value == "")]


def absolute(name: str, package: str) -> str:
    """A module's name without leading dots, which count upwards from a package."""
    rest = name.lstrip(".")
    level = len(name) - len(rest)
    if not level:
        return name
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - level + 1], *([rest] if rest else [])])


@functools.cache
def _fields(fields: tuple[str, ...]) -> list[str]:
    """Those of a node's fields that can hold a node of interest, last first."""
    return [name for name in reversed(fields) if name not in WITHOUT_NAMES]
