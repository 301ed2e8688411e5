import datetime
import email.utils
import gzip
import logging
import random
import socket
import traceback

import pytest

from tasks.corpus import web_body, web_request
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.web import Validators
from tests.corpus.server import Answer, Document

BODY = random.Random(1).randbytes(200_000)
ETAG = '"one"'
NOTHING = Validators()
FAR = f"Fri, 31 Dec {'9' * 20} 23:59:59 GMT"
USER, SECRET = "bob", "hunter2"


def ranges(server):
    return [request.headers.get("range") for request in server.requests]


def test_a_body_arrives_whole_with_its_validators(server, fetch, destination):
    server.answer = Document(body=BODY, etag=ETAG, last_modified="Mon, 05 Jan 2026 00:00:00 GMT")

    response = fetch()

    assert destination.read_bytes() == BODY
    assert not response.unchanged
    assert response.validators == Validators(etag=ETAG, last_modified="Mon, 05 Jan 2026 00:00:00 GMT")


def test_only_the_body_is_left(server, fetch, destination, partial):
    server.answer = Document(body=BODY, etag=ETAG, breaks=[1000])
    fetch()

    assert [*destination.parent.iterdir(), *partial.iterdir()] == [destination]


@pytest.mark.parametrize(
    "validators",
    [
        {"etag": ETAG},
        {"etag": 'W/"weak"'},
        {"last_modified": "Mon, 05 Jan 2026 00:00:00 GMT"},
    ],
    ids=["strong", "weak", "date"],
)
def test_an_unchanged_body_is_not_sent_again(server, fetch, destination, validators):
    server.answer = Document(body=BODY, **validators)
    known = fetch().validators
    destination.unlink()
    before = server.sent_bytes

    response = fetch(known)

    assert response.unchanged
    assert response.validators == known
    assert server.sent_bytes == before
    assert not destination.exists()


def test_a_changed_body_is_fetched_in_spite_of_known_validators(server, fetch, destination):
    server.answer = Document(body=BODY[::-1], etag=ETAG)
    known = fetch().validators
    server.answer = Document(body=BODY, etag='"two"')

    assert not fetch(known).unchanged
    assert destination.read_bytes() == BODY
    assert server.requests[-1].headers["if-none-match"] == ETAG


@pytest.mark.parametrize("place", ["address", "header"])
def test_validators_hold_only_for_the_values_that_names_had(server, fetch, destination, monkeypatch, place):
    date = "Mon, 05 Jan 2026 00:00:00 GMT"
    asked = {"address": {"url": f"{server.url}?of=${{WHO}}"}, "header": {"headers": ["X-Of: ${WHO}"]}}[place]
    server.answer = Document(body=BODY[::-1], last_modified=date)
    monkeypatch.setenv("WHO", "ann")
    known = fetch(**asked).validators
    assert fetch(known, **asked).unchanged

    monkeypatch.setenv("WHO", "bob")
    server.answer = Document(body=BODY, last_modified=date)

    assert not fetch(known, **asked).unchanged
    assert destination.read_bytes() == BODY


def test_a_304_that_nobody_asked_for_is_refused(server, fetch):
    server.answer = [Answer(status=304, length=False)]

    with pytest.raises(CorpusError, match="the server answered 304"):
        fetch()


def test_a_validator_that_could_not_be_sent_back_is_not_kept(server, fetch):
    server.answer = [Answer(body=BODY, headers={"ETag": '"caf\u00e9"'})]

    assert fetch().validators == NOTHING


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 501, 505, 600])
def test_a_permanent_refusal_is_said_at_once(server, fetch, slept, destination, status):
    advice = "give credentials, by --corpus-header or ~/.netrc" if status in (401, 403) else "check the address"
    server.answer = [Answer(status=status, length=status != 204)]

    with pytest.raises(CorpusError, match=f"the server answered {status}; {advice}") as refused:
        fetch()
    assert not isinstance(refused.value, TransientCorpusError)
    assert len(server.requests) == 1
    assert slept == []
    assert not destination.exists()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 507, 520, 599])
def test_a_transient_refusal_is_tried_again_with_growing_waits(server, fetch, slept, destination, status):
    server.answer = [Answer(status=status), Answer(status=status), Answer(body=BODY)]

    fetch()

    assert destination.read_bytes() == BODY
    assert slept == [1, 2]


