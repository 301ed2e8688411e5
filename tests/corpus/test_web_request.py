import base64
import logging
import tomllib
from pathlib import Path

import pytest

from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.placeholders import resolving
from tasks.corpus.web_request import VERSION
from tests.corpus.certificates import self_signed
from tests.corpus.server import Answer, Document, running_server

BODY = b"To be, or not to be"
SECRET = "hunter2"


@pytest.fixture
def netrc(tmp_path):
    return tmp_path / "netrc"


def test_the_client_says_who_it_is(server, fetch):
    server.answer = [Answer(body=BODY)]
    fetch()

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    homepage = next(iter(project.get("urls", {}).values()), None)
    assert project["version"] == VERSION
    assert server.requests[0].headers["user-agent"] == f"charflow/{VERSION}" + (f" (+{homepage})" if homepage else "")


def test_names_in_the_address_are_looked_up(server, fetch, monkeypatch):
    server.answer = [Answer(body=BODY)]
    monkeypatch.setenv("PASSWORD", "p/w@?#")
    monkeypatch.setenv("TOKEN", SECRET)

    fetch(url=f"http://bob:${{PASSWORD}}@{server.host}/a.txt?token=${{TOKEN}}")

    (request,) = server.requests
    assert request.path == f"/a.txt?token={SECRET}"
    assert request.headers["authorization"] == f"Basic {base64.b64encode(b'bob:p/w@?#').decode()}"


def test_a_name_without_a_value_is_said_before_anything_is_sent(server, fetch):
    for url, headers in ((f"{server.url}?token=${{NO_TOKEN}}", ()), (None, ["X: ${NO_TOKEN}"])):
        with pytest.raises(CorpusError, match=r"\$\{NO_TOKEN\} has no value; set NO_TOKEN in the environment"):
            fetch(url=url, headers=headers)
    assert server.requests == []


def test_headers_are_sent_with_the_values_of_their_names(server, fetch):
    server.answer = [Answer(body=BODY)]

    with resolving({"secret:block": SECRET}.get):
        fetch(headers=["Authorization: Bearer ${secret:block}", "x-tier:gold"])

    assert server.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    assert server.requests[0].headers["x-tier"] == "gold"


def test_headers_are_sent_with_every_attempt(server, fetch):
    server.answer = Document(body=BODY * 1000, etag='"1"', breaks=[1000, 1000])
    fetch(headers=["X-Tier: gold"])

    assert [request.headers["x-tier"] for request in server.requests] == ["gold"] * 3


def test_no_header_is_taken_along_to_another_origin(server, fetch):
    server.answer = [Answer(body=BODY)]
    with running_server() as first:
        first.answer = lambda request: Answer(
            status=302, headers={"Location": "/moved" if request.path == "/corpus.txt" else server.url}
        )
        fetch(url=first.url, headers=["Authorization: Bearer one", "X-Api-Key: two"])

    assert [request.headers["x-api-key"] for request in first.requests] == ["two", "two"]
    assert not {"authorization", "x-api-key"} & server.requests[0].headers.keys()
    assert "charflow" in server.requests[0].headers["user-agent"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{SECRET}", "header 2 is malformed; write 'Name: value'"),
        (f"Na me: {SECRET}", "header 2 is malformed"),
        (": " + SECRET, "header 2 is malformed"),
        ("Empty:", "header 2 is malformed"),
        (f"Cookie: {SECRET}\r\nX: y", "the value of header 'cookie' has characters"),
        (f"Cookie: {SECRET}\u00e9", "the value of header 'cookie' has characters"),
        (f"Range: {SECRET}", "header 2 is 'range', which charflow sets itself"),
    ],
)
def test_a_malformed_header_is_refused_without_its_value(server, fetch, line, said):
    with pytest.raises(CorpusError, match=said) as refused:
        fetch(headers=["A: b", line])
    assert SECRET not in str(refused.value)
    assert server.requests == []


def test_netrc_gives_the_credentials_of_a_host(server, fetch, netrc):
    netrc.write_text(f"machine 127.0.0.1 login bob password {SECRET}")
    server.answer = [Answer(body=BODY)]

    fetch()
    fetch(url=f"http://ann:own@{server.host}/")
    fetch(headers=["authorization: Bearer own"])

    sent = [request.headers["authorization"] for request in server.requests]
    basic = [f"Basic {base64.b64encode(pair).decode()}" for pair in (b"bob:hunter2", b"ann:own")]
    assert sent == [*basic, "Bearer own"]


def test_netrc_of_another_host_is_not_sent(server, fetch, netrc):
    netrc.write_text(f"machine example.org login bob password {SECRET}")
    server.answer = [Answer(body=BODY)]
    fetch()

    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("content", [b"machine 127.0.0.1 login bob\n hunter2 x", b"\xff\xfe"])
def test_a_malformed_netrc_is_one_line_without_secrets(server, fetch, netrc, content):
    netrc.write_bytes(content)

    with pytest.raises(CorpusError, match=r"netrc (is malformed in line 2|cannot be read)") as refused:
        fetch()
    assert SECRET not in str(refused.value)


def test_a_redirect_from_https_to_http_is_refused(server, fetch, destination, tmp_path_factory, monkeypatch):
    certificate = self_signed(tmp_path_factory.mktemp("tls"))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server.answer = [Answer(body=BODY)]
    with running_server(certificate) as secure:
        secure.answer = [Answer(status=302, headers={"Location": server.url})]

        with pytest.raises(CorpusError, match="it redirects from https to http"):
            fetch(url=f"https://{secure.host}/corpus.txt")

        secure.answer = [Answer(body=BODY)]
        fetch(url=f"https://{secure.host}/corpus.txt")
    assert destination.read_bytes() == BODY


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(fetch, slept, tmp_path):
    refusal = pytest.raises(CorpusError, match=r"certificate is not valid \(self.signed.*SSL_CERT_FILE")
    with running_server(self_signed(tmp_path)) as secure, refusal as refused:
        fetch(url=f"https://{secure.host}/corpus.txt")
    assert not isinstance(refused.value, TransientCorpusError)
    assert slept == []


def test_the_libraries_below_write_no_address_to_their_logs():
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore.connection").isEnabledFor(logging.DEBUG)
