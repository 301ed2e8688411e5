import hashlib
import json

import pytest

from tasks.caching.keys.code import code_of
from tasks.caching.keys.memo import memos_in
from tasks.caching.keys.source import source_below
from tests.caching.keys.edits_that_count import EDITS_THAT_COUNT
from tests.caching.keys.edits_that_do_not_count import EDITS_THAT_DO_NOT_COUNT
from tests.caching.keys.test_code import function_in, written

FILES = {"toy/__init__.py": "", "toy/stages.py": "def work(out): open('p.txt')\n", "toy/p.txt": "1"}


def digest_in_a_new_process(folder):
    """What a process that has read nothing yet finds."""
    source_below.cache_clear()
    return code_of(function_in(folder)).digest


@pytest.fixture
def memos(tmp_path):
    with memos_in(tmp_path / "memos"):
        yield tmp_path / "memos"


def marked(memo):
    """Change the result in a memo, so that it shows when it is used."""
    content = json.loads(memo.read_bytes().split(b"\n", 1)[1])
    content["result"]["digest"] = "marked"
    text = json.dumps(content).encode()
    memo.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def test_what_was_computed_is_used_again_also_by_a_copy_of_the_project_until_something_changes(tmp_path, memos):
    one, two = written(tmp_path / "one", FILES), written(tmp_path / "two", FILES)
    digest = digest_in_a_new_process(one)
    (memo,) = memos.iterdir()
    marked(memo)

    assert digest_in_a_new_process(one) == digest_in_a_new_process(two) == "marked"
    for changed in ({"toy/b.py": ""}, {"toy/p.txt": "2"}, {"toy/p.txt": None}, {"toy/stages.py": "def work(out): 1\n"}):
        written(one, changed)
        found = digest_in_a_new_process(one)
        assert found != "marked"
        assert (found == digest) == (changed == {"toy/b.py": ""})
        marked(memo)


def test_no_edit_of_the_tables_is_hidden_by_what_was_computed_before_it(tmp_path, memos):
    wrong = []
    for number, (name, before, after) in enumerate([*EDITS_THAT_COUNT, *EDITS_THAT_DO_NOT_COUNT]):
        edited = written(tmp_path / f"edited{number}", {"toy/__init__.py": "", **before})
        digest_in_a_new_process(edited)
        remembered = digest_in_a_new_process(written(edited, after))
        fresh = written(tmp_path / f"fresh{number}", {"toy/__init__.py": "", **before, **after})
        with memos_in(tmp_path / "none" / "nowhere"):
            wrong += [name] if remembered != digest_in_a_new_process(fresh) else []
    assert not wrong


def test_a_memo_that_no_longer_holds_changes_nothing_in_what_is_computed_anew(tmp_path, memos):
    stages = "import other.plain\ndef work(out): return 'other.thing:go', other.plain"
    files = {"toy/__init__.py": "", "toy/stages.py": stages, "other/plain.py": "", "other/thing.py": "def go(): 1\n"}
    folder = written(tmp_path / "one", files)
    digest_in_a_new_process(folder)

    remembered = digest_in_a_new_process(written(folder, {"other/plain.py": "1\n"}))

    with memos_in(tmp_path / "none" / "nowhere"):
        assert remembered == digest_in_a_new_process(folder)


@pytest.mark.parametrize("content", [b"", b"x\ny", b"[]", b"\xff\n"])
def test_a_memo_that_is_no_longer_whole_is_computed_again(tmp_path, memos, content):
    folder = written(tmp_path / "one", FILES)
    digest = digest_in_a_new_process(folder)
    (memo,) = memos.iterdir()
    whole = memo.read_bytes()

    for damaged in (content, whole[:-1], whole[:100], whole.replace(b"toy", b"tox")):
        memo.write_bytes(damaged)
        assert digest_in_a_new_process(folder) == digest
        assert memo.read_bytes() == whole


def test_where_no_memo_can_be_written_the_digest_is_computed_each_time(tmp_path):
    folder = written(tmp_path / "one", FILES)
    digest = digest_in_a_new_process(folder)
    (tmp_path / "file").touch()

    for nowhere in (tmp_path / "absent" / "memos", tmp_path / "file"):
        with memos_in(nowhere):
            assert digest_in_a_new_process(folder) == digest
    assert not (tmp_path / "absent").exists()
