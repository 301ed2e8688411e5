import logging

import pytest

from flows.runs.gate import CorpusChangedError, Gate
from tasks.caching import Session, Store
from tasks.caching.running.execute import execute
from tasks.download import download
from tasks.normalise import normalise
from tests.flows.runs.made import a_run, results_of
from tests.text.test_profile import lines


class Nights:
    """A corpus at one address, normalised night after night as the recipe does, each passed by the gate a run."""

    def __init__(self, folder):
        self.corpus, self.runs, self.store = folder / "corpus.txt", folder / "artifacts/runs", Store(folder / "store")
        self.results = results_of(folder / "made")
        self.days = iter(range(10, 29))

    def night(self, text, *, stops=True, source=None, **options):
        self.corpus.write_text(text)
        session = Session(store=self.store, answer=execute)
        with session.active():
            made = normalise([download(source=source or str(self.corpus))], **options)
        gate = Gate(self.runs, self.store, stops)
        gate.check(made, session.reports)
        gate.check(made, session.reports)
        day = next(self.days)
        a_run(self.runs, f"night-{day}", self.results, session.reports, started=f"2030-01-{day}")
        return f"night-{day}"


@pytest.fixture
def nights(tmp_path):
    return Nights(tmp_path)


ERROR_PAGE = "The service is not available, please come back later.\n" * 30


def test_a_corpus_that_grows_at_its_end_passes_every_night(nights):
    for lines_so_far in (1_000, 1_000, 1_500, 2_500):
        nights.night(lines(lines_so_far))


def test_a_scheduled_run_stops_before_an_error_page_and_says_which_run_it_is_compared_with(nights):
    first = nights.night(lines(2_000))

    with pytest.raises(CorpusChangedError) as stopped:
        nights.night(ERROR_PAGE)

    assert str(stopped.value).startswith(f"the corpus is very unlike that of the run {first}: it has 1,620 characters")
    assert "; look at it, and run with --accept-change if it is meant to be so" in str(stopped.value)


def test_a_night_that_was_stopped_is_not_the_one_that_the_next_is_compared_with(nights):
    nights.night(lines(2_000))
    for _ in range(2):
        with pytest.raises(CorpusChangedError):
            nights.night(ERROR_PAGE)

    nights.night(lines(2_050))


def test_where_somebody_looks_it_is_told_once_and_goes_on_and_the_next_is_compared_with_it(nights, caplog):
    nights.night(lines(2_000))
    with caplog.at_level(logging.WARNING, "charflow"):
        nights.night(ERROR_PAGE, stops=False)

    (told,) = [record.getMessage() for record in caplog.records if record.name == "charflow"]
    assert "very unlike" in told
    nights.night(ERROR_PAGE + "One more line.\n")


def test_a_corpus_that_is_replaced_every_night_stops_the_first_time_alone(nights):
    nights.night(lines(2_000))
    with pytest.raises(CorpusChangedError, match="100 % of its lines are new"):
        nights.night(lines(2_000, seed=2))

    nights.night(lines(2_000, seed=2), stops=False)
    nights.night(lines(2_000, seed=2))
    nights.night(lines(2_000, seed=3))


def test_another_corpus_is_compared_with_none(nights, tmp_path):
    nights.night(lines(2_000))
    (tmp_path / "other.txt").write_text(ERROR_PAGE)

    nights.night("", source=str(tmp_path / "other.txt"))


def test_other_options_for_the_same_bytes_are_no_change_of_the_corpus(nights):
    nights.night(lines(2_000).replace("e", "é"))

    nights.night(lines(2_000).replace("e", "é"), encoding="latin-1")


def test_a_night_that_was_answered_by_the_result_of_other_options_is_compared_with(nights):
    nights.night(ERROR_PAGE)
    nights.night(lines(2_000), stops=False)
    second = nights.night(lines(2_000), on_damage="drop")

    with pytest.raises(CorpusChangedError, match=f"that of the run {second}: "):
        nights.night(ERROR_PAGE)


@pytest.mark.parametrize("lost", ["manifests/normalise", "blobs"])
def test_without_the_text_of_the_last_run_in_the_store_any_passes(nights, lost):
    nights.night(lines(2_000))
    (nights.store.root / lost).rename(nights.store.root / "lost")

    nights.night(ERROR_PAGE)


def test_a_text_is_compared_with_none_of_another_level(nights):
    nights.night(lines(2_000))
    with pytest.raises(CorpusChangedError):
        nights.night(ERROR_PAGE)

    nights.night(ERROR_PAGE, level="byte")
