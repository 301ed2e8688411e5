import importlib.util

import pytest

from flows.cli import launch
from flows.cli.options import DataOptions, Options, SamplingOptions
from flows.errors import UsageError
from flows.runs.start import Start
from tasks.caching.store.leases import read_leases
from tasks.corpus.errors import CorpusError, MissingExtraError
from tasks.text.prompts import PromptError


class PrefectBeganError(Exception):
    pass


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs with these options up to where Prefect would begin, whose server is configured."""

    def begin():
        raise PrefectBeganError

    monkeypatch.setattr(launch, "settle_prefect", lambda: None)
    monkeypatch.setattr(launch, "api_is_configured", lambda: True)
    monkeypatch.setattr(launch, "check_prefect", begin)
    return lambda **options: launch.run_flow(Options(**options), tmp_path / "store", "test-launch")


def test_a_file_that_is_not_there_is_refused_before_prefect_begins_and_that_is_noted(run, tmp_path):
    (tmp_path / "there.txt").write_text("text")
    corpus = [str(tmp_path / name) for name in ("there.txt", "none.txt")]

    with pytest.raises(CorpusError, match=r"^corpus 2 of 2: there is no file .*none\.txt"):
        run(data=DataOptions(corpus=corpus))

    (lease,) = read_leases(tmp_path / "store/leases")
    assert (lease.end, lease.why[:32]) == ("failed", "corpus 2 of 2: there is no file ")


def test_a_file_that_is_not_there_may_be_answered_with_what_was_fetched_before(run, tmp_path):
    with pytest.raises(PrefectBeganError):
        run(data=DataOptions(corpus=[str(tmp_path / "none.txt")], on_failure="use-last"))


def test_a_file_of_prompts_that_cannot_be_read_is_refused_before_prefect_begins(run, tmp_path):
    with pytest.raises(PromptError, match=r"cannot read --prompts .*none\.txt"):
        run(sampling=SamplingOptions(prompts=str(tmp_path / "none.txt")))


def test_to_train_on_from_the_run_that_is_replaced_is_refused_before_prefect_begins(run, monkeypatch):
    monkeypatch.setattr(launch, "named_start", lambda options: Start("", name="test-launch"))

    with pytest.raises(UsageError, match="--run-name test-launch replaces"):
        run()


def test_an_extra_that_lacks_is_named_before_prefect_begins(run, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *of: None if name == "trafilatura" else found(name, *of)
    )

    with pytest.raises(MissingExtraError, match="extra `html`: pip install trafilatura"):
        run(data=DataOptions(markup="extract"))
    with pytest.raises(PrefectBeganError):
        run(data=DataOptions(markup="keep"))
