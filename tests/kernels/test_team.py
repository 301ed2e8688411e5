import gc
import os
import threading
import weakref

import pytest

from tasks.kernels import team as team_module
from tasks.kernels.team import Team


def meeting(numbers):
    """A job that goes on when all of its threads have come, as emitted code does."""
    barriers = {}

    def job(number, count):
        barriers.setdefault(count, threading.Barrier(count)).wait(20)
        numbers.append((number, count))

    return job


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_job_runs_once_in_each_thread(threads):
    numbers = []

    Team().run(threads, meeting(numbers))

    assert sorted(numbers) == [(number, threads) for number in range(threads)]


def test_threads_are_started_once():
    team, started = Team(), threading.active_count()
    for threads in (3, 2, 3, 3):
        team.run(threads, lambda number, count: None)

    assert threading.active_count() == started + 3


def test_where_no_more_threads_start_those_that_are_there_do_the_work(monkeypatch):
    team, numbers, start = Team(), [], threading.Thread.start
    left = iter([True] * 3)

    def scarce(thread):
        if not next(left, False):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    team.run(8, meeting(numbers))

    assert sorted(numbers) == [(0, 3), (1, 3), (2, 3)]


def test_where_no_thread_starts_at_all_the_caller_does_the_work(monkeypatch):
    def none(thread):
        raise RuntimeError("can't start new thread")

    numbers = []
    monkeypatch.setattr(threading.Thread, "start", none)
    Team().run(8, meeting(numbers))

    assert numbers == [(0, 1)]


def test_a_job_that_is_interrupted_before_all_threads_know_of_it_begins_in_none(monkeypatch):
    team, numbers = Team(), []
    team.run(3, meeting([]))
    share, shares = team_module._Run.share, iter([False, True])

    def interrupted(run, number):
        if next(shares):
            raise KeyboardInterrupt
        return share(run, number)

    monkeypatch.setattr(team_module._Run, "share", interrupted)
    with pytest.raises(KeyboardInterrupt):
        team.run(3, meeting(numbers))

    monkeypatch.undo()
    team.run(3, meeting(numbers))
    assert sorted(numbers) == [(0, 3), (1, 3), (2, 3)]


def test_what_a_job_raises_is_raised_and_the_next_one_runs():
    team, numbers = Team(), []

    def failing(number, count):
        if number == 1:
            raise MemoryError

    with pytest.raises(MemoryError):
        team.run(3, failing)

    team.run(3, meeting(numbers))
    assert len(numbers) == 3


def test_jobs_of_several_threads_do_not_mix():
    team, numbers = Team(), []
    callers = [threading.Thread(target=team.run, args=(3, meeting(numbers))) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(20)

    assert sorted(numbers) == sorted([(0, 3), (1, 3), (2, 3)] * 8)


def test_a_forked_process_has_threads_of_its_own():
    team = Team()
    team.run(3, meeting([]))
    child = os.fork()
    if not child:
        numbers = []
        team.run(3, meeting(numbers))
        os._exit(len(numbers))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3


def test_what_a_job_held_is_given_back():
    class Held:
        pass

    held = Held()
    gone = weakref.ref(held)
    Team().run(2, lambda number, count, held=held: None)
    del held
    gc.collect()

    assert gone() is None