def test_a_server_that_stays_away_is_given_up_after_five_attempts(server, fetch, slept):
    server.answer = [Answer(status=500)]

    with pytest.raises(TransientCorpusError, match="the server answered 500; check the address or try again"):
        fetch()
    assert len(server.requests) == 5
    assert slept == [1, 2, 4, 8]


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7), ("0", 0), ("1000000000", 120), ("-1", 1), ("soon", 1), ("\u00b2", 1), (FAR, 1)],
)
def test_the_wait_is_the_one_that_the_server_asks_for_within_bounds(server, fetch, slept, asked, waited):
    server.answer = [Answer(status=503, headers={"Retry-After": asked}), Answer(body=BODY)]

    fetch()

    assert slept == [waited]


def test_the_server_may_name_the_time_to_come_back(server, fetch, slept):
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=60)
    named = email.utils.format_datetime(later, usegmt=True)
    server.answer = [Answer(status=503, headers={"Retry-After": named}), Answer(body=BODY)]

    fetch()

    assert 0 < slept[0] <= 60


@pytest.mark.parametrize("breaks", [[1], [100], [70_000, 50_000], [199_999], [0]])
def test_a_body_that_broke_off_is_resumed_under_its_strong_etag(server, fetch, destination, breaks):
    server.answer = Document(body=BODY, etag=ETAG, breaks=list(breaks))

    fetch()

    assert destination.read_bytes() == BODY
    assert server.sent_bytes == len(BODY)
    assert all(request.headers["if-range"] == ETAG for request in server.requests if "range" in request.headers)


def test_a_resumed_request_sends_no_conditions_on_the_known_body(server, fetch, destination):
    server.answer = Document(body=BODY, etag='"old"')
    known = fetch().validators
    server.answer = Document(body=BODY, etag=ETAG, breaks=[100])
    server.requests.clear()

    fetch(known)

    assert destination.read_bytes() == BODY
    assert [request.headers.get("if-none-match") for request in server.requests] == ['"old"', None]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_a_body_without_strong_etag_starts_again(server, fetch, destination, etag):
    server.answer = Document(body=BODY, etag=etag, breaks=[100_000])

    fetch()

    assert destination.read_bytes() == BODY
    assert ranges(server) == [None, None]


def test_a_server_that_ignores_ranges_starts_again(server, fetch, destination):
    server.answer = Document(body=BODY, etag=ETAG, ranges=False, breaks=[100_000])

    fetch()

    assert destination.read_bytes() == BODY
    assert ranges(server) == [None, "bytes=100000-"]


def test_a_body_that_changed_in_between_is_fetched_from_its_start(server, fetch, destination):
    new = Document(body=BODY[::-1], etag='"two"')
    old = Document(body=BODY, etag=ETAG, breaks=[100_000])
    server.answer = lambda request: (new if "range" in request.headers else old)(request)

    assert fetch().validators.etag == '"two"'
    assert destination.read_bytes() == BODY[::-1]


def test_an_etag_is_forgotten_with_the_body_that_it_was_of(server, fetch, destination):
    rest = {"ETag": ETAG, "Content-Range": f"bytes 60000-{len(BODY) - 1}/{len(BODY)}"}
    answers = [
        Answer(body=BODY, headers={"ETag": ETAG}, sent=50_000),
        Answer(body=BODY[::-1], sent=60_000),
        Answer(status=206, body=BODY[60_000:], headers=rest),
    ]
    full = Answer(body=BODY, headers={"ETag": ETAG})
    server.answer = lambda request: (
        full if len(server.requests) == 3 and "range" not in request.headers else answers[len(server.requests) - 1]
    )

    fetch()

    assert destination.read_bytes() == BODY


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Range": "bytes 0-199999/200000", "ETag": ETAG},
        {"Content-Range": "bytes 90000-199999/200000", "ETag": ETAG},
        {"Content-Range": "bytes 100000-150000/200000", "ETag": ETAG},
        {"Content-Range": "bytes 100000-150000/*", "ETag": ETAG},
        {"Content-Range": "bytes 100000-199998/199999", "ETag": ETAG},
        {"Content-Range": "bytes 1000000-1999999/2000000", "ETag": ETAG},
        {"Content-Range": "nonsense", "ETag": ETAG},
        {"ETag": ETAG},
        {"Content-Range": "bytes 100000-199999/200000", "ETag": '"two"'},
        {"Content-Range": "bytes 100000-199999/200000"},
        {"Content-Range": "bytes 100000-199999/200000", "ETag": ETAG, "Content-Encoding": "gzip"},
    ],
    ids=[
        *("from the start", "too early", "too short", "too short of an unknown length", "of another length"),
        *("prefix of the number", "nonsense", "none", "other ETag", "no ETag", "encoded"),
    ],
)
def test_a_part_other_than_the_one_asked_for_is_never_used(server, fetch, destination, headers):
    document = Document(body=BODY, etag=ETAG, breaks=[100_000])
    wrong = Answer(status=206, body=b"x" * 100_000, headers=headers)
    server.answer = lambda request: wrong if "range" in request.headers else document(request)

    fetch()

    assert destination.read_bytes() == BODY
    assert ranges(server) == [None, "bytes=100000-", None]


