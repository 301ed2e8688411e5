import functools
import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tasks.caching import Artifact, Outcome, Session, Store, Unchanged, leased, resume_folder, source, stage
from tasks.caching.running.execute import execute
from tasks.caching.store.collection import Policy, collect, pin, pinned, unpin
from tasks.caching.store.leases import read_leases
from tests.faults.forking import start, wait


@source()
def fetch(out: Path, previous: Artifact | None, *, source: str) -> Outcome | Unchanged:
    content = Path(source).read_bytes()
    if previous and previous.path("bytes").read_bytes() == content:
        return Unchanged(why="same content")
    (out / "bytes").write_bytes(content)
    return Outcome()


@stage()
def shout(out: Path, raw: Artifact, times: int) -> Outcome:
    (out / "text").write_text(raw.path("bytes").read_text().upper() * times)
    (out / "same").write_text("the same in every result")
    return Outcome()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "corpus").write_text("hello")
    return tmp_path


def run(folder, name, times=1, wait=0.0):
    """The states of the stages, and the text that they end with."""
    with leased(folder / "store", name) as store, Session(store=store, answer=execute).active() as session:
        raw = fetch(source=str(folder / "corpus"))
        time.sleep(wait)
        made = shout(raw, times=times)
        time.sleep(wait)
        return [report.state for report in session.reports], made.path("text").read_text()


def stored(folder):
    return sorted(path.read_text() for path in Store(folder / "store").blobs)


def test_five_nights_of_changed_corpora_leave_nothing_that_no_manifest_names(folder):
    for night in range(5):
        (folder / "corpus").write_text(f"night {night}")
        run(folder, f"run-{night}")
    assert "night 0" in stored(folder)

    collect(Store(folder / "store"), Policy(), preview=False)

    named = {file.sha256 for _, manifest in Store(folder / "store").manifests for file in manifest.files.values()}
    assert {path.name for path in Store(folder / "store").blobs} == named
    assert [text for text in stored(folder) if text.startswith("night")] == ["night 4"]
    assert len([text for text in stored(folder) if text.startswith("NIGHT")]) == 5


def test_a_preview_says_what_would_go_and_how_much_it_frees_and_removes_nothing(folder):
    for times in range(1, 4):
        run(folder, f"run-{times}", times)
    before = stored(folder)
    linked = next(path for path in Store(folder / "store").blobs if path.read_text() == "HELLO")
    os.link(linked, folder / "in-a-run-folder")

    collection = collect(Store(folder / "store"), Policy(runs=1), preview=True)

    assert stored(folder) == before
    blobs = {one.path.read_text(): (one.bytes, one.freed) for one in collection.garbage if one.kind == "blob"}
    assert blobs == {"HELLO": (5, 0), "HELLOHELLO": (10, 10)}
    assert collection.kept_runs == ["run-3"]
    assert collection.kept_bytes == sum(map(len, before)) - 15


def test_the_results_of_the_newest_runs_stay_and_reuse_counts_as_use(folder):
    for times in (1, 2, 3):
        run(folder, f"run-{times}", times)
    run(folder, "again", times=1)

    collect(Store(folder / "store"), Policy(runs=2), preview=False)

    assert run(folder, "a", times=3)[0] == ["cached", "cached"]
    assert run(folder, "b", times=1)[0] == ["cached", "cached"]
    assert run(folder, "c", times=2)[0] == ["cached", "ran"]


def test_results_of_old_runs_go_by_their_days(folder):
    run(folder, "old", times=1)
    (lease,) = read_leases(folder / "store/leases")
    first, *rest = lease.path.read_text().splitlines()
    old = json.dumps({**json.loads(first), "started": "2020-01-01T00:00:00+00:00"})
    lease.path.write_text("\n".join([old, *rest, ""]))
    run(folder, "new", times=2)

    collect(Store(folder / "store"), Policy(days=30), preview=False)

    assert [lease.run for lease in read_leases(folder / "store/leases")] == ["new"]
    assert run(folder, "next", times=1)[0] == ["cached", "ran"]


def test_a_pinned_run_stays_until_it_is_unpinned(folder):
    run(folder, "pinned", times=1)
    run(folder, "newer", times=2)
    store = Store(folder / "store")

    assert pin(store, "pinned") == 1
    assert pin(store, "unknown") == 0
    collect(store, Policy(runs=0), preview=False)
    assert pinned(store) == ["pinned"]
    assert "HELLO" in stored(folder)

    assert unpin(store, "pinned") == 1
    collect(store, Policy(runs=0), preview=False)
    assert stored(folder) == []


