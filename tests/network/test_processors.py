import os

import pytest

from tasks.network.processors import usable_processors
from tests.network.control_groups import made

HAS = usable_processors()
PERIOD = 100_000


def limited(folder, membership, **files):
    """How many processors may be used where a process is in these groups, which have these files."""
    return usable_processors(*made(folder, membership, files))


@pytest.fixture(autouse=True)
def eight(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("quota", "count"), [("200000", 2), ("150000", 2), ("50000", 1), ("1000", 1), ("1600000", 8), ("max", 8)]
)
def test_a_limit_of_time_is_a_number_of_processors(tmp_path, quota, count):
    assert limited(tmp_path, "0::/\n", **{"cpu.max": f"{quota} {PERIOD}\n"}) == count


def test_the_least_limit_of_the_groups_above_counts(tmp_path):
    files = {"cpu.max": "700000 100000", "pod/cpu.max": "300000 100000", "pod/one/cpu.max": "max 100000"}

    assert limited(tmp_path, "0::/pod/one\n", **files) == 3


def test_a_limit_of_another_group_does_not(tmp_path):
    assert limited(tmp_path, "0::/mine\n", **{"other/cpu.max": "100000 100000", "mine/cpu.max": "max 100000"}) == 8


@pytest.mark.parametrize(("quota", "count"), [("400000", 4), ("-1", 8)])
def test_version_1_tells_in_files_of_its_own(tmp_path, quota, count):
    files = {"cpu/job/cpu.cfs_quota_us": quota, "cpu/job/cpu.cfs_period_us": "100000"}

    for controllers in ("cpu", "cpu,cpuacct", "cpuacct,cpu"):
        assert limited(tmp_path, f"7:memory:/job\n3:{controllers}:/job\n", **files) == count


@pytest.mark.parametrize("content", ["", "nonsense", "200000", "200000 0", "200000 100000 7"])
def test_what_is_no_limit_is_none(tmp_path, content):
    assert limited(tmp_path, "0::/\n", **{"cpu.max": content}) == 8


@pytest.mark.parametrize("membership", ["", "0::", "nonsense\n", "0::/a\x0cb\n", ":::\n"])
def test_a_membership_that_tells_nothing_limits_nothing(tmp_path, membership):
    assert limited(tmp_path, membership) == 8


def test_without_control_groups_the_processors_count(tmp_path):
    assert usable_processors(tmp_path / "none", tmp_path / "neither") == 8


def test_here_it_is_at_least_one():
    assert HAS >= 1
