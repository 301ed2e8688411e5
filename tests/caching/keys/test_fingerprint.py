import importlib.util
import sys

import pytest

from tasks.caching.keys.fingerprint import fingerprint
from tests.caching.toy_project import write_project

EDITS_WITHOUT_MEANING = {
    "a comment": ("    return text.upper()", "    # louder\n    return text.upper()  # yes"),
    "a docstring": ('    """Upper case."""\n', '    """Make it loud, as it were."""\n'),
    "no docstring": ('    """Upper case."""\n', ""),
    "formatting": (
        "    return loud(text) + SUFFIX",
        "    return (\n        loud( text )\n        + SUFFIX\n    )",
    ),
    "annotations": ("def loud(text):", "def loud(text: 'str') -> 'str':"),
    "a function that is not reached": ("return text.lower()", "return text.lower().strip()"),
    "an import that is not used": ('"""Letters."""', '"""Letters."""\nimport math'),
}

EDITS_WITH_MEANING = {
    "a helper's helper": ("return text.upper()", "return text.title()", "toy.letters:loud"),
    "a constant": ('SUFFIX = "!"', 'SUFFIX = "?"', "toy.letters:SUFFIX"),
    "a default": ("def loud(text):", "def loud(text, level=2):", "toy.letters:loud"),
    "a statement at the top": ('"""Letters."""', '"""Letters."""\nprint("hi")', "toy.letters:<module>"),
}


def load(folder, name):
    """The stage of the project in this folder, freshly imported."""
    for module in [m for m in sys.modules if m == "toy" or m.startswith("toy.")]:
        del sys.modules[module]
    sys.path.insert(0, str(folder))
    try:
        return getattr(importlib.import_module("toy.stages"), name).function
    finally:
        sys.path.remove(str(folder))
        for module in [m for m in sys.modules if m == "toy" or m.startswith("toy.")]:
            del sys.modules[module]


def edited(tmp_path, file, old, new):
    folder = write_project(tmp_path)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    return folder


@pytest.fixture
def before(tmp_path_factory):
    return fingerprint(load(write_project(tmp_path_factory.mktemp("before")), "upper"))


@pytest.mark.parametrize("edit", EDITS_WITHOUT_MEANING)
def test_an_edit_without_meaning_changes_nothing(tmp_path, before, edit):
    folder = edited(tmp_path, "toy/letters.py", *EDITS_WITHOUT_MEANING[edit])

    assert fingerprint(load(folder, "upper")) == before


@pytest.mark.parametrize("edit", EDITS_WITH_MEANING)
def test_an_edit_with_meaning_changes_the_definition_that_was_edited_and_no_other(tmp_path, before, edit):
    old, new, definition = EDITS_WITH_MEANING[edit]
    folder = edited(tmp_path, "toy/letters.py", old, new)

    after = fingerprint(load(folder, "upper"))

    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == {definition}


def test_a_file_that_the_code_names_counts_with_its_bytes(tmp_path):
    folder = write_project(tmp_path)
    before = fingerprint(load(folder, "finish"))
    (folder / "toy/page.txt").write_text("another template")

    assert fingerprint(load(folder, "finish")) != before


def test_code_that_another_stage_reaches_does_not_count(tmp_path):
    folder = write_project(tmp_path)
    before = fingerprint(load(folder, "finish"))
    (folder / "toy/letters.py").write_text("SUFFIX = ''\ndef shout(text):\n    return text\n")

    assert fingerprint(load(folder, "finish")) == before


def test_names_are_followed_through_re_exports_submodules_and_local_imports(tmp_path):
    folder = write_project(tmp_path)
    (folder / "toy/__init__.py").write_text("from toy.letters import shout as cry\n")
    (folder / "toy/stages.py").write_text(
        "import toy.letters\n"
        "def upper(out):\n"
        "    from toy import cry\n"
        "    return cry(toy.letters.whisper('a'))\n"
        "upper.function = upper\n"
    )

    found = fingerprint(load(folder, "upper"))

    assert {"toy.letters:shout", "toy.letters:loud", "toy.letters:SUFFIX", "toy.letters:whisper"} <= set(found)


def test_the_engine_itself_does_not_count():
    encode = pytest.importorskip("tasks.encode").encode

    assert not [name for name in fingerprint(encode.function) if name.startswith("tasks.caching")]
