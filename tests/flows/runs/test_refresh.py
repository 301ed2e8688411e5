import dataclasses

import pytest

from flows.runs.record import RunRecord
from flows.runs.refresh import plan_using_last, using_last
from tasks.caching import Session, StageError, Store
from tasks.caching.running.execute import execute
from tasks.corpus.errors import CorpusError
from tasks.download import download
from tests.corpus.server import Answer, Document, running_server
from tests.flows.runs.made import a_run, results_of
from tests.text.test_profile import lines

BUSY = Answer(status=503, headers={"Retry-After": "0"})


@pytest.fixture(scope="module")
def site():
    with running_server() as site:
        yield site


@pytest.fixture
def store(tmp_path, site):
    """With the download of one night in it."""
    site.answer = Document(body=lines(100).encode(), etag='"1"')
    store = Store(tmp_path / "store", run="night-1")
    asked(store, site.url)
    return store


def asked(store, source, answer=execute, **arguments):
    """The report of a download."""
    session = Session(store=store, answer=answer)
    with session.active():
        download(source=source, **arguments)
    return session.reports[0]


def files_of(store):
    paths = [path for part in ("blobs", "manifests") for path in (store.root / part).rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


@pytest.mark.parametrize("fault", [BUSY, Answer(status=404), Answer(body=b"")], ids=["busy", "gone", "empty"])
def test_a_source_that_fails_is_answered_with_what_it_gave_before_and_the_store_stays_as_it_was(store, site, fault):
    before, first = files_of(store), store.manifests.newest("download")[0]
    site.answer = [fault]

    report = asked(store, site.url, using_last(execute), refetch=True)

    assert (report.state, report.output) == ("stale", first.digest)
    assert report.why.startswith(f"goes on with what was fetched at {first.at}: ")
    assert report.notes["stale"] == {"since": first.at, "why": report.why.partition(": ")[2]}
    assert files_of(store) == before
    site.answer = [Answer(body=lines(101).encode())]
    assert asked(store, site.url, using_last(execute)).state == "ran"


def test_a_source_that_answers_is_never_stale(store, site):
    assert asked(store, site.url, using_last(execute)).state == "cached"


def test_without_an_earlier_answer_it_fails(store, site):
    site.answer = [Answer(status=404)]

    with pytest.raises(StageError, match="404"):
        asked(store, f"{site.url}?other", using_last(execute))


@pytest.mark.parametrize(
    ("header", "said"), [("Authorization: ${NOT_SET_ANYWHERE}", "has no value"), ("Host: other", "leave it out")]
)
def test_a_mistake_in_the_options_fails_whatever_is_stored(store, site, header, said):
    with pytest.raises(StageError, match=said):
        asked(store, site.url, using_last(execute), headers=[header])


def test_a_failure_that_is_not_final_is_raised(store, site):
    site.answer = [BUSY]

    with pytest.raises(StageError, match="503"):
        asked(store, site.url, using_last(execute, when=lambda failure: False))


def test_what_other_code_fetched_is_not_gone_on_with(store, site):
    (manifest,) = store.manifests.newest("download")
    store.manifests.save(dataclasses.replace(manifest, code="other"), drafts=store.root)
    site.answer = [BUSY]

    with pytest.raises(StageError, match="503"):
        asked(store, site.url, using_last(execute))


def test_the_run_and_the_index_say_that_the_corpus_is_stale(store, site, tmp_path):
    site.answer = [BUSY]
    report = asked(store, site.url, using_last(execute))

    said = a_run(tmp_path / "artifacts/runs", "night-2", results_of(tmp_path / "made"), [report])

    (source,) = said["corpus"]["sources"]
    assert source["stale"] == report.notes["stale"]
    assert RunRecord.read(tmp_path / "artifacts/runs/night-2").corpus.stale_since == source["stale"]["since"]
    assert f"stale: of {source['stale']['since'][:10]}" in (tmp_path / "artifacts/index.html").read_text()
    assert '"stale":{"since":' in (tmp_path / "artifacts/runs/night-2/review.html").read_text()


def test_a_plan_says_that_it_would_go_on_with_what_a_missing_file_held_and_writes_nothing(store, tmp_path):
    file = tmp_path / "c.txt"
    file.write_text(lines(100))
    first = asked(store, str(file))
    assert asked(store, str(file), plan_using_last).state == "cached"
    file.unlink()
    before = files_of(store)

    report = asked(store, str(file), plan_using_last)

    assert (report.state, report.output) == ("stale", first.output)
    assert report.why.startswith("would go on with what was fetched at ")
    assert "there is no file" in report.why
    assert files_of(store) == before
    assert asked(store, str(file), using_last(execute)).state == "stale"


def test_a_plan_with_nothing_to_go_on_with_fails(store, tmp_path):
    with pytest.raises(CorpusError, match="there is no file"):
        asked(store, str(tmp_path / "never.txt"), plan_using_last)
