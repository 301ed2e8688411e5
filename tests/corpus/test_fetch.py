import functools
import io
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from tasks.corpus import fetch as fetching
from tasks.corpus.default_corpus import default_corpus
from tasks.corpus.errors import CorpusError
from tasks.corpus.files import file_change
from tests.corpus.server import Answer, Document

TEXT = "To be, or not to be\n" * 100


@pytest.fixture
def destination(tmp_path):
    return tmp_path / "corpus"


@pytest.fixture
def fetch(tmp_path):
    return functools.partial(fetching.fetch, partial=tmp_path / "partial")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my text é.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def standard_input(monkeypatch):
    def give(content):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return give


def test_a_file_is_copied(fetch, file, destination):
    fetched = fetch(str(file), destination, None)

    assert fetched.unchanged is None
    assert destination.read_text() == TEXT


def test_a_file_address_may_have_percent_escapes(fetch, file, destination):
    fetch(file.as_uri(), destination, None)

    assert "%20" in file.as_uri()
    assert destination.read_text() == TEXT


def test_a_file_with_the_same_bytes_is_not_copied(fetch, file, destination):
    known = fetch(str(file), destination, None).remember
    destination.unlink()
    file.write_text(TEXT)

    fetched = fetch(str(file), destination, known)

    assert fetched.unchanged == "the file holds the same bytes"
    assert fetched.remember == known
    assert not destination.exists()


def test_size_and_times_of_a_file_are_not_believed(fetch, file, destination):
    known = fetch(str(file), destination, None).remember
    status = file.stat()
    with file.open("r+") as open_file:
        open_file.write("Not")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert file_change(file, known) is None
    assert fetch(str(file), destination, known).unchanged is None
    assert destination.read_text() == "Not" + TEXT[3:]


def written_longer(file):
    file.write_text(TEXT + "more")


def written_later(file):
    later = file.stat().st_mtime_ns + 1_000_000
    file.write_text(TEXT[::-1])
    os.utime(file, ns=(later, later))


def replaced(file):
    status, other = file.stat(), file.with_name("other")
    other.write_text(TEXT[::-1])
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)


@pytest.mark.parametrize("change", [written_longer, written_later, replaced])
def test_a_changed_file_is_read_again(fetch, file, destination, change):
    known = fetch(str(file), destination, None).remember
    change(file)

    assert file_change(file, known) == "the file was written to"
    fetched = fetch(str(file), destination, known)
    assert fetched.unchanged is None
    assert destination.read_bytes() == file.read_bytes()
    assert fetched.remember != known


def test_a_missing_file_is_named(fetch, tmp_path, destination):
    with pytest.raises(CorpusError, match=r"there is no file .*gone.txt; check the path"):
        fetch(str(tmp_path / "gone.txt"), destination, None)


@pytest.mark.parametrize("source", ["{folder}/{{a,b}}.txt", "{folder}/*.{{txt,md}}", "{url}/{{a,b}}.txt"])
def test_where_braces_lead_to_nothing_it_is_said_that_they_are_not_expanded(fetch, server, destination, source):
    server.answer = [Answer(status=404)]
    source = source.format(folder=destination.parent, url=server.url.rpartition("/")[0])

    with pytest.raises(CorpusError, match=r"; braces are not expanded: write each one out after --corpus$"):
        fetch(source, destination, None)


@pytest.mark.parametrize(
    ("links", "said"), [(1, "1 symbolic link to one of them"), (2, "2 symbolic links to some of them")]
)
def test_links_to_files_that_are_read_are_passed_over_and_that_is_said(fetch, file, destination, tmp_path, links, said):
    folder = tmp_path / "texts"
    folder.mkdir()
    file.rename(folder / "a.txt")
    for number in range(links):
        (folder / f"l{number}").symlink_to("a.txt")

    fetched = fetch(str(folder), destination, None)

    assert fetched.said == ("1 file of 2,000 bytes, in the order of their names", f"{said}: passed over")


def test_a_file_that_went_missing_is_named(fetch, file, destination):
    known = fetch(str(file), destination, None).remember
    file.unlink()

    with pytest.raises(CorpusError, match=r"there is no file .*txt; check the path"):
        file_change(file, known)


