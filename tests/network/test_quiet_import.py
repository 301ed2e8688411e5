import os
import sys
import threading

import pytest

from tasks.network.quiet_import import LEVEL, QUIET, without_chatter

CHATTER = [
    b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n",
    b"I0000 00:00:1795790897.130132    7996 port.cc:153] oneDNN custom operations are on.\n",
    b"2026-11-27 14:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.\n",
    b"INFO:tensorflow:Assets written to: here\n",
]
WORDS = [
    b"a word of another thread\n",
    b"E0000 00:00:1795790897.130132    7996 file.cc:1] an error\n",
    b"no line's end",
]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv(LEVEL, QUIET)


def write(lines):
    for line in lines:
        os.write(2, line)


def test_what_tensorflow_says_while_it_is_imported_is_left_out_and_all_else_follows(capfd):
    with without_chatter():
        write([*CHATTER, *WORDS])
        assert capfd.readouterr().err == ""

    assert capfd.readouterr().err.encode() == b"".join(WORDS)


def test_where_the_import_fails_everything_is_shown(capfd):
    def fail():
        with without_chatter():
            write([*CHATTER, *WORDS])
            raise ImportError

    with pytest.raises(ImportError):
        fail()

    assert capfd.readouterr().err.encode() == b"".join([*CHATTER, *WORDS])


def test_where_the_environment_asks_for_more_nothing_is_held_back(capfd, monkeypatch):
    monkeypatch.setenv(LEVEL, "0")

    with without_chatter():
        write(CHATTER)
        assert capfd.readouterr().err.encode() == b"".join(CHATTER)


def test_two_threads_that_are_in_it_at_once_leave_standard_error_as_it_was(capfd):
    first_is_in, second_is_in, first_is_out = (threading.Event() for _ in range(3))

    def second():
        first_is_in.wait()
        with without_chatter():
            second_is_in.set()
            first_is_out.wait()
            write([*CHATTER, b"second\n"])

    other = threading.Thread(target=second)
    other.start()
    with without_chatter():
        first_is_in.set()
        second_is_in.wait()
        write([b"first\n"])
    first_is_out.set()
    other.join()
    write([b"after\n"])

    assert capfd.readouterr().err == "first\nsecond\nafter\n"


def test_where_there_is_no_standard_error_nothing_is_held_back(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)

    with without_chatter():
        pass
