import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.corpus.errors import TransientCorpusError
from tasks.corpus.web import Validators, get
from tests.corpus.server import Answer, Document

ROOT = Path(__file__).parents[2]
BODY = random.Random(1).randbytes(200_000)
HALF = 100_000
ETAG = '"one"'
GIVEN = {"Content-Type": "text/plain; charset=koi8-r"}

SCRIPT = """
import sys, threading
from pathlib import Path
from tasks.corpus.web import Validators, get
host, folder, *names = sys.argv[1:]
for name in names:
    place = Path(folder, name)
    where = (f"http://{host}/{name}", place / "corpus", Validators())
    threading.Thread(target=get, args=where, kwargs={"partial": place / "partial"}).start()
"""


def test_a_killed_download_goes_on_in_the_next_process_under_a_strong_etag_alone(server, tmp_path):
    before = {
        "strong": Document(body=BODY, etag=ETAG, headers=GIVEN),
        "changed": Document(body=BODY[::-1], etag='"old"'),
        "weak": Document(body=BODY, etag='W/"one"'),
        "none": Document(body=BODY),
    }
    server.answer = lambda request: replace(before[request.path[1:]](request), sent=HALF, hangs=True)
    kill_in_mid_body(server.host, tmp_path, list(before))

    after = {**before, "changed": Document(body=BODY, etag=ETAG)}
    server.answer = lambda request: after[request.path[1:]](request)
    server.requests.clear()
    responses = {name: go_on(server.host, tmp_path, name) for name in before}

    assert all((tmp_path / name / "corpus").read_bytes() == BODY for name in before)
    assert responses["strong"].charset == "koi8-r"
    asked = {r.path[1:]: (r.headers.get("range"), r.headers.get("if-range")) for r in server.requests}
    assert asked == {
        "strong": (f"bytes={HALF}-", ETAG),
        "changed": (f"bytes={HALF}-", '"old"'),
        "weak": (None, None),
        "none": (None, None),
    }
    assert [path for name in before for path in (tmp_path / name / "partial").iterdir()] == []


def kill_in_mid_body(host, folder, names):
    for name in names:
        (folder / name).mkdir()
    bodies = [folder / name / "partial/body" for name in names]
    child = subprocess.Popen([sys.executable, "-c", SCRIPT, host, str(folder), *names], cwd=ROOT)
    while child.poll() is None and not all(body.exists() and body.stat().st_size == HALF for body in bodies):
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def go_on(host, folder, name):
    place = folder / name
    return get(f"http://{host}/{name}", place / "corpus", Validators(), partial=place / "partial")


def test_a_download_that_is_given_up_keeps_what_arrived(server, fetch, destination):
    server.answer = Document(body=BODY, etag=ETAG, headers=GIVEN, breaks=[HALF, *[0] * 5])
    with pytest.raises(TransientCorpusError):
        fetch()

    assert fetch().charset == "koi8-r"
    assert destination.read_bytes() == BODY
    assert server.sent_bytes == len(BODY)


def test_what_the_server_said_of_the_body_is_known_although_the_rest_comes_without_it(server, fetch):
    first = Document(body=BODY, etag=ETAG, headers=GIVEN, last_modified="Mon, 05 Jan 2026 00:00:00 GMT", breaks=[HALF])
    rest = Document(body=BODY, etag=ETAG)
    server.answer = lambda request: (rest if "range" in request.headers else first)(request)

    response = fetch()

    assert response.charset == "koi8-r"
    assert response.validators == Validators(etag=ETAG, last_modified="Mon, 05 Jan 2026 00:00:00 GMT")


def test_a_body_that_was_whole_before_it_was_moved_costs_one_byte(server, fetch, partial, destination):
    leave(server, fetch, partial)
    (partial / "body").write_bytes(BODY)
    before = server.sent_bytes

    fetch()

    assert destination.read_bytes() == BODY
    assert server.sent_bytes == before + 1


@pytest.mark.parametrize("note", ["", "{}", "[]", "nonsense", '{"request": 1}'])
def test_a_note_that_is_damaged_counts_as_none(server, fetch, partial, destination, note):
    leave(server, fetch, partial)
    (partial / "body.json").write_text(note)

    fetch()

    assert destination.read_bytes() == BODY
    assert "range" not in server.requests[-1].headers


def test_what_arrived_of_another_address_is_not_used(server, fetch, partial, destination):
    leave(server, fetch, partial)

    fetch(url=f"{server.url}?other")

    assert destination.read_bytes() == BODY
    assert "range" not in server.requests[-1].headers


@pytest.mark.parametrize("place", ["address", "header"])
def test_what_arrived_for_another_value_of_a_name_is_not_used(server, fetch, partial, destination, monkeypatch, place):
    asked = {"address": {"url": f"{server.url}?of=${{WHO}}"}, "header": {"headers": ["X-Of: ${WHO}"]}}[place]
    monkeypatch.setenv("WHO", "ann")
    leave(server, fetch, partial, **asked)
    monkeypatch.setenv("WHO", "bob")

    fetch(**asked)

    assert destination.read_bytes() == BODY
    assert "range" not in server.requests[-1].headers


def test_the_address_is_not_written_down(server, fetch, partial):
    leave(server, fetch, partial, url=f"{server.url}?token=hunter2")

    assert sorted(path.name for path in partial.iterdir()) == ["body", "body.json"]
    assert "hunter2" not in (partial / "body.json").read_text()


def test_what_cannot_be_gone_on_with_is_not_kept(server, fetch, partial):
    server.answer = [Answer(body=BODY, sent=HALF)]
    with pytest.raises(TransientCorpusError):
        fetch()

    assert list(partial.iterdir()) == []


def leave(server, fetch, partial, **request):
    """Have a download given up after half of the body."""
    server.answer = Document(body=BODY, etag=ETAG, breaks=[HALF, *[0] * 5])
    with pytest.raises(TransientCorpusError):
        fetch(**request)
    assert (partial / "body").stat().st_size == HALF
