from pathlib import Path

import pytest

from flows.cli.commands.verify import verify
from flows.errors import UsageError
from tasks.caching import Store
from tests.flows.cli.commands.stages import run


def test_a_whole_store_is_said_to_be_so(tmp_path, capsys):
    run(tmp_path, "first")

    assert verify(store=tmp_path) == 0
    assert capsys.readouterr().out == "2 results, 2 blobs, 3 B read: 0 damaged\n"


def test_every_damage_is_told_and_the_exit_code_says_so(tmp_path, capsys):
    run(tmp_path, "first")
    run(tmp_path, "second", mark="?")
    blob = next(path for path in Store(tmp_path).blobs if path.read_text() == "a!")
    blob.chmod(0o644)
    blob.write_text("b!")
    manifest = next((tmp_path / "manifests/letters").iterdir())
    manifest.write_text(manifest.read_text().replace('"count": 1', '"count": 2'))

    assert verify(store=tmp_path) == 1

    *damaged, advice, summary = capsys.readouterr().out.splitlines()
    assert advice.startswith("the next run that needs a damaged result makes it again; ")
    assert summary.endswith("2 damaged")
    assert f"manifests/letters/{manifest.name}: manifest does not hold what was written" in damaged
    assert any("has SHA-256" in line and "marked of marked[!], made by run first" in line for line in damaged)


def test_blobs_of_no_result_are_read_too_and_a_store_may_be_named_by_a_relative_path(tmp_path, capsys, monkeypatch):
    run(tmp_path / "store", "first")
    monkeypatch.chdir(tmp_path)
    for manifest in Path("store/manifests").glob("*/*.json"):
        manifest.unlink()
    blob = next(path for path in Store(tmp_path / "store").blobs if path.read_text() == "a!")
    blob.chmod(0o644)
    blob.write_text("b!")

    assert verify(store=Path("store")) == 1
    assert ": of no result" in capsys.readouterr().out


def test_a_store_that_is_not_there_is_no_whole_one(tmp_path):
    with pytest.raises(UsageError, match="there is no store"):
        verify(store=tmp_path / "none")
