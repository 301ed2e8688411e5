"""The import rule: flows -> stages -> domain; engine and domain know nothing of each other, both write durably."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"corpus", "data", "kernels", "learning", "network", "page", "progress", "quality", "sampling", "text"}
HEAVY = {"tensorflow", "keras"}
TENSORS = "tasks.network.", "tasks.learning.", "tasks.sampling."


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for folder in ("flows", "tasks") for path in (ROOT / folder).rglob("*.py")}


def imported(name: str) -> set[str]:
    """Every module that this one imports, also inside functions and when it is run as a script."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively"
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {one if one in MODULES else node.module for one in full}
    return found - {name}


def layer_of(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "flows":
        return "flows"
    if parts[0] != "tasks" or len(parts) == 1:
        return "outside"
    if parts[1] in ("caching", "durable"):
        return "engine" if parts[1] == "caching" else "durable"
    return "domain" if parts[1] in ROOMS else "stage"


MAY_IMPORT = {
    "flows": {"flows", "stage", "domain", "engine", "durable"},
    "stage": {"domain", "engine"},
    "domain": {"domain", "durable"},
    "engine": {"engine", "durable"},
    "durable": {"durable"},
}


@pytest.mark.parametrize("name", [name for name in sorted(MODULES) if layer_of(name) != "outside"])
def test_a_module_imports_only_what_its_layer_may(name):
    allowed = {"outside"} | MAY_IMPORT[layer_of(name)]

    assert {other for other in imported(name) if layer_of(other) not in allowed} == set()


def test_only_the_orchestration_knows_prefect():
    knowing = {name for name in MODULES if any(other.split(".")[0] == "prefect" for other in imported(name))}

    assert {name for name in knowing if not name.startswith("flows.orchestration.")} == set()


def test_only_network_learning_and_sampling_know_tensorflow():
    knowing = {name for name in MODULES if any(other.split(".")[0] in HEAVY for other in imported(name))}

    assert {name for name in knowing if not name.startswith(TENSORS)} == set()


def test_only_the_kernels_know_llvm_and_they_know_no_other_room():
    knowing = {name for name in MODULES if any(other.split(".")[0] == "llvmlite" for other in imported(name))}
    kernels = {name for name in MODULES if name.startswith("tasks.kernels")}

    assert knowing < kernels
    assert {other for name in kernels for other in imported(name) & MODULES.keys()} < kernels


@pytest.mark.parametrize("room", ["learning", "sampling", "network"])
def test_learning_and_sampling_meet_in_the_network_alone(room):
    known = {other for name in MODULES if name.startswith(f"tasks.{room}") for other in imported(name)}
    apart = {"learning", "sampling"} - {room}

    assert {other for other in known if other.split(".")[:1] == ["tasks"] and other.split(".")[1] in apart} == set()


def test_no_imports_run_in_a_circle():
    graph = {name: {other for other in imported(name) if other in MODULES} for name in MODULES}

    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


@pytest.mark.parametrize("module", ["flows.recipe", "flows.cli.app", "flows.cli.plan"])
def test_what_a_plan_needs_loads_nothing_heavy(module):
    heavy = {"tensorflow", "keras", "llvmlite", "numpy", "prefect", "pyarrow"}
    script = f"import sys, tasks.text.vocabulary, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize("words", [["--help"], ["sample", "--help"]], ids=" ".join)
def test_help_loads_nothing_that_it_does_not_show(words):
    heavy = {"tensorflow", "keras", "llvmlite", "prefect", "pyarrow", "numpy", "httpx", "yaml", "rich.markdown"}
    script = f"import sys; from flows.cli.app import main; main({words}); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
    assert "Usage: flows/main.py" in done.stdout