def test_a_rest_of_unknown_length_is_used_up_to_the_length_that_was_declared(server, fetch, destination):
    headers = {"Content-Range": "bytes 100000-199999/*", "ETag": ETAG}
    rest = Answer(status=206, body=BODY[100_000:], headers=headers)
    document = Document(body=BODY, etag=ETAG, breaks=[100_000])
    server.answer = lambda request: rest if "range" in request.headers else document(request)

    fetch()

    assert destination.read_bytes() == BODY
    assert server.sent_bytes == len(BODY)


@pytest.mark.parametrize("total", ["200000", "*"])
def test_a_part_that_nobody_asked_for_is_never_taken_for_the_whole(server, fetch, total):
    headers = {"Content-Range": f"bytes 0-99/{total}"}
    server.answer = [Answer(status=206, body=BODY[:100], headers=headers)]

    with pytest.raises(CorpusError, match="another part than the one asked for"):
        fetch()


def test_a_range_beyond_the_end_leads_to_a_fresh_start(server, fetch, destination):
    document = Document(body=BODY, etag=ETAG, breaks=[100_000])
    server.answer = lambda request: Answer(status=416) if "range" in request.headers else document(request)

    fetch()

    assert destination.read_bytes() == BODY


def test_a_body_that_never_arrives_whole_is_an_error(server, fetch):
    server.answer = [Answer(body=BODY, sent=100)]

    with pytest.raises(CorpusError, match="the connection closed before the whole body had arrived"):
        fetch()


@pytest.mark.parametrize("breaks", [[20_000] * 9, [201] * 9, [0, 0, 0, 20_000, 0, 0, 0, 0]])
def test_attempts_that_bring_new_bytes_do_not_count(server, fetch, destination, breaks):
    server.answer = Document(body=BODY, etag=ETAG, breaks=list(breaks))

    fetch()

    assert destination.read_bytes() == BODY
    assert server.sent_bytes == len(BODY)


def test_a_wait_is_short_again_after_new_bytes(server, fetch, slept):
    server.answer = Document(body=BODY, etag=ETAG, breaks=[0, 0, 0, 20_000, 0, 0])

    fetch()

    assert slept == [1, 2, 4, 1, 1, 2]


def test_attempts_that_bring_next_to_nothing_count(server, fetch):
    server.answer = Document(body=BODY, etag=ETAG, breaks=[100] * 5)

    with pytest.raises(TransientCorpusError, match="the connection closed"):
        fetch()


@pytest.mark.parametrize("etags", [None, iter(range(100))], ids=["none", "another each time"])
def test_bytes_that_came_before_are_not_new(server, fetch, etags):
    server.answer = lambda _: Answer(
        body=BODY, headers={"ETag": f'"{next(etags)}"'} if etags else {}, sent=len(BODY) // 2
    )

    with pytest.raises(TransientCorpusError):
        fetch()
    assert len(server.requests) == (6 if etags else 5)


