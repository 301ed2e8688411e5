import os
import traceback
from pathlib import Path

import pytest

from tasks.corpus.errors import CorpusError
from tasks.corpus.sources import identity, kind_of, name_of, path_of


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("default", "default"),
        ("-", "standard input"),
        ("http://host/a", "http"),
        ("HTTPS://host/a", "http"),
        ("file:///a/b.txt", "file"),
        ("a/b.txt", "file"),
        ("./default", "file"),
        ("notes: one.txt", "file"),
        ("~/b.txt", "file"),
        ("a/**/*.txt", "file"),
        ("s3://bucket/a[1].txt", "cloud"),
        ("gs://bucket/a", "cloud"),
        ("az://container/a", "cloud"),
        ("ABFS://container/a", "cloud"),
        ("hf://datasets/ann/poems", "hub"),
    ],
)
def test_an_address_tells_its_kind(source, kind):
    assert kind_of(source) == kind


@pytest.mark.parametrize("source", ["ftp://host/a", "gopher://host/"])
def test_an_unknown_scheme_is_refused_with_those_that_are_known(source):
    with pytest.raises(CorpusError, match=r"is not known; give http\(s\)://, s3://, .* a path, a pattern or -"):
        kind_of(source)


@pytest.mark.parametrize("source", ["hf://ann/poems", "hf://datasets/ann", "hf://spaces/ann/poems/a.txt"])
def test_an_address_of_the_hub_that_is_no_dataset_is_refused(source):
    with pytest.raises(CorpusError, match="is no dataset; write hf://datasets/OWNER/NAME/PATH@REVISION"):
        kind_of(source)


def test_secrets_of_an_unknown_or_malformed_address_are_not_shown():
    for source in ("ftp://bob:hunter2@host/a?key=hunter2", "http://bob:hunter2@[::1/"):
        with pytest.raises(CorpusError) as refused:
            kind_of(source)
        assert "hunter2" not in str(refused.value)
        assert "hunter2" not in "".join(traceback.format_exception_only(refused.value))


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("file:///a/b%20c%25.txt", "/a/b c%.txt"),
        ("file:///%C3%A9.txt", "/é.txt"),
        ("FILE:///a", "/a"),
        ("file://localhost/a", "/a"),
        ("file:/a", "/a"),
        ("a%20b.txt", "a%20b.txt"),
        ("~notes.txt", "~notes.txt"),
        ("what?#1.txt", "what?#1.txt"),
    ],
)
def test_an_address_leads_to_a_path(source, path):
    assert path_of(source) == Path(path)


def test_a_path_may_start_at_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")

    assert path_of("~/b.txt") == Path("/home/ann/b.txt")


def test_a_file_on_another_machine_is_refused():
    with pytest.raises(CorpusError, match=r"names the machine 'notes.txt'"):
        path_of("file://notes.txt")


def test_a_file_on_another_machine_is_refused_without_its_password():
    with pytest.raises(CorpusError, match="names the machine 'host'") as refused:
        path_of("file://bob:hunter2@host/a")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("source", ["a\0b", "a\ud800b", "file:///a%00b", "a" * 300, "a/" * 5000])
def test_what_can_be_no_path_is_refused_in_one_line(source):
    with pytest.raises(CorpusError, match=r"cannot be reached: .*; check the path"):
        identity(source)


def test_a_pipe_is_the_same_source_whatever_it_is_connected_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")

    assert identity(str(tmp_path / "link")) == str(tmp_path / "link")


def test_the_same_relative_path_in_two_folders_is_two_sources(tmp_path, monkeypatch):
    found = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        found |= {identity("poems.txt"), identity("../one/poems.txt"), identity(Path("poems.txt").absolute().as_uri())}

    assert found == {str(tmp_path / "one/poems.txt"), str(tmp_path / "two/poems.txt")}


@pytest.mark.parametrize("source", ["default", "-", "https://host/a.txt?token=${TOKEN}"])
def test_what_is_no_file_is_itself(source):
    assert identity(source) == source


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/home/ada/poems.txt", "poems.txt"),
        ("~/letters/one two.txt", "one two.txt"),
        ("file:///home/ada/b%20c.txt", "b c.txt"),
        ("/home/ada/poems/", "poems"),
        ("/home/ada/*.txt", "*.txt"),
        ("/home/ada/poems/**/*.txt", "**/*.txt"),
        *((same, same) for same in ("poems.txt", "-", "default", ".", "..", "/", "/dev/fd/63", "ftp://host/a", "a\0b")),
        *((same, same) for same in ("https://host/home/ada/a.txt", "s3://bucket/a.txt", "hf://datasets/ann/poems")),
    ],
)
def test_a_local_file_is_called_by_its_name_and_what_is_elsewhere_by_its_address(source, name):
    assert name_of(source) == name
