import io
import sys
import tarfile

import pytest

from tasks.caching import Artifact, Unchanged
from tasks.caching.keys.digests import digest_of_file
from tasks.corpus import web
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.hosts import unattended
from tasks.download import download, seen_change
from tests.corpus.server import Answer, Document, running_server

BODY = b"To be, or not to be\n" * 100


@pytest.fixture
def server():
    with running_server() as started:
        started.answer = Document(body=BODY, etag='"one"')
        yield started


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_bytes(BODY)
    return path


@pytest.fixture
def fetched(tmp_path):
    folders = iter(range(10))

    def fetched(source, previous=None, **options):
        out = tmp_path / f"out{next(folders)}"
        out.mkdir()
        outcome = download.function(out, previous, source=source, **options)
        return outcome if isinstance(outcome, Unchanged) else Artifact.of_folder(out, outcome.facts, outcome.notes)

    return fetched


def test_a_download_leaves_the_bytes_and_says_what_they_are(fetched, server):
    artifact = fetched(f"{server.url}?token=hunter2")

    assert artifact.names == ["corpus"]
    assert artifact.path("corpus").read_bytes() == BODY
    assert artifact.facts == {
        "sha256": digest_of_file(artifact.path("corpus")),
        "bytes": len(BODY),
    }
    request = artifact.notes["remember"].pop("request")
    assert artifact.notes == {"source": f"{server.url}?…", "remember": {"etag": '"one"', "last_modified": None}}
    assert "hunter2" not in request


def test_the_digest_is_of_the_bytes_and_not_of_where_they_came_from(fetched, server, file):
    assert fetched(server.url).digest == fetched(str(file)).digest


@pytest.mark.parametrize("kind", ["web", "file", "default"])
def test_an_unchanged_source_says_so(fetched, server, file, kind):
    source = {"web": server.url, "file": str(file), "default": "default"}[kind]
    previous = fetched(source)

    outcome = fetched(source, previous)

    assert isinstance(outcome, Unchanged)
    assert (
        outcome.why
        == {
            "web": 'the server says unchanged: ETag "one"',
            "file": "the file holds the same bytes",
            "default": "built into this Python",
        }[kind]
    )


def test_a_changed_source_is_fetched(fetched, server):
    previous = fetched(server.url)
    server.answer = Document(body=BODY + b"more", etag='"two"')

    artifact = fetched(server.url, previous)

    assert artifact.path("corpus").read_bytes() == BODY + b"more"
    assert artifact.notes["remember"]["etag"] == '"two"'


def test_another_value_of_a_name_brings_another_corpus(fetched, server, monkeypatch):
    date = "Mon, 05 Jan 2026 00:00:00 GMT"
    monkeypatch.setenv("TOKEN", "ann")
    server.answer = Document(body=BODY, last_modified=date)
    previous = fetched(f"{server.url}?of=${{TOKEN}}")

    monkeypatch.setenv("TOKEN", "bob")
    server.answer = Document(body=BODY + b"of bob", last_modified=date)

    assert fetched(f"{server.url}?of=${{TOKEN}}", previous).path("corpus").read_bytes() == BODY + b"of bob"


def test_refetching_asks_for_the_body_in_any_case(fetched, server):
    previous = fetched(server.url)

    assert fetched(server.url, previous, refetch=True).path("corpus").read_bytes() == BODY
    assert "if-none-match" not in server.requests[-1].headers


def test_refetching_a_file_copies_it_in_any_case(fetched, file):
    assert fetched(str(file), fetched(str(file)), refetch=True).path("corpus").read_bytes() == BODY


@pytest.mark.parametrize(
    ("charset", "kept"),
    [("ISO-8859-1", "iso-8859-1"), ("windows-1251", "windows-1251"), ("UTF-8", None), ("us-ascii", None), ("", None)],
)
def test_a_declared_character_set_is_kept_if_it_matters(fetched, server, charset, kept):
    server.answer = [Answer(body=BODY, headers={"Content-Type": f"text/plain; charset={charset}"})]

    artifact = fetched(server.url)

    assert (artifact.path("charset").read_text() if "charset" in artifact.names else None) == kept


def test_a_corpus_that_cannot_be_had_is_an_error(fetched, server):
    server.answer = [Answer(status=404)]

    with pytest.raises(CorpusError, match="the server answered 404"):
        fetched(server.url)


def test_a_download_that_failed_goes_on_from_its_bytes_the_next_time(fetched, server, monkeypatch):
    monkeypatch.setattr(web, "BACKOFF_SECONDS", 0.0)
    server.answer = Document(body=BODY, etag='"one"', breaks=[1000, *[0] * 5])
    with pytest.raises(TransientCorpusError):
        fetched(server.url)

    assert fetched(server.url).path("corpus").read_bytes() == BODY
    assert server.sent_bytes == len(BODY)


def test_headers_reach_the_server_and_are_noted_nowhere(fetched, server, monkeypatch):
    monkeypatch.setenv("TOKEN", "hunter2")

    artifact = fetched(server.url, headers=["Authorization: Bearer ${TOKEN}"])

    assert server.requests[0].headers["authorization"] == "Bearer hunter2"
    assert "hunter2" not in str(artifact.manifest)


def test_a_plan_sees_a_changed_file_without_reading_it(fetched, file):
    previous = fetched(str(file))
    assert seen_change(previous, source=str(file)) is None

    file.write_bytes(BODY + b"more")
    assert seen_change(previous, source=str(file)) == "the file was written to"


def test_a_plan_names_a_file_that_is_missing(fetched, file):
    previous = fetched(str(file))
    file.unlink()

    for known in (previous, None):
        with pytest.raises(CorpusError, match="there is no file"):
            seen_change(known, source=str(file), refetch=True)


def test_a_plan_asks_no_server(fetched, server):
    previous = fetched(server.url)

    assert seen_change(previous, source=server.url) is None
    assert len(server.requests) == 1


def test_a_plan_knows_what_is_always_read_again(fetched, server, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BODY)))
    previous = fetched("-")

    assert seen_change(previous, source="-") == "standard input is read every time"
    assert seen_change(previous, source=server.url, refetch=True) == "fetched again, as asked"
    assert seen_change(previous, source="default") is None


def test_a_folder_is_one_tar_and_a_plan_sees_what_changes_in_it(fetched, tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_bytes(BODY)
    source = str(tmp_path / "texts")
    previous = fetched(source)

    with tarfile.open(previous.path("corpus")) as tar:
        assert tar.getnames() == ["a.txt"]
    assert previous.notes["findings"] == ["1 file of 2,000 bytes, in the order of their names"]
    assert seen_change(previous, source=source) is None
    assert fetched(source, previous) == Unchanged(why="nothing changed in 1 file")

    (tmp_path / "texts" / "b.txt").write_bytes(BODY)
    assert seen_change(previous, source=source) == "a file there was written to, added or removed"


def test_what_a_person_should_know_of_the_source_is_noted(fetched, server):
    server.answer = [Answer(body=BODY)]

    (said,) = fetched(f"http://{server.host}/a/-/blob/main/a.txt").notes["findings"]

    assert said.startswith("the address shows a page about the file")


def test_in_a_run_that_nobody_attends_private_hosts_and_files_are_to_be_allowed(fetched, server, file):
    with unattended():
        for source in (server.url, str(file)):
            with pytest.raises(CorpusError, match="--allow-private-hosts"):
                fetched(source)
            assert fetched(source, allow_private_hosts=True).path("corpus").read_bytes() == BODY
    assert fetched(server.url).path("corpus").read_bytes() == BODY
