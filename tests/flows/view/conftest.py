import contextlib
import functools
import http.client
import json
import threading

import pytest

from flows.view.server import ViewServer
from tasks.page.rendering import render, with_run
from tasks.text.vocabulary import vocabulary_of
from tests.flows.cli.commands.run_folders import write_run_folder
from tests.page.reviews import RUN, a_review


@functools.cache
def page_of_a_run():
    return with_run(render(a_review()), RUN)


@pytest.fixture
def artifacts(tmp_path):
    """A folder of artifacts with two runs, the later of which has a model's files."""
    folder = tmp_path / "artifacts"
    write_run_folder(folder / "runs/one", started="2030-01-01T00:00:00+00:00")
    two = write_run_folder(folder / "runs/two words", url="a.txt")
    (two / "review.html").write_text(page_of_a_run(), encoding="utf-8")
    (two / "model/model.keras").write_bytes(b"weights")
    (two / "model/vocabulary.json").write_text(vocabulary_of("abcü \n").to_json())
    (folder / "latest").symlink_to("runs/two words")
    return folder


@pytest.fixture
def server(artifacts):
    """The server of these artifacts, which answers while the test runs."""
    with ViewServer(artifacts, 0) as opened, serving(opened):
        yield opened


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def ask(server):
    """Send a request as it is written, and read all of the answer."""

    def asked(path="/", method="GET", content=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        body = None if content is None else json.dumps(content).encode()
        if body is not None:
            headers = {"Content_Type": "application/json", "Content_Length": str(len(body)), **headers}
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        response = connection.getresponse()
        response.content = response.read()
        connection.close()
        return response

    return asked
