import os
import signal
import subprocess

import pytest

from tasks.caching import leased
from tasks.caching.store.access import check_format, check_usable
from tasks.caching.store.collection import recover
from tasks.caching.store.errors import StoreError
from tasks.caching.store.leases import note, read_leases
from tests.faults.forking import start, wait


def leases(root):
    return read_leases(root / "leases")


def test_a_lease_lives_with_its_run_and_tells_afterwards_how_it_ended(tmp_path):
    with leased(tmp_path, "first"):
        (lease,) = leases(tmp_path)
        assert (lease.run, lease.live, lease.end, lease.process) == ("first", True, None, os.getpid())
    with pytest.raises(ValueError, match="wrong"), leased(tmp_path, "second"):
        raise ValueError("wrong")
    with pytest.raises(KeyboardInterrupt), leased(tmp_path, "third"):
        raise KeyboardInterrupt

    found = [(lease.run, lease.live, lease.end) for lease in leases(tmp_path)]
    assert found == [("third", False, "stopped"), ("second", False, "failed"), ("first", False, "done")]


def test_of_leases_that_overlap_those_that_live_come_first_and_then_the_one_that_ended_last(tmp_path):
    with leased(tmp_path, "live"):
        with leased(tmp_path, "long"), leased(tmp_path, "short"):
            pass

        assert [lease.run for lease in leases(tmp_path)] == ["live", "long", "short"]


def test_the_lease_of_a_killed_run_is_noted_as_such_and_the_blobs_it_was_publishing_are_removed(tmp_path):
    def killed():
        with leased(tmp_path, "killed") as store:
            orphan = store.blobs.path("ab" * 32)
            orphan.parent.mkdir(parents=True)
            orphan.write_text("published, but no manifest came")
            os.kill(os.getpid(), signal.SIGKILL)

    assert wait(start(killed)).killed
    (lease,) = leases(tmp_path)
    assert (lease.live, lease.end) == (False, None)

    with leased(tmp_path, "next") as store:
        assert list(store.blobs) == []
    assert [lease.end for lease in leases(tmp_path)] == ["done", "killed"]


def test_a_torn_lease_counts_as_that_of_a_killed_run_and_goes(tmp_path):
    with leased(tmp_path, "live") as store:
        (tmp_path / "leases" / "torn.jsonl").write_text("torn")

        recover(store)

        assert [path.name for path in (tmp_path / "leases").iterdir()] == [leases(tmp_path)[0].path.name]


def test_a_store_of_another_format_is_refused_with_what_to_do_and_nothing_of_it_is_touched(tmp_path):
    (tmp_path / "format").write_text("9\n")

    with pytest.raises(StoreError, match=r"has format 9, .* reads 2; remove it, or name another with --store"):
        leased(tmp_path, "run").__enter__()
    assert [path.name for path in tmp_path.iterdir()] == ["format"]


def test_a_store_from_before_formats_were_written_is_refused(tmp_path):
    (tmp_path / "objects").mkdir()

    with pytest.raises(StoreError, match="has format 1"):
        check_format(tmp_path)


@pytest.mark.parametrize("place", ["file", "file/store", "/proc/store"])
def test_a_store_that_cannot_be_made_is_refused_with_what_to_do_before_it_is_begun(tmp_path, place):
    (tmp_path / "file").write_text("a")
    said = rf"cannot write to the store: nothing can be kept at {tmp_path / place} \(.*\); name another with --store"

    with pytest.raises(StoreError, match=said):
        check_usable(tmp_path / place)
    with pytest.raises(StoreError, match=said):
        leased(tmp_path / place, "run").__enter__()


def test_to_ask_whether_a_store_can_be_begun_leaves_nothing_there(tmp_path):
    check_usable(tmp_path / "new/store")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written_to_is_refused_with_what_to_do(tmp_path):
    tmp_path.chmod(0o555)

    with pytest.raises(StoreError, match="cannot write to the store"):
        leased(tmp_path / "store", "run").__enter__()


def test_a_line_that_a_full_disk_cut_short_spoils_no_other(tmp_path, monkeypatch):
    with leased(tmp_path, "run") as store:
        note(store.lease, {"stage": "a", "key": "1", "name": "a"})
        with store.lease.open("ab") as file:
            file.write(b'{"stage": "torn", "ke')
        note(store.lease, {"stage": "b", "key": "2", "name": "b"})

        (lease,) = leases(tmp_path)
        assert lease.results == [("a", "1"), ("b", "2")]
        assert lease.live


def test_what_could_not_be_noted_is_not_relied_on(tmp_path):
    """A file system of one page: the line that no longer fits is an error, and not half a line."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8192", "tmpfs", str(tmp_path)], check=False).returncode:
        pytest.skip("may not mount")
    try:
        lease = tmp_path / "lease.jsonl"
        note(lease, {"run": "run", "started": "2030-01-01", "process": 1})
        with pytest.raises(OSError, match="No space left"):
            note(lease, {"blobs": ["ab" * 32] * 400})
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
