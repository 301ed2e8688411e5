import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tasks.caching.keys.code import changed_files, code_of, snapshot
from tests.caching.keys.edits_that_count import EDITS_THAT_COUNT
from tests.caching.keys.edits_that_do_not_count import EDITS_THAT_DO_NOT_COUNT

STAGES = ["download", "normalise", "encode", "shard", "train", "sample", "reference", "score", "review"]
REPOSITORY = Path(__file__).parents[3]


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True) if text is None else path.write_text(text)
    return folder


def function_in(folder, name="work", module="toy.stages"):
    """A function that says it comes from there; the source is read as text and never run."""
    path = folder / f"{module.replace('.', '/')}.py"
    function = types.FunctionType(compile("", str(path), "exec"), {"__name__": module}, name)
    function.__qualname__ = name
    return function


@pytest.fixture
def project(tmp_path):
    """Writes files to a new folder each time, for there the source has not been read before."""
    folders = (tmp_path / str(number) for number in range(1000))
    return lambda *files: written(next(folders), {"toy/__init__.py": "", **{k: v for f in files for k, v in f.items()}})


def code(folder, name="work", module="toy.stages"):
    return code_of(function_in(folder, name, module))


def test_the_key_changes_with_each_edit_that_has_a_meaning_and_with_no_other(project):
    rows = [(*row, True) for row in EDITS_THAT_COUNT] + [(*row, False) for row in EDITS_THAT_DO_NOT_COUNT]

    wrong = [
        f"{name}: the key {'stays' if counts else 'changes'}"
        for name, before, after, counts in rows
        if (code(project(before)).digest != code(project(before, after)).digest) != counts
    ]

    assert not wrong, "\n".join(wrong)
    assert not [name for name, before, after, _ in rows if before | after == before]


def test_an_edit_after_the_import_is_seen_on_disk_but_not_in_the_code(project):
    files = {
        "toy/stages.py": "from toy.a import f\ndef work(out): f('p.txt')\n",
        "toy/a.py": "def f(): 1\n",
        "toy/p.txt": "",
    }
    folder = project(files)
    function = function_in(folder)
    snapshot(function)
    written(folder, {"toy/a.py": "def f(): return 2\n"})

    found = code_of(function)

    assert found.digest == code(project(files)).digest
    assert changed_files(found) == [folder / "toy/a.py"]
    written(folder, {**files, "toy/p.txt": None})
    assert changed_files(found) == [folder / "toy/p.txt"]


def test_a_file_that_goes_after_the_import_does_not_matter(project):
    folder = project({"toy/stages.py": "from toy.a import f\ndef work(out): f()\n", "toy/a.py": "def f(): return 1\n"})
    function = function_in(folder)
    snapshot(function)
    shutil.rmtree(folder)

    assert "toy.a:f" in code_of(function).definitions
    assert len(changed_files(code_of(function))) == 3


def test_a_function_without_source_is_refused(tmp_path):
    with pytest.raises(ValueError, match="source of module"):
        code(tmp_path)


def test_folders_beside_the_package_are_not_read(project):
    folder = project(
        {"toy/stages.py": "def work(out): return 'data.old', 'toy.a'\n", "toy/a.py": "", "data/old.py": "x = 1\n"}
    )

    assert [path.relative_to(folder).as_posix() for path in code(folder).files] == [
        "toy/__init__.py",
        "toy/a.py",
        "toy/stages.py",
    ]


def test_the_definition_that_was_edited_is_named_and_no_other(project):
    files = {
        "toy/stages.py": "from toy.a import f\ndef work(out): f(open('p.txt'))\n",
        "toy/a.py": "def f(x): return g(x)\ndef g(x): return x\n",
        "toy/p.txt": "",
    }
    before = code(project(files)).definitions
    after = code(project(files, {"toy/a.py": "def f(x): return g(x)\ndef g(x): return 1\n"})).definitions

    assert list(before) == ["toy.a:f", "toy.a:g", "toy.stages:work"]
    assert [name for name in before if before[name] != after[name]] == ["toy.a:g"]
    after = code(project(files, {"toy/p.txt": "1"})).definitions
    assert [name for name in before if before[name] != after[name]] == ["toy.stages:work"]


def test_deep_nesting_and_long_chains_of_calls_are_read(project):
    deep = " + ".join(["1"] * 900)
    many = "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(1500))
    folder = project({"toy/stages.py": f"def work(out): return f0() + {deep}\n{many}def f1500(): return work(1)\n"})

    assert len(code(folder).definitions) == 1502


def test_the_digest_is_the_same_in_every_process(project):
    folder = project(*(before for _, before, _ in EDITS_THAT_COUNT))
    written(
        folder, {"toy/stages.py": "from toy import *\nfrom toy import a, b, p\ndef work(out): vars(a), b.f(), p, f()\n"}
    )
    program = (
        "import sys, json; from pathlib import Path; from tests.caching.keys.test_code import code;"
        "print(code(Path(sys.argv[1])).digest)"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, folder],
            env=environment | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert digests == {code(folder).digest}


def test_the_engine_itself_does_not_count():
    found = [code(REPOSITORY, name, f"tasks.{name}") for name in STAGES]

    assert not [name for each in found for name in each.definitions if name.startswith("tasks.caching")]
    assert not [path for each in found for path in each.files if "caching" in path.parts[len(REPOSITORY.parts) :]]


def test_no_key_changes_when_a_module_of_the_project_is_renamed(tmp_path):
    before = {name: code(REPOSITORY, name, f"tasks.{name}").digest for name in STAGES}
    for package in ("tasks", "flows"):
        shutil.copytree(REPOSITORY / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tasks/text/normalising.py").rename(tmp_path / "tasks/text/normal_form.py")
    for path in [p for package in ("tasks", "flows") for p in (tmp_path / package).rglob("*.py")]:
        path.write_text(path.read_text().replace("tasks.text.normalising", "tasks.text.normal_form"))

    after = {name: code(tmp_path, name, f"tasks.{name}") for name in STAGES}

    assert "tasks.text.normal_form:normalised" in after["normalise"].definitions
    assert {name: each.digest for name, each in after.items()} == before
    assert len(set(before.values())) == len(STAGES)
