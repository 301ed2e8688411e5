import json
import socket

import pytest

from flows.view import sampler
from flows.view.server import ViewServer
from tasks.page.sampling_page import LONGEST
from tests.flows.cli.commands.run_folders import write_run_folder

ASKED = {"prompt": "ab", "temperature": 0.5, "seed": 7, "length": 12}
PATH = "/sample/two%20words"


class FakeModel:
    """Draws its own seed."""

    first = "\n"

    def __init__(self, vocabulary):
        self.vocabulary = vocabulary

    def stream(self, *prompts, seed, length, temperature):
        for _ in range(length):
            yield prompts, str(seed)


@pytest.fixture
def loaded(artifacts, monkeypatch):
    """How often a model was loaded; what is loaded is a fake one."""
    times = []

    def load(folder):
        times.append(folder)
        return FakeModel(sampler.Vocabulary.from_json((artifacts / "latest/model/vocabulary.json").read_text()))

    monkeypatch.setattr(sampler, "load_model", load)
    return times


def lines_of(response):
    return [json.loads(line) for line in response.content.splitlines()]


def test_the_index_is_of_what_there_is_at_the_moment(ask, artifacts):
    write_run_folder(artifacts / "runs/three", started="2030-01-03T00:00:00+00:00")
    response = ask("/")

    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = response.content.decode()
    assert page.index("runs/three/review.html") < page.index("runs/two%20words/review.html")
    assert f'href="{PATH}"' in page
    assert "script-src 'sha256-" in response.headers["Content-Security-Policy"]
    assert ask("/index.html").content == response.content


@pytest.mark.parametrize("path", ["/latest", "/latest/", "/runs/two%20words"])
def test_the_folder_of_a_run_leads_to_its_page(ask, path):
    response = ask(path)

    assert (response.status, response.headers["Location"]) == (302, "/runs/two%20words/review.html")


def test_the_page_of_a_run_leads_to_its_model_if_it_has_one(ask):
    with_model, without = (ask(f"/runs/{name}/review.html").content.decode() for name in ("two%20words", "one"))

    assert f'<a href="{PATH}">Sample from the model</a>' in with_model
    assert "/sample/" not in without


def test_files_are_given_as_they_are(ask, artifacts):
    for name, kind in (("run.json", "application/json"), ("samples.parquet", "application/vnd.apache.parquet")):
        response = ask(f"/runs/one/{name}")

        assert response.content == (artifacts / "runs/one" / name).read_bytes()
        assert response.headers["Content-Type"] == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


def test_only_a_page_that_charflow_writes_runs_its_scripts(ask, artifacts):
    folder = artifacts / "runs/two words"
    (folder / "other.html").write_bytes((folder / "review.html").read_bytes())
    (folder / "model/review.html").write_bytes((folder / "review.html").read_bytes())
    names = ("review.html", "other.html", "model/review.html")
    policies = [ask(f"/runs/two%20words/{name}").headers["Content-Security-Policy"] for name in names]

    assert ["sandbox" in policy for policy in policies] == [False, True, True]


def test_head_tells_of_a_file_without_it(ask):
    response = ask("/runs/one/run.json", "HEAD")

    assert int(response.headers["Content-Length"]) > 0
    assert response.content == b""


@pytest.mark.parametrize(
    "path",
    ["/runs", "/runs/one/model", "/flows/main.py", "/runs/../../x", "/runs/%1b[2J", "/sample/one", "/sample/a/b"],
)
def test_what_is_not_there_gets_one_line(ask, path):
    response = ask(path)

    assert response.status == 404
    assert response.content.count(b"\n") == 1
    assert b"\x1b" not in response.content


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example:80", "", "localhost:x", "[::1]"])
def test_another_name_for_this_machine_is_refused(ask, host):
    assert ask("/", Host=host).status == 421
    assert ask(PATH, "POST", ASKED, Host=host).status == 421


