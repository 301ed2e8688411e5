"""Threads that are started once and run emitted code together."""

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

Job = Callable[[int, int], Any]


class Team:
    """Threads that wait for jobs, each of which runs in several of them.

    A thread that meets others spins until they come, so that none begins a job before all have been told of it. Where
    the system gives no more threads, as in a container with a limit, a job runs in fewer.
    """

    def __init__(self) -> None:
        """Without threads: they start when a job needs them, in a forked process anew."""
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._queues: list[SimpleQueue[Callable[[], None]]] = []

    def run(self, threads: int, job: Job) -> None:
        """Run a job in so many threads at most, after those that were handed in before.

        An interruption while it waits leaves the job to its threads, which end it.

        Args:
            threads: at least one.
            job: called in each thread with its number, from 0, and with how many there are; lets go of Python's lock
                where it meets the others.

        Raises:
            Exception: what the job raised in one of them.
        """
        with self._lock:
            self._grow(threads)
            queues = self._queues[:threads]
            run = _Run(job, len(queues))
            try:
                for number, queue in enumerate(queues):
                    queue.put(run.share(number))
                run.go = True
            finally:
                run.gate.set()
            if not queues:
                job(0, 1)
            errors = [run.done.get() for _ in queues]
            del run.job  # and the arrays that it holds, lest they last until a thread gets to forgetting it
        for error in filter(None, errors):
            raise error

    def _grow(self, size: int) -> None:
        while len(self._queues) < size:
            queue = SimpleQueue[Callable[[], None]]()
            try:
                threading.Thread(target=_work, args=(queue,), name="kernels", daemon=True).start()
            except RuntimeError:
                return
            self._queues.append(queue)


class _Run:
    """A job that begins in all of its threads or in none."""

    def __init__(self, job: Job, count: int) -> None:
        self.job, self._count = job, count
        self.gate, self.go, self.done = threading.Event(), False, SimpleQueue[BaseException | None]()

    def share(self, number: int) -> Callable[[], None]:
        """What a thread of this number does."""

        def work() -> None:
            self.gate.wait()
            try:
                if self.go:
                    self.job(number, self._count)
            except BaseException as error:
                self.done.put(error)
            else:
                self.done.put(None)

        return work


def _work(queue: "SimpleQueue[Callable[[], None]]") -> None:
    while True:
        queue.get()()


TEAM = Team()
