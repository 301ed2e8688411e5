"""Threads that are started once and run emitted code together."""

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

Job = Callable[[int, int], Any]
Share = tuple[Job, int, int, "SimpleQueue[None]"]


class Team:
    """Threads that wait for jobs, each of which runs in several of them and in the one that hands it in.

    A thread that meets others spins until they come, so that no job begins before all of its threads are there. Where
    the system gives no more of them, as in a container with a limit, a job runs in fewer.
    """

    def __init__(self) -> None:
        """Without threads: they start when a job needs them, in a forked process anew."""
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._queues: list[SimpleQueue[Share]] = []

    def run(self, threads: int, job: Job) -> None:
        """Run a job in so many threads at most, after those that were handed in before.

        Args:
            threads: at least one.
            job: called in each thread with its number, from 0, and with how many there are; raises nothing, and lets go
                of Python's lock where it meets the others.
        """
        with self._lock:
            self._grow(threads - 1)
            queues, done = self._queues[: threads - 1], SimpleQueue[None]()
            count = len(queues) + 1
            for number, queue in enumerate(queues, 1):
                queue.put((job, number, count, done))
            job(0, count)
            for _ in queues:
                done.get()

    def _grow(self, size: int) -> None:
        while len(self._queues) < size:
            queue = SimpleQueue[Share]()
            try:
                threading.Thread(target=_work, args=(queue,), name="kernels", daemon=True).start()
            except RuntimeError:
                return
            self._queues.append(queue)


def _work(queue: "SimpleQueue[Share]") -> None:
    while True:
        job, number, count, done = queue.get()
        job(number, count)
        del job  # and the arrays that it holds
        done.put(None)


TEAM = Team()
