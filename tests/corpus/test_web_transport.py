import ipaddress
import socket
import sys

import httpx
import pytest

from tasks.corpus import hosts
from tasks.corpus.errors import CorpusError
from tasks.corpus.web import Validators, get
from tests.corpus.certificates import self_signed
from tests.corpus.server import Answer, Document, running_server

BODY = b"To be, or not to be\n" * 1000
OUTSIDE = "127.0.0.2"
PAIR = {"public.example": [OUTSIDE], "private.example": ["127.0.0.1"]}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")


@pytest.fixture
def names(monkeypatch):
    """Names of this test, and an address of loopback that counts as a public one; notes what is looked up."""
    known, asked, real, judge = dict(PAIR), [], socket.getaddrinfo, hosts.is_public_address

    def look_up(host, port, *args, **options):
        if host not in known:
            return real(host, port, *args, **options)
        asked.append(host)
        answer = known[host].pop(0) if isinstance(known[host][0], list) else known[host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port or 0)) for one in answer]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(hosts, "is_public_address", lambda one: one == ipaddress.ip_address(OUTSIDE) or judge(one))
    known["asked"] = asked
    return known


@pytest.fixture
def outside(server):
    """A server at the same port of the address that counts as public."""
    with running_server(address=OUTSIDE, port=int(server.host.partition(":")[2])) as started:
        started.answer = [Answer(body=BODY)]
        yield started


@pytest.fixture
def inside(server):
    server.answer = [Answer(body=b"secret")]
    return server


@pytest.fixture
def fetch(destination, partial, slept, inside):
    def fetch(name, private="named", path="/corpus.txt"):
        url = f"http://{name}:{inside.host.partition(':')[2]}{path}"
        get(url, destination, Validators(), partial=partial, private=private, sleep=slept.append)
        return destination.read_bytes()

    return fetch


def leading_to(name, server):
    return Answer(status=302, headers={"Location": f"http://{name}:{server.host.partition(':')[2]}/latest/meta-data"})


@pytest.mark.parametrize("target", ["private.example", "127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"])
def test_no_redirect_leads_from_a_public_host_into_a_private_network(names, fetch, outside, inside, slept, target):
    outside.answer = [leading_to(target, inside)]

    with pytest.raises(CorpusError, match=f"it redirects from a public host to {target}, which is not one"):
        fetch("public.example")
    assert inside.requests == []
    assert slept == []


def test_no_redirect_leads_back_in_by_way_of_a_public_host(names, fetch, outside, inside):
    inside.answer = [leading_to("public.example", outside)]
    outside.answer = [leading_to("private.example", inside)]

    with pytest.raises(CorpusError, match="it redirects from a public host to private"):
        fetch("private.example")
    assert len(inside.requests) == 1


def test_a_private_host_that_is_named_is_asked_and_may_redirect(names, fetch, outside, inside):
    inside.answer = lambda request: (
        Answer(body=BODY) if request.path == "/latest/meta-data" else leading_to("127.0.0.1", inside)
    )
    assert fetch("private.example") == BODY

    inside.answer = [leading_to("public.example", outside)]
    assert fetch("private.example") == BODY


def test_a_redirect_into_a_private_network_may_be_allowed(names, fetch, outside, inside):
    outside.answer = [leading_to("private.example", inside)]

    assert fetch("public.example", private="allowed") == b"secret"


def test_private_hosts_may_be_refused_even_where_they_are_named(names, fetch, outside, inside):
    with pytest.raises(CorpusError, match=r"private\.example is no public host; permit those by --allow-private-hosts"):
        fetch("private.example", private="refused")
    assert inside.requests == []
    assert fetch("public.example", private="refused") == BODY


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(names, fetch, outside, inside):
    names["rebound.example"] = [[OUTSIDE], ["127.0.0.1"]]

    assert fetch("rebound.example", private="refused") == BODY
    assert names["asked"] == ["rebound.example"]
    assert outside.requests[0].headers["host"] == f"rebound.example:{inside.host.partition(':')[2]}"


def test_a_name_that_was_public_leads_into_no_private_network_at_the_next_attempt(names, fetch, outside, inside):
    names["rebound.example"] = [[OUTSIDE], ["127.0.0.1"]]
    outside.answer = [Answer(status=503)]

    with pytest.raises(CorpusError, match=r"rebound\.example was a public host a moment ago"):
        fetch("rebound.example")
    assert inside.requests == []


def test_of_a_name_with_both_kinds_of_addresses_only_the_public_ones_are_tried(names, fetch, outside, inside):
    names["both.example"] = ["127.0.0.1", OUTSIDE]

    assert fetch("both.example") == BODY
    assert inside.requests == []


def test_the_next_address_is_tried_where_nobody_listens_at_the_first(names, fetch, inside):
    names["two.example"] = ["127.0.0.3", "127.0.0.1"]

    assert fetch("two.example") == b"secret"


def test_a_certificate_is_checked_against_the_name_and_not_the_address(
    names, destination, partial, slept, tmp_path, monkeypatch
):
    certificate = self_signed(tmp_path, "private.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_server(certificate) as secure:
        secure.answer = [Answer(body=BODY)]
        port = secure.host.partition(":")[2]
        get(f"https://private.example:{port}/", destination, Validators(), partial=partial)
        assert destination.read_bytes() == BODY

        with pytest.raises(CorpusError, match="certificate is not valid"):
            get(f"https://127.0.0.1:{port}/", destination, Validators(), partial=partial, sleep=slept.append)


def test_a_proxy_is_asked_wherever_it_is_and_not_led_inside(names, fetch, outside, inside, monkeypatch):
    with running_server(address="127.0.0.1") as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "private.example")
        proxy.answer = [Answer(body=BODY)]
        assert fetch("unheard-of.invalid") == BODY
        assert proxy.requests[0].path.startswith("http://unheard-of.invalid:")

        assert fetch("private.example") == b"secret"

        for target in ("private.example", "127.0.0.1"):
            proxy.answer = [leading_to(target, inside)]
            inside.requests.clear()
            with pytest.raises(CorpusError, match="it redirects from a public host to"):
                fetch("unheard-of.invalid")
            assert inside.requests == []


def test_a_body_that_broke_off_goes_on_from_a_private_host_after_a_redirect_outside(names, fetch, outside, inside):
    inside.answer = [leading_to("public.example", outside)]
    outside.answer = Document(body=BODY, etag='"one"', breaks=[5000])

    assert fetch("private.example") == BODY
    assert len(inside.requests) == 2


def test_an_address_of_the_sixth_version_is_connected_to(destination, partial):
    try:
        probe = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with probe, pytest.raises(CorpusError, match="no connection"):
        get(_closed(probe), destination, Validators(), partial=partial, sleep=lambda _: None)


def _closed(probe):
    port = probe.getsockname()[1]
    probe.close()
    assert httpx.URL(f"http://[::1]:{port}/").host == "::1"
    return f"http://[::1]:{port}/"
