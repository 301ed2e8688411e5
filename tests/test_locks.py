import itertools
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = ["test", "readers", "dev", "onnx", "tensorboard", "html", "s3", "hf"]
FOR_CPUS = "tensorflow-cpu"
ASKED = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-gpu.lock": [
        *(line for line in PROJECT["dependencies"] if not line.startswith(FOR_CPUS)),
        *PROJECT["optional-dependencies"]["gpu"],
    ],
    "requirements-test.lock": [
        *PROJECT["dependencies"],
        *itertools.chain.from_iterable(PROJECT["optional-dependencies"][extra] for extra in EXTRAS),
    ],
}


def entries(lock):
    """For each locked requirement, by its name and version: the hashes, and what asks for it."""
    found = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text().split("\n", 2)[2]):
        requirement, *_ = block.split(" \\")
        locked = Requirement(requirement)
        (version,) = locked.specifier
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
        found[canonicalize_name(locked.name), version.version] = (
            hashes,
            set(re.findall(r"# +(?:via )?([\w.-]+)", block)),
        )
    return found


@pytest.fixture(scope="module", params=ASKED)
def lock(request):
    return request.param


def test_every_package_of_a_lock_has_hashes_and_no_line_names_an_index_or_a_path(lock):
    assert [name for name, (hashes, _) in entries(lock).items() if not hashes] == []
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|\s@\s|\s/\w", read(lock)) == []


def test_a_lock_holds_what_the_project_asks_for_and_what_that_asks_for(lock):
    locked = entries(lock)
    asked = [Requirement(line) for line in ASKED[lock]]

    direct = {name for (name, _), (_, by) in locked.items() if "charflow" in by}
    assert direct == {canonicalize_name(requirement.name) for requirement in asked}
    assert [
        str(requirement)
        for requirement in asked
        for name, version in locked
        if name == canonicalize_name(requirement.name) and not requirement.specifier.contains(version)
    ] == []
    names = {name for name, _ in locked} | {"charflow"}
    assert [name for name, (_, by) in locked.items() if not by & names] == []


def test_what_runs_is_tested_in_the_same_versions():
    runs, tests = entries("requirements.lock"), entries("requirements-test.lock")

    assert {name: hashes for name, (hashes, _) in runs.items()}.items() <= {
        name: hashes for name, (hashes, _) in tests.items()
    }.items()
    assert len(tests) > len(runs) > 100


def test_with_a_gpu_the_same_runs_on_tensorflow_and_its_libraries_in_the_place_of_the_one_for_cpus():
    runs, gpu = entries("requirements.lock"), entries("requirements-gpu.lock")

    assert runs.keys() - gpu.keys() == {one for one in runs if one[0] == FOR_CPUS}
    more = {name for name, _ in gpu.keys() - runs.keys()}
    assert {"nvidia-cublas-cu12", "nvidia-cudnn-cu12"} <= more
    assert [name for name in more if not name.startswith("nvidia-")] == []
    assert all(gpu[one][0] == runs[one][0] for one in runs.keys() & gpu.keys())


def read(lock):
    return (ROOT / lock).read_text()
