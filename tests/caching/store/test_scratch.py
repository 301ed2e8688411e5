import errno
import os

import pytest

from tasks.caching import Outcome, Session, Store, kept_folder, lasting_folder, stage
from tasks.caching.running.execute import StageError, make
from tasks.caching.store.locks import locked


@stage()
def counted(out, number: int) -> Outcome:
    (out / "file").write_text(f"file {number}")
    return Outcome()


@stage(prolonged_by="length")
def growing(out, options: dict) -> Outcome:
    shared = lasting_folder(out)
    before = [path.name for path in shared.iterdir()]
    (shared / str(options["length"])).write_text("")
    (out / "file").write_text(str(sorted(before)))
    return Outcome()


@pytest.fixture
def session(tmp_path):
    session = Session(store=Store(tmp_path / "store"), run="test", carry_out=make)
    with session.active():
        yield session


def remains(root, name, kept=True, publishing=()):
    """What a run leaves that was killed at work."""
    place = root / "work" / name
    (place / "out-1").mkdir(parents=True)
    (place / "out-1" / "half").write_text("half")
    (place / "publishing").write_text("\n".join(publishing))
    if kept:
        (place / "kept").mkdir()
        (place / "kept" / "checkpoint").write_text(name)
    (root / "locks").mkdir(exist_ok=True)
    (root / "locks" / name).write_text("1")
    return place


def test_what_killed_runs_left_goes_but_the_newest_few_that_can_be_resumed(session):
    root = session.store.root
    for number in range(7):
        os.utime(remains(root, f"counted-{number}"), (number, number))
    remains(root, "counted-useless", kept=False)

    counted(number=1)

    assert sorted(path.name for path in (root / "work").iterdir()) == [f"counted-{n}" for n in (4, 5, 6)]
    assert list((root / "locks").iterdir()) == []


def test_the_work_of_a_run_that_is_alive_stays(session):
    place = remains(session.store.root, "counted-alive", kept=False)

    with locked(session.store.root / "locks" / place.name, what="counted"):
        counted(number=1)

        assert (place / "out-1" / "half").exists()


def test_files_of_a_run_that_was_killed_while_it_published_are_withdrawn_but_none_that_a_result_names(session):
    root = session.store.root
    named = counted(number=1).manifest["files"]["file"]["sha256"]
    half = root / "objects" / "ab" / ("ab" * 32)
    half.parent.mkdir(exist_ok=True)
    half.write_text("published, but no manifest came")
    remains(root, "counted-killed", kept=False, publishing=[named, half.name, "../../outside"])

    counted(number=2)

    assert not half.exists()
    assert counted(number=1).path("file").read_text() == "file 1"
    assert session.reports[-1].state == "cached"


def test_a_family_shares_a_folder_beyond_success_and_others_do_not(session):
    contents = [
        growing(options={"length": length, "kind": kind}).path("file").read_text()
        for length, kind in [(1, "a"), (2, "a"), (3, "b"), (2, "b")]
    ]

    assert contents == ["[]", "['1']", "[]", "['3']"]


def test_only_the_newest_families_are_remembered(session):
    for number in range(9):
        growing(options={"length": 1, "kind": number})

    counted(number=1)

    assert len(list((session.store.root / "lasting").iterdir())) == 4


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
    kept_folder(out)
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
