"""The end of a flow run, with made-up stages: its report, and what a failing report does."""

import functools
import logging

import pytest

from flows.errors import UsageError
from flows.runs import run
from flows.runs.folder import run_draft
from tests.byte_level import inside
from tests.flows.runs.made import results_of


@pytest.fixture
def results(tmp_path):
    return results_of(tmp_path / "made", "To be, or ```not```")


@pytest.fixture
def modules():
    """The flow and its report, without the log of Prefect, which would warn of every line outside a flow run."""
    from flows.orchestration import flow, report

    logging.getLogger("charflow").handlers.clear()
    return flow, report


@pytest.fixture
def ended(tmp_path, results, modules, monkeypatch):
    """Run the flow's own function below a folder, with these results of its stages."""
    monkeypatch.setattr(run, "run_draft", functools.partial(run_draft, runs=tmp_path / "artifacts/runs"))
    monkeypatch.setattr(run, "charflow", lambda options, check, tell: results)
    return lambda name: modules[0].charflow.fn(store=str(tmp_path / "store"), run_name=name)


def test_the_summary_shows_the_beginning_of_the_first_sample_of_each_temperature(results, modules):
    content = {
        "run": "one",
        "review": "/r.html",
        "corpus": {"characters": 70, "vocabulary_size": 9},
        "model": results.model.facts,
    }
    said = modules[1].summary(content, results.dataset.facts["floors"], results)

    assert "## Temperature 0.5\n\n````text\nTo be, or ```not```\n````\n" in said


def test_the_way_to_the_page_is_a_command_and_no_address(modules):
    said = modules[1].way_to("two words")

    assert "```sh\npython flows/main.py view 'two words' --open\n```" in said
    assert "://" not in said


def test_a_prefect_that_does_not_answer_fails_no_run(ended, modules, tmp_path, monkeypatch, caplog):
    def refuse(*_, **__):
        raise RuntimeError("the API does not answer")

    monkeypatch.setattr(modules[1], "create_markdown_artifact", refuse)
    with caplog.at_level(logging.WARNING, "charflow"):
        said = ended("one")

    assert (tmp_path / "artifacts/runs/one/run.json").is_file()
    assert said["run"] == "one"
    assert "left out: Prefect's artifacts: RuntimeError: the API does not answer" in caplog.messages


def test_no_form_names_a_run_out_of_its_folder(ended, tmp_path):
    with pytest.raises(UsageError, match="give one without slashes"):
        ended("../../x")

    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_the_summary_of_a_run_on_bytes_shows_text_and_bits_per_byte(tmp_path, modules):
    results = results_of(tmp_path / "of bytes", inside("Bär über “"))
    corpus = {"characters": 70, "vocabulary_size": 9, "level": "byte"}
    content = {"run": "one", "review": "/r.html", "corpus": corpus, "model": results.model.facts}

    said = modules[1].summary(content, results.dataset.facts["floors"], results)

    assert "text\nBär über “\n" in said
    assert "70 bytes, 9 distinct" in said
    assert "| bits per byte | |" in said