@pytest.mark.parametrize(
    ("problem", "attempts", "error"),
    [(socket.EAI_NONAME, 2, CorpusError), (socket.EAI_AGAIN, 5, TransientCorpusError)],
    ids=["no such name", "no name service"],
)
def test_an_unknown_host_is_tried_only_twice(fetch, slept, monkeypatch, problem, attempts, error):
    def unknown(*_, **__):
        raise socket.gaierror(problem, "not known")

    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "*")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(CorpusError) as refused:
        fetch(url="http://corpora.example/a.txt")
    assert type(refused.value) is error
    assert len(slept) == attempts - 1


def test_a_redirect_is_followed(server, fetch, destination):
    moved = Answer(status=302, headers={"Location": "/elsewhere"})
    server.answer = lambda request: Answer(body=BODY) if request.path == "/elsewhere" else moved

    fetch()

    assert destination.read_bytes() == BODY


def test_a_redirect_loop_is_said_at_once(server, fetch, slept):
    server.answer = [Answer(status=302, headers={"Location": "/corpus.txt"})]

    with pytest.raises(CorpusError, match="more than 10 redirects"):
        fetch()
    assert slept == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_out_of_the_web_is_refused_at_once(server, fetch, slept, location):
    server.answer = [Answer(status=302, headers={"Location": location})]

    with pytest.raises(CorpusError, match="it leads to an address that is not http or https"):
        fetch()
    assert slept == []


def test_no_encoding_is_asked_for(server, fetch):
    server.answer = [Answer(body=BODY)]
    fetch()

    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP"])
def test_a_gzip_encoding_sent_unasked_is_undone(server, fetch, destination, partial, name):
    server.answer = [Answer(body=gzip.compress(BODY), headers={"Content-Encoding": name})]

    fetch()

    assert destination.read_bytes() == BODY
    assert [*destination.parent.iterdir(), *partial.iterdir()] == [destination]


def test_a_truncated_gzip_encoding_is_tried_again_from_the_start(server, fetch, destination):
    packed, headers = gzip.compress(BODY), {"Content-Encoding": "gzip", "ETag": ETAG}
    server.answer = [Answer(body=packed[:-9], headers=headers), Answer(body=packed, headers=headers)]

    fetch()

    assert destination.read_bytes() == BODY
    assert ranges(server) == [None, None]


def test_a_body_encoded_on_the_way_is_never_resumed(server, fetch, destination):
    packed, headers = gzip.compress(BODY), {"Content-Encoding": "gzip", "ETag": ETAG}
    server.answer = [Answer(body=packed, headers=headers, sent=1000), Answer(body=packed, headers=headers)]

    fetch()

    assert destination.read_bytes() == BODY
    assert ranges(server) == [None, None]


def test_a_gzip_encoding_that_stays_truncated_is_an_error(server, fetch, destination, partial):
    server.answer = [Answer(body=gzip.compress(BODY)[:100_000], headers={"Content-Encoding": "gzip"})]

    with pytest.raises(CorpusError, match="the compressed body broke off"):
        fetch()
    assert [*destination.parent.iterdir(), *partial.iterdir()] == []


def test_a_gzip_encoding_is_unpacked_only_up_to_the_limit(server, fetch, monkeypatch):
    monkeypatch.setattr(web_body, "MAXIMUM_BYTES", 1 << 20)
    bomb = gzip.compress(bytes(3 << 20))
    server.answer = [Answer(body=bomb, headers={"Content-Encoding": "gzip"})]

    with pytest.raises(CorpusError, match="is over 1,048,576 bytes"):
        fetch()


@pytest.mark.parametrize("named", ["br", "ZSTD", "gzip, deflate", "utf-8,compress"])
def test_another_encoding_is_refused(server, fetch, named):
    server.answer = [Answer(body=BODY, headers={"Content-Encoding": named})]

    with pytest.raises(CorpusError, match=r"packed as '(br|zstd|deflate|compress)', though asked not to; download"):
        fetch()


@pytest.mark.parametrize("named", ["", "UTF-8", "none", "binary", "aws-chunked", "identity", "identity, utf-8"])
def test_what_stores_write_in_place_of_an_encoding_means_none(server, fetch, destination, named):
    server.answer = Document(body=BODY, etag=ETAG, headers={"Content-Encoding": named}, breaks=[100_000])

    fetch()

    assert destination.read_bytes() == BODY
    assert ranges(server) == [None, "bytes=100000-"]


