import os
import tarfile

import pytest

from tasks.corpus.entries import write
from tasks.corpus.errors import CorpusError, TransientCorpusError
from tasks.corpus.folders import is_pattern, listed


@pytest.fixture
def folder(tmp_path):
    texts = {"b.txt": "two", "a.txt": "one", "deep/er/c.md": "three", "deep/é.txt": "four"}
    passed_over = [".hidden", "deep/.DS_Store", "__MACOSX/a.txt", "Thumbs.db", "desktop.ini", ".git/config"]
    for name, text in {**texts, **dict.fromkeys(passed_over, "x"), "empty.txt": ""}.items():
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "texts"


def names(path):
    return [entry.name for entry in listed(path).entries]


def test_a_folder_stands_for_the_files_below_it_in_order_but_for_hidden_and_empty_ones(folder):
    os.mkfifo(folder / "pipe.txt")
    (folder / "nowhere.txt").symlink_to(folder / "gone")
    (folder / "around").symlink_to(folder, target_is_directory=True)

    assert names(folder) == ["a.txt", "b.txt", "deep/er/c.md", "deep/é.txt"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["a.txt", "b.txt"]),
        ("[b-z].txt", ["b.txt"]),
        ("?.txt", ["a.txt", "b.txt"]),
        ("**/*.txt", ["a.txt", "b.txt", "deep/é.txt"]),
        ("**", ["a.txt", "b.txt", "deep/er/c.md", "deep/é.txt"]),
        ("deep/**/*.md", ["er/c.md"]),
        ("*/*.txt", ["deep/é.txt"]),
        (".git/*", ["config"]),
        (".*", [".hidden"]),
    ],
)
def test_a_pattern_stands_for_the_files_that_it_matches(folder, pattern, found):
    assert names(folder / pattern) == found


def test_a_file_that_links_lead_to_as_well_is_read_once_by_its_own_name(folder, tmp_path):
    (tmp_path / "outside").write_text("five")
    targets = {"A": "b.txt", "deep/l": "../A", "x": "../outside", "y": "../outside", "e": "empty.txt"}
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    os.link(folder / "a.txt", folder / "hard.txt")
    (folder / "again").symlink_to("deep", target_is_directory=True)

    found = listed(folder)

    assert [one.name for one in found.entries] == ["a.txt", "b.txt", "deep/er/c.md", "deep/é.txt", "hard.txt", "x"]
    assert found.links == 3
    through = listed(folder / "*/é.txt")
    assert ([one.name for one in through.entries], through.links) == (["again/é.txt"], 1)


def test_a_pattern_may_be_relative(folder, monkeypatch):
    monkeypatch.chdir(folder)

    assert names(folder.__class__("*.txt")) == ["a.txt", "b.txt"]


def test_a_path_that_exists_as_it_is_written_is_no_pattern(folder):
    (folder / "a[1].txt").write_text("x")

    assert not is_pattern(folder / "a[1].txt")
    assert is_pattern(folder / "a[2].txt")
    assert not is_pattern(folder / "gone.txt")


@pytest.mark.parametrize("path", ["*.pdf", "gone/*.txt", ".git/objects"])
def test_what_leads_to_no_file_is_refused(folder, path):
    (folder / ".git/objects").mkdir()

    with pytest.raises(CorpusError, match="leads to no file with text in it; check it, and quote a pattern"):
        listed(folder / path)


def test_a_malformed_pattern_is_refused(folder):
    with pytest.raises(CorpusError, match=r"no pattern|leads to no file"):
        listed(folder / "**a" / "x.txt")


def test_the_tar_is_the_same_for_the_same_names_and_bytes(folder, tmp_path):
    write(listed(folder), tmp_path / "one.tar")
    for path in folder.rglob("*.txt"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    folder.rename(tmp_path / "moved")
    write(listed(tmp_path / "moved"), tmp_path / "two.tar")

    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    with tarfile.open(tmp_path / "one.tar") as tar:
        assert {member.name: tar.extractfile(member).read() for member in tar} == {
            "a.txt": b"one",
            "b.txt": b"two",
            "deep/er/c.md": b"three",
            "deep/é.txt": b"four",
        }


def written(folder):
    (folder / "a.txt").write_text("ONE")


def written_with_the_time_put_back(folder):
    status = (folder / "a.txt").stat()
    (folder / "a.txt").write_text("ONE")
    os.utime(folder / "a.txt", ns=(status.st_atime_ns, status.st_mtime_ns))


def added(folder):
    (folder / "z.txt").write_text("x")


def removed(folder):
    (folder / "a.txt").unlink()


def renamed(folder):
    (folder / "a.txt").rename(folder / "c.txt")


@pytest.mark.parametrize("change", [written, written_with_the_time_put_back, added, removed, renamed])
def test_every_change_shows_without_reading(folder, change):
    before = listed(folder).digest
    assert listed(folder).digest == before

    change(folder)

    assert listed(folder).digest != before


def test_a_file_that_becomes_shorter_meanwhile_is_an_error_and_not_filled_up(folder, tmp_path):
    found = listed(folder)
    (folder / "b.txt").write_text("t")

    with pytest.raises(TransientCorpusError, match=r"'b\.txt' became shorter while it was read"):
        write(found, tmp_path / "tar")
