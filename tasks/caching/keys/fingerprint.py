"""The fingerprint of a stage's code: a digest for every definition of the project that it can reach.

It follows names, not imports: from the stage function to the functions, classes and constants that it
mentions, in its own module and in others of the project, and on from there. A definition counts with
its syntax tree, so comments, docstrings, annotations of functions and formatting do not. A string that
names a file beside the module (a template, a style sheet) counts with that file's bytes.
"""

import ast
import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tasks.caching.keys.digests import digest_of_file

TOP_LEVEL = "<module>"
STAGE_DECORATORS = {"stage", "source"}
ENGINE = __name__.rsplit(".", 2)[0]

UNMEANT_FIELDS = {"annotation", "returns", "type_comment", "type_params", "kind", "ctx"}


@dataclass(frozen=True)
class Target:
    """A definition: a name at the top of a module. `TOP_LEVEL` stands for the module's other statements."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}:{self.name}"


@dataclass(frozen=True)
class Module:
    """A parsed module: its definitions and imports by the name they have in it."""

    path: Path
    definitions: dict[str, list[ast.AST]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)


def fingerprint(function: Callable[..., object]) -> dict[str, str]:
    """A short digest for each definition that the function can reach, by "module:name".

    Only modules of the function's own project count: those below the folder that holds its top-level package.
    """
    project = Project(_project_root(function))
    found: dict[str, str] = {}
    waiting = [Target(function.__module__, function.__name__)]
    while waiting:
        target = waiting.pop()
        if str(target) in found:
            continue
        found[str(target)] = project.digest(target)
        waiting.extend(project.references(target))
    return dict(sorted(found.items()))


def _project_root(function: Callable[..., object]) -> Path:
    path = Path(function.__code__.co_filename).absolute()
    return path.parents[function.__module__.count(".")]


@dataclass(frozen=True)
class Project:
    """The project's source below a root folder, read as text and never imported."""

    root: Path

    def digest(self, target: Target) -> str:
        """Digest of the definition's syntax and of the files that it names."""
        module = self._module(target.module)
        digest = hashlib.sha256()
        for node in module.definitions.get(target.name, []):
            for piece in _syntax(node):
                digest.update(piece.encode("utf-8", "surrogatepass"))
            for path in _named_files(node, module.path.parent):
                digest.update(digest_of_file(path).encode("ascii"))
        return digest.hexdigest()[:16]

    def references(self, target: Target) -> Iterator[Target]:
        """The definitions of the project that this one mentions."""
        module = self._module(target.module)
        if target.name != TOP_LEVEL:
            # Importing a module runs its top level and that of the packages above it.
            parts = target.module.split(".")
            yield from (Target(".".join(parts[:n]), TOP_LEVEL) for n in range(len(parts), 0, -1))
        for node in module.definitions.get(target.name, []):
            imports = {**module.imports, **_imports(ast.walk(node))}
            for chain in _name_chains(node):
                yield from self._resolve(target.module, module, imports, chain)

    def _resolve(
        self, name: str, module: Module, imports: dict[str, tuple[str, str | None]], chain: list[str]
    ) -> Iterator[Target]:
        first, *rest = chain
        if first in imports:
            source, attribute = imports[first]
            yield from self._resolve_import(source, ([attribute] if attribute else []) + rest)
        elif first in module.definitions:
            yield Target(name, first)

    def _resolve_import(self, source: str, chain: list[str]) -> Iterator[Target]:
        """Walk from a module along attribute names, through submodules and re-exports, to a definition."""
        path = self._path(source)
        if path is None:
            return
        module = _parse(path)
        yield Target(source, TOP_LEVEL)
        if not chain:
            yield from (Target(source, name) for name in module.definitions)
        elif self._path(f"{source}.{chain[0]}"):
            yield from self._resolve_import(f"{source}.{chain[0]}", chain[1:])
        else:
            yield from self._resolve(source, module, module.imports, chain)

    def _module(self, name: str) -> Module:
        path = self._path(name)
        return _parse(path) if path else Module(self.root)

    def _path(self, module: str) -> Path | None:
        if module == ENGINE or module.startswith(f"{ENGINE}."):
            return None  # how results are kept does not change them
        place = self.root.joinpath(*module.split("."))
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                return path
        return None


@functools.cache
def _parse(path: Path) -> Module:
    tree = ast.parse(path.read_bytes())
    module = Module(path)
    for statement in tree.body:
        for name in _names_defined(statement):
            module.definitions.setdefault(name, []).append(statement)
    module.imports.update(_imports(tree.body))
    return module


def _names_defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Assign():
            return [n.id for target in statement.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return []
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return []
        case _:
            return [TOP_LEVEL]


def _imports(nodes: Iterable[ast.AST]) -> dict[str, tuple[str, str | None]]:
    """Local name -> (module, attribute or None) for every import statement among the nodes."""
    found: dict[str, tuple[str, str | None]] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name if alias.asname else alias.name.split(".")[0]
                found[alias.asname or top] = (top, None)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = (node.module, alias.name)
    return found


def _name_chains(node: ast.AST) -> Iterator[list[str]]:
    """Every dotted name in the definition's code: `a.b.c` as ["a", "b", "c"]."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        chain = _chain(current)
        if chain:
            yield chain
        else:
            waiting.extend(child for _, child in _children(current))


def _chain(node: ast.AST) -> list[str]:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The parts of a node that have meaning when it runs, with the field that they stand in."""
    for name, value in ast.iter_fields(node):
        if name in UNMEANT_FIELDS and not (name == "annotation" and isinstance(node, ast.AnnAssign)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _has_no_meaning(name, child):
                yield name, child


def _has_no_meaning(name: str, node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring, or a bare string that documents an attribute
    if name == "decorator_list":
        called = node.func if isinstance(node, ast.Call) else node
        return isinstance(called, ast.Name) and called.id in STAGE_DECORATORS
    return False


def _syntax(node: ast.AST) -> Iterator[str]:
    """The node as text that is the same on every Python version: kinds, plain values, children."""
    yield f"({type(node).__name__}"
    for name, value in ast.iter_fields(node):
        plain = [v for v in (value if isinstance(value, list) else [value]) if not isinstance(v, ast.AST)]
        if name not in UNMEANT_FIELDS and any(v is not None for v in plain):
            yield f" {name}={plain!r}"
    for name, child in _children(node):
        yield f" {name}:"
        yield from _syntax(child)
    yield ")"


def _named_files(node: ast.AST, folder: Path) -> Iterator[Path]:
    """Files beside the module that a string in the definition names."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and 0 < len(part.value) < 100:
            name = part.value
            if "." in name and name.isprintable() and "/" not in name and (folder / name).is_file():
                yield folder / name
