import errno
import os
import time

import pytest

from tasks.caching import Outcome, Session, StageError, family_folder, leased, resume_folder, stage
from tasks.caching.running.execute import execute
from tasks.caching.store.locks import locked
from tasks.caching.store.scratch import Scratch


@stage()
def counted(out, number: int) -> Outcome:
    (out / "file").write_text(f"file {number}")
    return Outcome()


@stage(prolonged_by="length")
def growing(out, options: dict) -> Outcome:
    shared = family_folder(out)
    before = [path.name for path in shared.iterdir()]
    (shared / str(options["length"])).write_text("x")
    (out / "file").write_text(str(sorted(before)))
    return Outcome()


@pytest.fixture
def session(tmp_path):
    with leased(tmp_path / "store", "test") as store, Session(store=store, answer=execute).active() as session:
        yield session


def remains(root, name, kept=True, newest=None):
    """What a run leaves that was killed at work; its newest checkpoint was written at that time."""
    folder = root / "scratch" / name
    (folder / "out-1").mkdir(parents=True)
    (folder / "out-1" / "half").write_text("half")
    if kept:
        (folder / "resume" / "step-1").mkdir(parents=True)
        (folder / "resume" / "step-1" / "checkpoint").write_text(name)
    (root / "locks").mkdir(exist_ok=True)
    (root / "locks" / name).write_text("1")
    for path in [*folder.rglob("*"), folder] if newest else []:
        os.utime(path, (newest, newest))
    return folder


def names(root):
    return sorted(path.name for path in (root / "scratch").iterdir())


def test_what_a_killed_run_was_writing_goes_and_what_it_can_resume_from_stays(tmp_path):
    folder = remains(tmp_path, "counted-killed")
    remains(tmp_path, "counted-useless", kept=False)

    with leased(tmp_path, "next"):
        assert names(tmp_path) == ["counted-killed"]
        assert [path.name for path in folder.iterdir()] == ["resume"]
        assert list((tmp_path / "locks").iterdir()) == []


def test_what_stays_is_what_has_the_newest_checkpoints_within_the_bytes_and_days(tmp_path):
    now = int(time.time())
    for number in range(5):
        remains(tmp_path, f"counted-{number}", newest=now - 100 + number)
    # Begun first, and trained the longest: its newest file is the newest of all.
    os.utime(tmp_path / "scratch/counted-0/resume/step-1/checkpoint", (now, now))
    scratch = Scratch(tmp_path)
    sizes = [one.bytes for one in scratch.resumable()]

    gone = scratch.excess(most_bytes=sum(sizes[:3]))

    assert [one.path.parent.name for one in gone] == ["counted-2", "counted-1"]
    assert scratch.excess(days=1e-9) == scratch.resumable()
    assert [one.path.parent.name for one in scratch.excess(most_bytes=0)] == [f"counted-{n}" for n in (4, 3, 2, 1)]


def test_live_work_neither_counts_nor_goes(tmp_path):
    live = remains(tmp_path, "counted-live", newest=1)
    dead = remains(tmp_path, "counted-dead", newest=1)

    with locked(tmp_path / "locks" / live.name, what="counted"), leased(tmp_path, "next"):
        assert (live / "out-1" / "half").exists()
        assert (live / "resume").exists()
        assert not dead.exists()


def test_a_family_shares_a_folder_beyond_success_and_others_do_not(session):
    contents = [
        growing(options={"length": length, "kind": kind}).path("file").read_text()
        for length, kind in [(1, "a"), (2, "a"), (3, "b"), (2, "b")]
    ]

    assert contents == ["[]", "['1']", "[]", "['3']"]


def test_what_families_share_goes_when_it_is_old_but_not_while_one_of_them_runs(session):
    root = session.store.root
    for kind in "ab":
        growing(options={"length": 1, "kind": kind})
    old, live = sorted((root / "families").iterdir())
    for path in (old, live, *old.iterdir(), *live.iterdir()):
        os.utime(path, (1, 1))
    (root / "scratch" / "growing-live").mkdir()
    (root / "scratch" / "growing-live" / "family").write_text(live.name)

    with locked(root / "locks" / "growing-live", what="growing"):
        session.store.scratch.sweep()

    assert list((root / "families").iterdir()) == [live]


def test_a_flip_that_keeps_size_and_time_is_noticed(session):
    path = counted(number=1).path("file")
    status = path.stat()
    path.chmod(0o644)
    path.write_text("file 0")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert counted(number=1).path("file").read_text() == "file 1"
    assert "instead of" in session.reports[-1].why


def test_damaged_files_are_kept_only_so_many(session):
    for number in range(30):
        path = counted(number=number).path("file")
        path.chmod(0o644)
        path.write_text("damaged")
        counted(number=number)

    assert len(list((session.store.root / "damaged").iterdir())) == 16


@stage()
def filling(out, words: bool) -> Outcome:
    resume_folder(out)
    if words:
        raise ValueError("HDF5 cannot write (errno = 28, error message = 'No space left on device')")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/disk/file")


@pytest.mark.parametrize("words", [True, False])
def test_a_full_disk_is_said_in_one_line_with_what_to_do(session, words):
    with pytest.raises(StageError) as caught:
        filling(words=words)

    place = "" if words else " (/disk/file)"
    assert str(caught.value) == (
        f"filling: the disk is full{place}; free some space: nothing is lost, and the same command goes on from here"
    )
