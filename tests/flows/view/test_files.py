import os
from html import escape

import pytest

from flows.view.files import NOTHING_RUNS, found, opened, parts_of, policy_of, type_of
from tasks.page.embedding import content_security_policy
from tasks.page.index import index_page
from tasks.page.rendering import WORKERS


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/runs/one/review.html", ["runs", "one", "review.html"]),
        ("/runs/two%20words/", ["runs", "two words"]),
        ("/runs/%C3%BC", ["runs", "ü"]),
    ],
)
def test_names_are_decoded_one_by_one(path, parts):
    assert parts_of(path) == parts


@pytest.mark.parametrize(
    "path",
    [
        *("/../x", "/runs/../../x", "/runs/%2e%2e/x", "/runs/..%2fx", "/runs/a%00b", "/runs/.drafts", "/runs//one"),
        *("//etc/passwd", "/runs/..%5cx", "http://elsewhere/runs", "", "/runs/one/%2Fetc%2Fpasswd", "/runs/./one"),
    ],
)
def test_a_path_that_could_leave_leads_nowhere(path):
    assert parts_of(path) is None


def test_what_is_not_of_runs_is_not_found_whatever_links_lead_to_it(artifacts, tmp_path):
    (artifacts / "store").mkdir()
    (artifacts / "store/secret").write_text("secret")
    (tmp_path / "outside.txt").write_text("secret")
    run = artifacts / "runs/one"
    (run / "out").symlink_to(tmp_path)
    (run / "out.txt").symlink_to(tmp_path / "outside.txt")
    (run / "stored").symlink_to("../../store/secret")
    (run / "loop").symlink_to("loop")
    (artifacts / "runs/elsewhere").symlink_to(tmp_path)
    names = [["store", "secret"], ["latest", "gone"], ["runs", "elsewhere", "outside.txt"]]
    names += [["runs", "one", *name] for name in (["out", "outside.txt"], ["out.txt"], ["stored"], ["loop"])]

    assert [found(artifacts, name) for name in names] == [None] * len(names)
    assert found(artifacts, ["latest", "run.json"]) == artifacts.resolve() / "runs/two words/run.json"


def test_latest_may_lead_nowhere_else_either(artifacts, tmp_path):
    (artifacts / "latest").unlink()
    (artifacts / "latest").symlink_to(tmp_path)

    assert found(artifacts, ["latest"]) is None


def test_only_regular_files_are_opened(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to("file")

    assert [opened(tmp_path / name) for name in ("fifo", "link", "absent", ".")] == [None] * 4
    with opened(tmp_path / "file") as file:
        assert file.read() == b"content"


def test_the_ending_tells_the_type(tmp_path):
    assert type_of(tmp_path / "samples.parquet") == "application/vnd.apache.parquet"
    assert type_of(tmp_path / "page.svg") == "application/octet-stream"


def test_a_page_keeps_its_policy_and_what_has_none_or_a_lax_one_runs_nothing():
    page = index_page([]).encode()
    sources = (b"'unsafe-inline'", b"*", b"https:", b"data:", b"'self'", b"https://example.org")
    lax = [page.replace(b"script-src ", b"script-src " + source + b" ") for source in sources]
    more = page.replace(b"default-src 'none'; ", b"default-src 'none'; script-src-elem *; ")

    assert policy_of(page).startswith("default-src 'none'; script-src 'sha256-")
    assert policy_of(page).endswith("; frame-ancestors 'none'")
    assert {policy_of(content) for content in (b"<script>1</script>", b"", more, *lax)} == {NOTHING_RUNS}


@pytest.mark.parametrize("options", [{}, {"workers": WORKERS}, {"connects": True}])
def test_every_policy_that_charflow_writes_is_one_that_a_page_keeps(options):
    written = escape(content_security_policy(["1"], ["a {}", "b {}"], **options))
    page = f'<meta http-equiv="Content-Security-Policy" content="{written}">'

    assert policy_of(page.encode()) != NOTHING_RUNS
