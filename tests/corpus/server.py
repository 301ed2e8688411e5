"""A real HTTP server on loopback whose answers a test chooses, and which notes what it was asked."""

import contextlib
import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; after `sent` bytes of the body, whatever length was declared, the connection closes, or hangs."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None
    hangs: bool = False
    length: bool = True


@dataclass(kw_only=True)
class Document:
    """What a well-behaved server does for one file: conditions, ranges, and breaking off when told to."""

    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    breaks: list[int] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        given = {"ETag": self.etag, "Last-Modified": self.last_modified}
        headers = {**self.headers, **{name: value for name, value in given.items() if value}}
        if self.etag and request.headers.get("if-none-match") == self.etag:
            return Answer(status=304, headers=headers, length=False)
        if self.last_modified and request.headers.get("if-modified-since") == self.last_modified:
            return Answer(status=304, headers=headers, length=False)
        sent = self.breaks.pop(0) if self.breaks else None
        start = self._start(request)
        if start is None:
            return Answer(body=self.body, headers=headers, sent=sent)
        headers["Content-Range"] = f"bytes {start}-{len(self.body) - 1}/{len(self.body)}"
        return Answer(status=206, body=self.body[start:], headers=headers, sent=sent)

    def _start(self, request: Request) -> int | None:
        asked = request.headers.get("range")
        if not asked or not self.ranges or request.headers.get("if-range", self.etag) != self.etag:
            return None
        return int(asked.removeprefix("bytes=").removesuffix("-"))


@dataclass(kw_only=True)
class Server:
    """Answers with `answer`: a function of the request, or answers in turn of which the last repeats."""

    host: str
    answer: Callable[[Request], Answer] | list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    sent_bytes: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}/corpus.txt"

    def next_answer(self, request: Request) -> Answer:
        self.requests.append(request)
        if callable(self.answer):
            return self.answer(request)
        return self.answer.pop(0) if len(self.answer) > 1 else self.answer[0]


@contextlib.contextmanager
def running_server(certificate: Path | None = None, address: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    server = Server(host="")
    listening = http.server.ThreadingHTTPServer((address, port), _handler(server))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    server.host = f"{address}:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def _handler(server: Server) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.next_answer(Request(path=self.path, headers=headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.length:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            body = answer.body[: answer.sent]
            server.sent_bytes += len(body)
            self.wfile.write(body)
            if answer.hangs:
                with contextlib.suppress(ConnectionError):
                    self.connection.recv(1)  # until the client is gone

        def log_message(self, *_):
            pass

    return Handler