def test_a_list_of_encodings_is_undone_from_the_outermost(server, fetch, destination):
    packed = gzip.compress(gzip.compress(BODY))
    server.answer = [Answer(body=packed, headers={"Content-Encoding": "aws-chunked, gzip,x-gzip"})]

    fetch()

    assert destination.read_bytes() == BODY


def test_a_host_that_may_turn_programs_away_is_said_to_be_one(server, fetch):
    server.answer = [Answer(status=403)]

    with pytest.raises(CorpusError, match="if it turns programs away, save what a browser shows and give the file"):
        fetch()


@pytest.mark.parametrize("length", [True, False], ids=["declared", "not declared"])
def test_a_body_over_the_limit_is_refused(server, fetch, monkeypatch, length):
    monkeypatch.setattr(web_body, "MAXIMUM_BYTES", 1000)
    server.answer = [Answer(body=BODY, length=length)]

    with pytest.raises(CorpusError, match="1,000"):
        fetch()


def test_a_server_that_drips_is_not_waited_for(server, fetch, monkeypatch):
    monkeypatch.setattr(web_body, "LOW_SPEED_SECONDS", 0.0)
    monkeypatch.setattr(web_body, "LOW_SPEED_BYTES", 1e15)
    server.answer = [Answer(body=b"few bytes")]

    with pytest.raises(CorpusError, match="only 9 bytes in 0 seconds"):
        fetch()


def test_a_server_that_falls_silent_is_given_up(server, fetch, slept, monkeypatch):
    monkeypatch.setattr(web_request, "STALL_SECONDS", 0.1)
    silence = pytest.raises(TransientCorpusError, match="nothing arrived for 0 seconds")
    with socket.create_server(("127.0.0.1", 0)) as silent, silence:
        fetch(url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
    assert len(slept) == 4


def test_a_server_that_is_not_there_is_named(fetch, slept):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(TransientCorpusError, match=r"no connection .*refused"):
        fetch(url=f"http://127.0.0.1:{port}/corpus.txt")
    assert len(slept) == 4


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [("text/plain; charset=ISO-8859-1", "iso-8859-1"), ('text/plain; charset="utf-8"', "utf-8"), ("text/plain", None)],
)
def test_the_declared_character_set_is_handed_on(server, fetch, content_type, charset):
    server.answer = [Answer(body=BODY, headers={"Content-Type": content_type})]

    assert fetch().charset == charset


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=404),
        Answer(status=503),
        Answer(status=302, headers={"Location": f"/corpus.txt?token={SECRET}"}),
        Answer(status=302, headers={"Location": f"ftp://{USER}:{SECRET}@127.0.0.1/"}),
        Answer(body=BODY, sent=10),
        Answer(body=BODY, headers={"Content-Encoding": "br"}),
    ],
    ids=["permanent", "transient", "loop", "no web", "broken", "encoded"],
)
def test_secrets_of_the_address_stay_out_of_errors_and_logs(server, fetch, caplog, answer):
    caplog.set_level(logging.DEBUG)
    server.answer = [answer]

    with pytest.raises(CorpusError) as refused:
        fetch(url=secret_address(server))
    written = "".join(traceback.format_exception(refused.value)) + caplog.text
    assert SECRET not in written
    assert USER not in written


def test_secrets_of_the_address_reach_the_server_and_no_log(server, fetch, caplog):
    caplog.set_level(logging.DEBUG)
    server.answer = [Answer(body=BODY)]
    fetch(url=secret_address(server))

    (request,) = server.requests
    assert request.headers["authorization"] == "Basic Ym9iOmh1bnRlcjI="
    assert request.path == f"/corpus.txt?token={SECRET}"
    assert SECRET not in caplog.text


def secret_address(server):
    return f"http://{USER}:{SECRET}@{server.host}/corpus.txt?token={SECRET}#{SECRET}"


def test_a_malformed_address_is_refused_without_showing_it(fetch):
    with pytest.raises(CorpusError, match="the address is malformed") as refused:
        fetch(url=f"http://{USER}:{SECRET}@127.0.0.1:port/")
    assert SECRET not in "".join(traceback.format_exception(refused.value))
