"""What inputs are given to: each takes one, and raises only what tells of a bad input."""

import contextlib
import io
import itertools
import socket
import tempfile
import threading
import unicodedata
from pathlib import Path

from flows.cli import app, errors
from flows.errors import UsageError
from tasks.caching import Artifact
from tasks.corpus.web import Validators, get
from tasks.normalise import normalise
from tests.fuzz import seeds
from tests.fuzz.mutation import mutated

SETS = [None] * 6 + ["utf-8", "latin-1", "utf-16", "utf-16-le", "gb18030", "shift_jis", "iso2022_jp", "utf-7", "cp037"]
DECLARED = ["", "", "iso-8859-1", "utf-16", "x-user-defined", "nonsense", "idna", "punycode"]


def reading_target(contents):
    """Read bytes as a corpus, by the stage itself, whatever it is made of; what comes out is a normal text."""

    def read(number, chance):
        content = mutated(chance.choice(contents), contents, chance)
        with tempfile.TemporaryDirectory() as folder:
            came, out = Path(folder, "in"), Path(folder, "out")
            came.mkdir()
            out.mkdir()
            (came / "corpus").write_bytes(content)
            if declared := chance.choice(DECLARED):
                (came / "charset").write_text(declared)
            normalise.function(out, [Artifact.of_folder(came)], encoding=chance.choice(SETS))
            text = (out / "text.txt").read_bytes().decode()
        assert "\r" not in text, "a carriage return is left"
        assert unicodedata.is_normalized("NFC", text), "it is not in NFC"

    return contextlib.nullcontext(read)


@contextlib.contextmanager
def answers_target():
    """Fetch from a server on loopback, whose answers are whatever bytes."""
    turn = itertools.count()
    with _server() as server, _on_loopback_alone(), tempfile.TemporaryDirectory() as folder:

        def fetch(number, chance):
            server.answer = lambda: mutated(chance.choice(seeds.ANSWERS), seeds.ANSWERS, chance)
            known = chance.choice([Validators(), Validators(etag='"1"'), Validators(last_modified="yesterday")])
            destination, partial = Path(folder, str(next(turn))), Path(folder, "partial")
            get(f"http://{server.host}/x", destination, known, partial=partial, sleep=lambda seconds: None)

        yield fetch


@contextlib.contextmanager
def words_target():
    """Understand a command line, without doing what it says."""
    with _command() as understand:

        def words(number, chance):
            given = [word for line in chance.sample(seeds.LINES, chance.randrange(1, 4)) for word in line]
            if chance.random() < 0.7:
                place = chance.randrange(len(given))
                wrong = mutated(given[place].encode(), [word.encode() for word in given], chance)
                given[place] = wrong.decode("utf-8", "surrogateescape").replace("\0", "")  # as the system gives it
            understand(given)

        yield words


@contextlib.contextmanager
def config_target():
    """Read a config file, YAML or TOML by its name."""
    with _command() as understand, tempfile.TemporaryDirectory() as folder:

        def config(number, chance):
            path = Path(folder, chance.choice(["config.yaml", "config.toml"]))
            path.write_bytes(mutated(chance.choice(seeds.CONFIGS), seeds.CONFIGS, chance))
            understand(["--config", str(path)])

        yield config


TARGETS = {
    "texts": (lambda: reading_target(seeds.texts()), 40),
    "archives": (lambda: reading_target(seeds.archives()), 25),
    "answers": (answers_target, 5),
    "words": (words_target, 20),
    "config": (config_target, 10),
}


@contextlib.contextmanager
def _command():
    """The command line, which only says what it understood: in one line if that is nothing."""
    with tempfile.TemporaryDirectory() as folder, _changed(errors, "ERRORS", Path(folder)):
        does_nothing = [_changed(app, name, lambda *given: 0) for name in ("_run_flow", "_show_plan")]
        with does_nothing[0], does_nothing[1]:
            yield _understand


def _understand(words):
    said, told = io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape"), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        code = app.main(["--print-config", *words])
    assert code in (errors.DONE, errors.USAGE), f"exit code {code}: {told.getvalue()}"
    lines = told.getvalue().count("\n")
    assert lines == (0 if code == errors.DONE else 1), f"{lines} lines: {told.getvalue()}"
    if code == errors.USAGE:
        raise UsageError(told.getvalue())


@contextlib.contextmanager
def _changed(module, name, value):
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


class _Server:
    """Sends its answer, as it is, to whoever connects and has sent a head; then it closes."""

    def __init__(self, listening):
        self.listening = listening
        self.host = "{}:{}".format(*listening.getsockname())
        self.answer = lambda: b""

    def serve(self):
        with contextlib.suppress(OSError):  # closed at the end
            while True:
                connection, _ = self.listening.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(5)
                    connection.recv(65536)
                    connection.sendall(self.answer())


@contextlib.contextmanager
def _server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = _Server(listening)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextlib.contextmanager
def _on_loopback_alone():
    """Whatever an answer leads to, nothing beyond this machine is asked."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connected(self, address):
        if not str(address[0]).startswith("127."):
            raise ConnectionRefusedError("not on loopback")
        return connect(self, address)

    def found(host, *given, **named):
        if host not in ("127.0.0.1", b"127.0.0.1"):
            raise socket.gaierror(socket.EAI_NONAME, "no name is looked up")
        return look_up(host, *given, **named)

    with _changed(socket.socket, "connect", connected), _changed(socket, "getaddrinfo", found):
        yield