def test_a_request_without_a_host_or_with_two_is_refused(server):
    for request in (b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
            connection.sendall(request)

            assert b" 421 " in connection.makefile("rb").readline()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(ask, method):
    response = ask("/runs/one/run.json", method)

    assert response.status == 501
    assert response.headers["Content-Type"].startswith("text/plain")


def test_it_listens_to_this_machine_alone(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_a_sample_comes_line_by_line(ask, loaded):
    response = ask(PATH, "POST", ASKED)

    assert lines_of(response) == [{"prompt": "ab"}, *[{"text": "7"}] * 12, {"done": True}]
    assert lines_of(ask(PATH, "POST", {**ASKED, "prompt": ""}))[0] == {"prompt": "\n"}
    assert len(loaded) == 1


def test_a_run_that_took_the_name_of_another_is_loaded_anew(ask, loaded, artifacts):
    ask(PATH, "POST", ASKED)
    (artifacts / "latest/model/new").write_bytes(b"other")
    (artifacts / "latest/model/new").replace(artifacts / "latest/model/model.keras")
    ask(PATH, "POST", ASKED)

    assert len(loaded) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"prompt": "aΩ"}, "characters that the corpus lacks: 'Ω' (U+03A9) at position 1"),
        ({"length": LONGEST + 1}, "length: Input should be less than or equal to 20000"),
        ({"temperature": -1}, "temperature: "),
        ({"seed": None}, "seed: "),
        ({"top_k": 3}, "top_k: Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_drawn_gets_one_line_before_a_model_is_loaded(ask, loaded, changed, said):
    response = ask(PATH, "POST", {**ASKED, **changed})

    assert response.status == 400
    assert said in response.content.decode()
    assert response.content.count(b"\n") == 1
    assert b"--" not in response.content
    assert loaded == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
    ],
)
def test_a_page_of_another_origin_draws_nothing(ask, loaded, headers):
    assert ask(PATH, "POST", ASKED, **headers).status == 403
    assert loaded == []


def test_nothing_is_drawn_where_there_is_no_model(ask, loaded):
    assert [ask(path, "POST", ASKED).status for path in ("/", "/runs/one/run.json", "/sample/one")] == [405] * 3
    assert ask(PATH, "POST", {**ASKED, "prompt": "a" * (1 << 17)}).status == 413
    assert ask(PATH, "POST").status == 413


def test_samples_are_drawn_one_at_a_time_and_a_browser_that_leaves_ends_its_own(server, ask, loaded, monkeypatch):
    monkeypatch.setattr(sampler, "WAIT_SECONDS", 0.05)
    body = json.dumps({**ASKED, "length": LONGEST}).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with socket.create_connection(("127.0.0.1", server.server_port)) as leaving:
        leaving.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        leaving.sendall(head.encode() + b"\r\n\r\n" + body)
        leaving.recv(10)
        refused = ask(PATH, "POST", ASKED)
    monkeypatch.setattr(sampler, "WAIT_SECONDS", 60)

    assert (refused.status, refused.content) == (
        503,
        b"another sample is being drawn; stop it, or wait until it ends\n",
    )
    assert lines_of(ask(PATH, "POST", ASKED))[-1] == {"done": True}


def test_an_error_while_a_sample_is_drawn_is_told_in_its_last_line(ask, loaded, monkeypatch):
    def stream(*prompts, **chosen):
        yield prompts, "x"
        raise MemoryError("no more")

    monkeypatch.setattr(FakeModel, "stream", stream)

    assert lines_of(ask(PATH, "POST", ASKED))[-1] == {"error": "MemoryError: no more"}


def test_a_port_in_use_is_an_error_at_once(server, artifacts):
    with pytest.raises(OSError, match="in use"):
        ViewServer(artifacts, server.server_port)


def test_the_page_to_sample_begins_with_the_runs_temperature(ask):
    page = ask(PATH).content.decode()

    assert 'id="temperature" value="0.8"' in page
    assert "connect-src 'self'" in ask(PATH).headers["Content-Security-Policy"]
    assert ask("/sample/latest").headers["Location"] == PATH


@pytest.mark.parametrize(("documents", "said"), [("lines", "where a line ends"), ("files", "where a document ends")])
def test_the_page_to_sample_tells_of_an_end_mark(ask, artifacts, documents, said):
    without = ask(PATH).content.decode()
    path = artifacts / "runs/two words/run.json"
    options = {"end-mark": True, "documents": documents}
    path.write_text(json.dumps({**json.loads(path.read_text()), "options": options}))

    assert said in ask(PATH).content.decode()
    assert "end mark" not in without


def test_what_nobody_expects_is_told_in_a_line(ask, monkeypatch):
    def fail(folder):
        raise ZeroDivisionError("so\nit is")

    monkeypatch.setattr(sampler, "load_model", fail)
    response = ask(PATH, "POST", ASKED)

    assert (response.status, response.content) == (500, b"ZeroDivisionError: so it is\n")
