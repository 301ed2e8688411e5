"""The server: answers to this machine alone, which read, and do nothing but draw samples."""

import contextlib
import json
import shutil
import socketserver
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from flows.errors import UsageError
from flows.view.answers import Answer, answer, model_of, refusal
from flows.view.files import NOTHING_RUNS, parts_of
from flows.view.sampler import Asked, BusyError, Sampler
from tasks.text.prompts import PromptError

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
IDLE_SECONDS = 60
MOST_ASKED = 1 << 17  # bytes
JSON, LINES = "application/json", "application/jsonl"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class ViewServer(ThreadingHTTPServer):
    """Shows the runs in a folder of artifacts, on loopback.

    Args:
        artifacts: the folder.
        port: to listen at; 0: any that is free.

    Raises:
        OSError: the port cannot be had.
    """

    daemon_threads = True

    def __init__(self, artifacts: Path, port: int) -> None:
        self.artifacts = artifacts
        self.sampler = Sampler()
        super().__init__((LOOPBACK, port), _Answers)

    def server_bind(self) -> None:
        """Bind without asking for the machine's name, which may take long."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.socket.getsockname()[1]

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away in the middle of an answer."""

    def server_close(self) -> None:
        """Listen no more, and draw no more."""
        super().server_close()
        self.sampler.close()


class _Answers(BaseHTTPRequestHandler):
    """Answers to requests; each connection ends with its answer."""

    timeout = IDLE_SECONDS

    @property
    def _shown(self) -> ViewServer:
        return cast(ViewServer, self.server)

    def do_GET(self) -> None:
        """Give a page or a file."""
        try:
            given = self._refused() or answer(self._shown.artifacts, self.path)
        except Exception as error:
            given = _fault(error)
        self._give(given)

    def do_HEAD(self) -> None:
        """Tell of a page or a file without it."""
        self.do_GET()

    def do_POST(self) -> None:
        """Draw a sample, as lines of JSON, each sent when it is drawn."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdecimal() or int(length) > MOST_ASKED:
            self._give(refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"ask in at most {MOST_ASKED:,} bytes"))
            return
        content = self.rfile.read(int(length))
        refused = self._refused() or self._refused_as_foreign()
        self._give(refused) if refused else self._draw(content)

    def _refused(self) -> Answer | None:
        """A refusal where the server is called by a name that may be anybody's, as a page elsewhere can bring about."""
        hosts = self.headers.get_all("Host", [])
        name, _, port = hosts[0].partition(":") if len(hosts) == 1 else ("", "", "")
        if name.lower() in NAMES and (not port or port.isdecimal()):
            return None
        return refusal(HTTPStatus.MISDIRECTED_REQUEST, f"ask for {self._shown.address}")

    def _refused_as_foreign(self) -> Answer | None:
        """A refusal of what a page of another origin asks for."""
        own = f"http://{self.headers['Host']}"
        is_own = self.headers.get("Origin", own) == own
        is_own = is_own and self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        if is_own and self.headers.get_content_type() == JSON:
            return None
        return refusal(HTTPStatus.FORBIDDEN, "only the pages of this server draw samples")

    def _draw(self, content: bytes) -> None:
        parts = parts_of(self.path)
        is_drawing = parts and parts[0] == "sample" and len(parts) == 2
        model = model_of(self._shown.artifacts, parts[1]) if parts and is_drawing else None
        if model is None:
            self._give(refusal(HTTPStatus.METHOD_NOT_ALLOWED, "nothing is drawn here", Allow="GET, HEAD"))
            return
        try:
            with contextlib.closing(self._shown.sampler.pieces(model, Asked.of_json(content))) as pieces:
                first = next(pieces)
                self._head(HTTPStatus.OK, {"Content-Type": LINES, "Content-Security-Policy": NOTHING_RUNS})
                self._send_lines(first, pieces)
        except (PromptError, UsageError) as error:
            self._give(refusal(HTTPStatus.BAD_REQUEST, str(error)))
        except BusyError as error:
            self._give(refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error)))
        except OSError:  # the browser went away
            raise
        except Exception as error:
            self._give(_fault(error))

    def _send_lines(self, first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> None:
        def send(line: dict[str, Any]) -> None:
            self.wfile.write(json.dumps(line).encode() + b"\n")

        send(first)
        try:
            for piece in rest:
                send(piece)
            send({"done": True})
        except OSError:  # the browser went away: the sample ends
            raise
        except Exception as error:
            send({"error": f"{type(error).__name__}: {error}"})

    def _give(self, given: Answer) -> None:
        about = {"Content-Type": given.type, "Content-Length": str(given.size), "Content-Security-Policy": given.policy}
        with given.body:
            self._head(given.status, {**about, **given.headers})
            if self.command != "HEAD":
                shutil.copyfileobj(given.body, self.wfile)

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**ALWAYS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a request that is malformed, or of a method that there is not."""
        status = HTTPStatus(code)
        self._give(refusal(status, message or status.phrase))

    def version_string(self) -> str:
        """What answers, and not with which versions."""
        return "charflow"

    def log_message(self, format: str, *args: Any) -> None:
        """Write no line for each request."""


def _fault(error: Exception) -> Answer:
    """What is answered where something is wrong that nobody expected."""
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}")
