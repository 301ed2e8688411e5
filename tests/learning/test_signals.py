import os
import signal
import threading

import pytest

from tasks.learning.signals import held_signals


class ToldError(Exception):
    """Raised by a handler of ours."""


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def number(request):
    def handler(came, frame):
        raise ToldError

    before = signal.signal(request.param, handler)
    yield request.param
    signal.signal(request.param, before)


def test_a_signal_waits_until_it_is_delivered(number):
    with held_signals() as signals:
        os.kill(os.getpid(), number)
        assert signals.came == [number]

        with pytest.raises(ToldError):
            signals.deliver()


def test_what_was_not_delivered_is_at_the_end_of_the_block(number):
    done = []

    def block():
        with held_signals():
            os.kill(os.getpid(), number)
            done.append("the rest of the block")

    with pytest.raises(ToldError):
        block()
    assert done


def test_without_a_signal_nothing_is_delivered_and_the_handlers_come_back(number):
    handler = signal.getsignal(number)

    with held_signals() as signals:
        signals.deliver()

    assert signal.getsignal(number) is handler


def test_an_ignored_signal_stays_ignored(number):
    signal.signal(number, signal.SIG_IGN)

    with held_signals() as signals:
        os.kill(os.getpid(), number)
        assert signals.came == []


def test_in_another_thread_nothing_is_held():
    held = []

    def body():
        with held_signals() as signals:
            held.append(signals.handlers)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()

    assert held == [{}]
