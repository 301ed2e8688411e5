import os

import pytest

from tasks.network.memory import usable_memory
from tests.network.control_groups import made

PHYSICAL = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def limited(folder, membership, **files):
    """How much memory may be used where a process is in these groups, which have these files."""
    return usable_memory(*made(folder, membership, files))


def test_the_least_limit_of_the_groups_above_counts(tmp_path):
    files = {"pod/memory.max": "7000000", "pod/one/memory.max": "max", "other/memory.max": "5"}

    assert limited(tmp_path, "0::/pod/one\n", **files) == 7_000_000


def test_version_1_tells_in_files_of_its_own(tmp_path):
    assert limited(tmp_path, "7:memory:/job\n", **{"memory/job/memory.limit_in_bytes": "9000000\n"}) == 9_000_000


@pytest.mark.parametrize("limit", ["max", "", "nonsense", "0", str(1 << 62)])
def test_what_is_no_limit_leaves_the_machines_memory(tmp_path, limit):
    assert limited(tmp_path, "0::/\n", **{"memory.max": limit}) == PHYSICAL
