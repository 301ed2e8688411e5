import os
import re

import pytest

from flows.cli.commands.gc import NAMES, gc
from flows.errors import UsageError
from tasks.caching import Store, StoreError, leased
from tasks.caching.store.collection import RESUMABLE
from tests.flows.cli.commands.stages import run


def stored(folder):
    return sorted(path.read_text() for path in Store(folder).blobs)


@pytest.fixture
def store(tmp_path):
    for number in (1, 2, 3):
        run(tmp_path, f"run-{number}", count=number)
    return tmp_path


def test_it_only_says_what_would_go_until_it_is_told_to_remove_it(store, capsys):
    gc(store=store, keep_runs=1)
    preview = capsys.readouterr().out
    before = stored(store)
    gc(store=store, keep_runs=1, yes=True)
    removed = capsys.readouterr().out

    assert before == ["a", "a!", "aa", "aa!", "aaa", "aaa!"]
    assert stored(store) == ["aaa", "aaa!"]
    assert preview.startswith("would be removed (nothing is gone yet):\n")
    assert "would be freed; to remove it, give the same command with --yes\n" in preview
    assert removed.startswith("removed:\n")
    assert "freed\n" in removed
    assert removed.endswith("7 B of results stay in the store, for 1 run\n")


def test_without_a_policy_every_result_stays(store, capsys):
    gc(store=store, yes=True)

    assert (
        capsys.readouterr().out == "nothing to remove: all results are kept; to remove those of old runs, "
        "pass --keep-runs N or --older-than DAYS\n"
        "15 B of results stay in the store, for 3 runs\n"
    )


def test_every_kind_of_what_goes_has_a_name(store, capsys):
    opened = Store(store)
    (store / "damaged").mkdir(exist_ok=True)
    (store / "damaged/one").write_text("x" * 10)
    next(path for path, _ in opened.manifests).write_text("no manifest")
    os.link(next(iter(opened.blobs)), store.parent / "shared")

    gc(store=store, keep_runs=1)

    said = capsys.readouterr().out
    rows = {re.split("  +", line)[0] for line in said.split("\n\n")[1].splitlines()[1:]}
    assert rows <= {*NAMES.values()}
    assert len(rows) == 5
    assert {*RESUMABLE} < {*NAMES}


def test_what_a_folder_of_a_run_shares_is_said_to_stay(store, capsys):
    for number, path in enumerate(Store(store).blobs):
        os.link(path, store.parent / f"shared-{number}")

    gc(store=store, keep_runs=1)

    assert "8 B of it stay on the disk: folders of runs (artifacts/runs) have the same files" in capsys.readouterr().out


def test_a_pinned_run_stays(store, capsys):
    gc(store=store, pin_run=["run-1"], keep_runs=1, yes=True)

    assert "pinned: run-1" in capsys.readouterr().out
    assert stored(store) == ["a", "a!", "aaa", "aaa!"]


def test_of_the_runs_whose_results_stay_it_says_how_many_did_not_end(store, capsys):
    for run_that_fails in ("run-4", "run-5"):
        with pytest.raises(ValueError, match="this"), leased(store, run_that_fails):
            raise ValueError("this")
    with leased(store, "run-5"):
        gc(store=store, keep_runs=1)

    assert capsys.readouterr().out.endswith(" stay in the store, for 3 runs, of which 1 failed or was stopped\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"keep_runs": -1}, "--keep-runs must be a number, 0 or more"),
        ({"older_than": float("nan")}, "--older-than must be a number, 0 or more"),
        ({"resumable_days": -1.0}, "--resumable-days must be a number, 0 or more"),
        ({"pin_run": ["none"]}, "knows no run none; `status` lists them"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(store, options, said):
    with pytest.raises(UsageError, match=said):
        gc(store=store, **options)


def test_nothing_is_removed_from_a_folder_that_is_no_store_of_this_format(tmp_path):
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects/precious").write_text("precious")

    with pytest.raises(StoreError, match="format 1"):
        gc(store=tmp_path, keep_runs=0, yes=True)
    with pytest.raises(UsageError, match="there is no store"):
        gc(store=tmp_path / "none", keep_runs=0, yes=True)
    assert (tmp_path / "objects/precious").exists()