def test_what_is_neither_file_nor_folder_nor_pipe_is_refused(fetch, tmp_path, destination):
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "socket"))
        with pytest.raises(CorpusError, match="is neither a regular file nor a folder or a pipe"):
            fetch(str(tmp_path / "socket"), destination, None)


def test_a_pipe_is_read_once_like_standard_input(fetch, tmp_path, destination):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(TEXT.encode(),))
    writer.start()

    fetched = fetch(str(tmp_path / "pipe"), destination, {"sha256": "0"})
    writer.join()

    assert destination.read_text() == TEXT
    assert (fetched.unchanged, fetched.remember) == (None, {})
    assert file_change(tmp_path / "pipe", {}) == "a pipe is read every time"


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="this system has no /dev/fd")
def test_a_substituted_process_is_read(fetch, destination):
    reading, writing = os.pipe()
    os.write(writing, b"abc")
    os.close(writing)
    fetch(f"/dev/fd/{reading}", destination, None)
    os.close(reading)

    assert destination.read_bytes() == b"abc"


def test_files_are_refused_where_nobody_named_them(fetch, file, destination):
    for source in (str(file), str(file.parent), str(file.parent / "*.txt")):
        with pytest.raises(CorpusError, match="is a file of the machine that runs this; permit those by --allow-priv"):
            fetch(source, destination, None, private="refused")


def test_the_file_is_fetched_whose_page_is_given_and_it_is_said(fetch, server, destination):
    server.answer = lambda request: Answer(body=request.path.encode())

    fetched = fetch(f"http://{server.host}/ann/poems/-/blob/main/a.txt", destination, None)

    assert destination.read_text() == "/ann/poems/-/raw/main/a.txt"
    assert fetched.said == (
        f"the address shows a page about the file, which was fetched from http://{server.host}/ann/poems/-/raw/main/a.txt",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_refused(fetch, file, destination):
    file.chmod(0)

    with pytest.raises(CorpusError, match="may not be read; change its permissions"):
        fetch(str(file), destination, None)


def test_standard_input_is_read_byte_for_byte(fetch, standard_input, destination):
    standard_input(b"\xff\r\n")

    assert fetch("-", destination, None).unchanged is None
    assert destination.read_bytes() == b"\xff\r\n"


def test_the_default_corpus_needs_no_source_of_its_own(fetch, destination):
    fetch("default", destination, None)

    assert destination.read_text(encoding="utf-8") == default_corpus()


def test_an_empty_file_is_refused(fetch, file, destination):
    file.write_text("")

    with pytest.raises(CorpusError, match=r"the corpus at .*txt is empty"):
        fetch(str(file), destination, None)


def test_empty_standard_input_is_refused(fetch, standard_input, destination):
    standard_input(b"")

    with pytest.raises(CorpusError, match="the corpus at - is empty"):
        fetch("-", destination, None)


def test_an_empty_body_is_refused_without_showing_secrets(fetch, server, destination):
    server.answer = [Answer()]

    with pytest.raises(CorpusError, match=r"the corpus at http://127.*/corpus.txt\?… is empty") as refused:
        fetch(f"{server.url}?token=hunter2", destination, None)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("validators", "said"),
    [
        ({"etag": '"one"'}, 'the server says unchanged: ETag "one"'),
        (
            {"last_modified": "Mon, 05 Jan 2026 00:00:00 GMT"},
            "the server says unchanged: Last-Modified Mon, 05 Jan 2026 00:00:00 GMT",
        ),
    ],
)
def test_what_is_remembered_of_a_server_spares_the_body_the_next_time(fetch, server, destination, validators, said):
    server.answer = Document(body=TEXT.encode(), **validators)
    known = fetch(server.url, destination, None).remember
    destination.unlink()

    assert fetch(server.url, destination, known).unchanged == said
    assert not destination.exists()


def test_the_declared_character_set_is_handed_on(fetch, server, destination):
    server.answer = [Answer(body=b"\xe9", headers={"Content-Type": "text/plain; charset=latin1"})]

    assert fetch(server.url, destination, None).charset == "latin1"
