"""The flow's own function: what it begins, what it goes on with, and what it refuses."""

import threading

import pytest

from flows.cli.options import Options
from flows.errors import UsageError

NO_FOLDER = "../x"  # A flow that begins a run of this name ends before it does anything.


@pytest.fixture
def flow(monkeypatch):
    from flows.orchestration import flow

    monkeypatch.setattr(flow, "_in_tasks", lambda run, tasks: {"went on with": run})
    return flow


def begins_a_run_of_its_own(function):
    with pytest.raises(UsageError, match="give one without slashes"):
        function(run_name=NO_FOLDER)
    return True


class Begun:
    """Stands for a run that the command line began."""

    name = NO_FOLDER
    options = Options()
    uses_last = False


def test_a_run_that_has_begun_is_gone_on_with_and_another_thread_begins_one_of_its_own(flow, monkeypatch):
    function, seen = flow.charflow.fn, []

    def called(**parameters):
        thread = threading.Thread(target=lambda: seen.append(begins_a_run_of_its_own(function)))
        thread.start()
        thread.join()
        return [function(**parameters), function(**parameters)]

    monkeypatch.setattr(flow, "charflow", called)
    begun = Begun()

    assert flow.go_on(begun, {}) == [{"went on with": begun}] * 2  # Prefect may call a flow once more.
    assert seen == [True]
    assert begins_a_run_of_its_own(function)


def test_a_flow_that_does_not_start_leaves_nothing_to_the_next(flow, monkeypatch):
    function = flow.charflow.fn

    def refuse(**parameters):
        raise RuntimeError("the API does not answer")

    monkeypatch.setattr(flow, "charflow", refuse)
    with pytest.raises(RuntimeError):
        flow.go_on(Begun(), {})

    assert begins_a_run_of_its_own(function)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"corpus": ["https://bob:hunter2@host/a.txt?token=hunter3"]}, "the address https://host/a.txt?… has"),
        ({"corpus": ["https://hunter2@host/a.txt"]}, "the address https://host/a.txt has"),
        ({"corpus": ["a.txt", "https://${USER}:hunter2@host/a.txt"]}, "the address https://host/a.txt has"),
        ({"corpus": ["https://${USER}hunter2@host/a.txt"]}, "the address https://host/a.txt has"),
        ({"corpus": ["https:///bob:hunter2@host"]}, "the address https://… has"),
        ({"corpus": ["https:/bob:hunter2@host"]}, "the address https:… has"),
        ({"corpus": ["https://bob:hun/ter2@hunter.host"]}, "the address https://… has"),
        ({"corpus": ["bob:hunter2@host/a.txt"]}, "the address …@host/a.txt has"),
        ({"corpus_header": ["Authorization: Bearer hunter2"]}, "the header Authorization has"),
        ({"corpus_header": ["Accept: text/plain", "cookie: a=${A}; b=hunter2"]}, "the header cookie has"),
    ],
)
def test_a_deployed_run_refuses_a_secret_that_is_written_out_and_says_how_to_name_it(flow, monkeypatch, data, shown):
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "one")

    with pytest.raises(UsageError) as refused:
        flow.charflow.fn(options=Options(data=data), run_name=NO_FOLDER)

    assert shown in str(refused.value)
    assert "${NAME}" in str(refused.value)
    assert "${secret:NAME}" in str(refused.value)
    assert "hunter" not in str(refused.value)


def test_a_deployed_run_takes_secrets_by_name(flow, monkeypatch):
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "one")
    data = {
        "corpus": ["https://${USER}:${secret:password}@host/a.txt", "https://host:80/a.txt", "a@b.txt"],
        "corpus_header": ["Authorization: Bearer ${TOKEN}", "Accept: text/plain"],
    }

    with pytest.raises(UsageError, match="give one without slashes"):
        flow.charflow.fn(options=Options(data=data), run_name=NO_FOLDER)