def test_a_failed_run_does_not_push_out_the_last_good_one(folder):
    run(folder, "good", times=1)
    with pytest.raises(ValueError, match="no"), leased(folder / "store", "failed"):
        raise ValueError("no")

    collect(Store(folder / "store"), Policy(runs=1), preview=False)

    assert run(folder, "next", times=1)[0] == ["cached", "cached"]


def test_what_a_killed_run_can_resume_from_goes_only_by_its_age_and_bytes(folder):
    @stage()
    def stopped(out: Path) -> Outcome:
        (resume_folder(out) / "checkpoint").write_text("x" * 100)
        raise KeyboardInterrupt

    store = Store(folder / "store")
    with pytest.raises(KeyboardInterrupt):
        execute(stopped.bind(), store)

    collect(store, Policy(runs=0), preview=False)
    assert len(store.scratch.resumable()) == 1

    (garbage,) = collect(store, Policy(resumable_days=0), preview=False).garbage
    assert (garbage.kind, garbage.bytes) == ("work of a killed run", 100)
    assert store.scratch.resumable() == []


def test_a_live_run_keeps_what_it_found_when_another_puts_new_bytes_under_the_same_key(folder):
    with leased(folder / "store", "live") as live, Session(store=live, answer=execute).active():
        found = fetch(source=str(folder / "corpus"))
        (folder / "corpus").write_text("changed")
        run(folder, "other")

        collect(Store(folder / "store"), Policy(runs=0), preview=False)
        assert found.path("bytes").read_text() == "hello"

    collect(Store(folder / "store"), Policy(), preview=False)
    assert not found.path("bytes").exists()


def test_a_run_that_is_pinned_while_it_lives_keeps_what_it_makes_later(folder):
    with leased(folder / "store", "live") as live, Session(store=live, answer=execute).active():
        pin(live, "live")
        shout(fetch(source=str(folder / "corpus")), times=1)

    collect(Store(folder / "store"), Policy(runs=0), preview=False)

    assert "HELLO" in stored(folder)


def test_what_others_have_put_into_the_store_is_neither_counted_nor_removed(folder):
    run(folder, "run", times=1)
    store = Store(folder / "store")
    blob = next(iter(store.blobs))
    foreign = [blob.parent / "@eaDir", folder / "store/damaged/x", folder / "store/manifests/x/abc.json"]
    for path in foreign:
        path.mkdir(parents=True)
    (folder / "store/leases/foreign.jsonl").write_text('{"run": 1, "started": 2, "process": 3}\n')
    (folder / "store/leases/naive.jsonl").write_text('{"run": "x", "started": "2030-01-01", "process": 3}\n')

    collect(store, Policy(runs=1, days=1), preview=False)

    assert all(path.is_dir() for path in foreign)
    assert run(folder, "again", times=1)[0] == ["cached", "cached"]


@pytest.mark.slow
def test_nothing_that_live_runs_use_is_collected_while_they_go_on(folder):
    """Fifty rounds of runs that begin, reuse, make and end while everything else is collected again and again."""
    choose = random.Random(1)
    for number in range(50):
        times = [choose.randrange(1, 4) for _ in range(3)]
        runs = [start(functools.partial(run, folder, f"{number}-{n}", t, 0.03)) for n, t in enumerate(times)]
        end = time.monotonic() + 0.12
        while time.monotonic() < end:
            collect(Store(folder / "store"), Policy(runs=0, resumable_days=0), preview=False)
        for each, ended in zip(times, map(wait, runs), strict=True):
            assert not ended.error
            assert ended.result[1] == "HELLO" * each


@pytest.mark.slow
def test_collecting_that_is_killed_leaves_a_store_that_is_whole(folder):
    for times in range(1, 6):
        run(folder, f"run-{times}", times)
    choose = random.Random(2)
    for _ in range(20):
        shutil.rmtree(folder / "copy", ignore_errors=True)
        shutil.copytree(folder / "store", folder / "copy")
        collecting = start(functools.partial(collect, Store(folder / "copy"), Policy(runs=1), preview=False))
        time.sleep(choose.random() / 100)
        os.kill(collecting[0], signal.SIGKILL)
        wait(collecting)
        for path, manifest in Store(folder / "copy").manifests:
            found = Store(folder / "copy").find(manifest.stage, path.stem)
            assert found is not None
