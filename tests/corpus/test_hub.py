import json
import sys
from urllib.parse import unquote, urlsplit

import pytest

from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.hub_address import Dataset, parsed
from tests.corpus.server import Answer, Document
from tests.corpus.tarred import members

FILES = {
    "README.md": b"card",
    ".gitattributes": b"x",
    "data/b.txt": b"two",
    "data/a.txt": b"one",
    "data/deep/c d.txt": b"three",
    "data/deep/e.md": b"four",
}
COMMITS = {"main": "1" * 40, "v1": "2" * 40, "refs/convert/parquet": "3" * 40}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("hf://datasets/ann/poems", Dataset(repository="ann/poems")),
        ("hf://datasets/ann/poems/", Dataset(repository="ann/poems")),
        ("hf://datasets/ann/poems/data/*.txt", Dataset(repository="ann/poems", path="data/*.txt")),
        ("hf://datasets/ann/poems@v1", Dataset(repository="ann/poems", revision="v1")),
        ("hf://datasets/ann/poems@v1/a.txt", Dataset(repository="ann/poems", revision="v1", path="a.txt")),
        ("hf://datasets/ann/poems/a.txt@v1", Dataset(repository="ann/poems", revision="v1", path="a.txt")),
        (
            "hf://datasets/ann/poems@refs/convert/parquet",
            Dataset(repository="ann/poems", revision="refs/convert/parquet"),
        ),
        (
            "hf://datasets/ann/poems/x@refs/convert/parquet",
            Dataset(repository="ann/poems", revision="refs/convert/parquet", path="x"),
        ),
    ],
)
def test_an_address_names_a_dataset_a_path_and_a_revision(source, named):
    assert parsed(source) == named


@pytest.fixture
def hub(server, monkeypatch):
    """A hub with one dataset."""
    pytest.importorskip("huggingface_hub")
    monkeypatch.setenv("HF_ENDPOINT", f"http://{server.host}")
    monkeypatch.setenv("HF_TOKEN", "hunter2")
    server.files, server.commits = dict(FILES), dict(COMMITS)
    resolved = "/datasets/ann/poems/resolve/"

    def answer(request):
        path = unquote(urlsplit(request.path).path)
        if path.startswith("/api/datasets/ann/poems"):
            revision = path.removeprefix("/api/datasets/ann/poems").removeprefix("/revision/") or "main"
            if revision not in server.commits:
                return Answer(status=404, headers={"X-Error-Code": "RevisionNotFound"})
            blobs = [
                {"rfilename": name, "size": len(body), "blobId": str(hash(body))} for name, body in server.files.items()
            ]
            found = {"id": "ann/poems", "sha": server.commits[revision], "siblings": blobs}
            return Answer(body=json.dumps(found).encode(), headers={"Content-Type": "application/json"})
        if path.startswith(resolved):
            return Document(body=server.files[path.removeprefix(resolved).partition("/")[2]], etag='"x"')(request)
        return Answer(status=404, headers={"X-Error-Code": "RepoNotFound"})

    server.answer = answer
    return server


def resolved(hub):
    return [request for request in hub.requests if "/resolve/" in request.path]


def test_a_file_is_fetched_as_it_is_at_the_commit_that_its_revision_has(hub, fetched, destination):
    fetched("hf://datasets/ann/poems/data/a.txt@v1")

    assert destination.read_bytes() == b"one"
    (request,) = resolved(hub)
    assert request.path == f"/datasets/ann/poems/resolve/{COMMITS['v1']}/data/a.txt"
    assert request.headers["authorization"] == "Bearer hunter2"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", ["data/a.txt", "data/b.txt", "data/deep/c d.txt", "data/deep/e.md"]),
        ("/data", ["a.txt", "b.txt", "deep/c d.txt", "deep/e.md"]),
        ("/data/*.txt", ["a.txt", "b.txt"]),
        ("/data/**/*.txt", ["a.txt", "b.txt", "deep/c d.txt"]),
        ("/*.md", ["README.md"]),
        ("@refs/convert/parquet", ["data/a.txt", "data/b.txt", "data/deep/c d.txt", "data/deep/e.md"]),
    ],
)
def test_a_folder_or_a_pattern_is_one_tar_but_for_the_card(hub, fetched, destination, partial, path, found):
    fetched(f"hf://datasets/ann/poems{path}")

    assert list(members(destination)) == found
    assert set(members(destination).values()) <= set(FILES.values())
    assert list(partial.iterdir()) == []


def test_nothing_is_fetched_again_until_a_file_changes_that_is_asked_for(hub, fetched, destination):
    known = fetched("hf://datasets/ann/poems/data").remember
    asked = len(resolved(hub))

    hub.commits["main"] = "4" * 40
    hub.files["README.md"] = b"another card"
    assert fetched("hf://datasets/ann/poems/data", known).unchanged == "nothing changed in 4 files"
    assert len(resolved(hub)) == asked

    hub.files["data/a.txt"] = b"ONE"
    assert fetched("hf://datasets/ann/poems/data", known).unchanged is None
    assert members(destination)["a.txt"] == b"ONE"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("ann/nothing", "is not there, or not for everybody; check the name, or give HF_TOKEN"),
        ("ann/poems@v9", "has no revision 'v9'"),
        ("ann/poems/gone.txt", "leads to no file with text in it"),
        ("ann/poems/gone/*", "leads to no file with text in it"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(hub, fetched, path, said):
    with pytest.raises(CorpusError, match=said) as refused:
        fetched(f"hf://datasets/{path}")
    assert not isinstance(refused.value, TransientCorpusError)
    assert "hunter2" not in str(refused.value)


def test_a_hub_that_is_not_there_may_be_later(hub, fetched, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(TransientCorpusError, match="cannot fetch hf://datasets/ann/poems: "):
        fetched("hf://datasets/ann/poems")


def test_without_its_library_the_extra_is_named(fetched, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)

    with pytest.raises(CorpusError, match="hf:// needs the extra `hf`: pip install huggingface_hub"):
        fetched("hf://datasets/ann/poems")
