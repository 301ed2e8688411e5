"""The page to sample from a model, in a browser, against a server that answers as `view` does."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tasks.page.sampling_page import Sampled, sampling_page


class Answers(BaseHTTPRequestHandler):
    asked, waiting = [], threading.Event()

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(sampling_page(Sampled("one", "/r", "/sample/one", 0.8)).encode())

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(asked)
        self.send_response(400 if asked["prompt"] == "Ω" else 200)
        self.end_headers()
        if asked["prompt"] == "Ω":
            self.wfile.write(b"the prompt has an Omega\n")
            return
        for line in ({"prompt": asked["prompt"]}, {"text": "<b>x</b>\u202e"}, {"text": "é\n"}):
            self.wfile.write(json.dumps(line).encode() + b"\n")
        if asked["length"] == 1000:
            self.waiting.wait(60)
        self.wfile.write(b'{"done": true}\n')

    def log_message(self, *args):
        pass


@pytest.fixture
def page(browser):
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
        page.close()
        Answers.waiting.set()
        server.shutdown()
        thread.join()
    Answers.asked.clear()
    Answers.waiting.clear()


def test_samples_are_shown_as_they_come_stopped_and_refused_in_a_line(page):
    page.fill("#prompt", "To be")
    page.click("#draw")
    page.wait_for_selector("#state:text-is('11 characters')")

    assert page.inner_text("#drawn").rstrip() == "To be<b>x</b>U+202Eé"
    loading = {"prompt": "", "temperature": 0.8, "seed": 1, "length": 1}
    assert Answers.asked == [loading, {**loading, "prompt": "To be", "length": 500}]

    page.fill("#length", "1000")
    page.click("#another")
    page.wait_for_selector("#state:text-is('Drawing … 11 characters')")
    page.click("#stop")
    page.wait_for_selector("#state:text-is('Stopped')")
    Answers.waiting.set()
    assert Answers.asked[-1]["seed"] == 2
    assert page.locator("#stop").is_disabled()

    page.fill("#prompt", "Ω")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#problem:text-is('the prompt has an Omega')")
    assert page.inner_text("#state") == ""
