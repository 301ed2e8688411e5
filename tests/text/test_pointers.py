import pytest

from tasks.text.pointers import kind_of_pointer

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 330454481\n" % 7
KEY = b"SHA256E-s1234567--%064d.txt" % 9
DVC = b"outs:\n- md5: %032d\n  size: 14445097\n  hash: md5\n  path: data.txt\n" % 3


@pytest.mark.parametrize(
    "head",
    [
        LFS,
        LFS.replace(b"\n", b"\r\n"),
        LFS.replace(b"oid", b"ext-0-x sha256:0\noid"),
        LFS.replace(b"size", b"x y\nsize"),
        LFS.replace(b"git-lfs.github.com", b"hawser.github.com"),
    ],
)
def test_a_pointer_of_git_lfs_is_told_with_the_size_of_what_it_points_to(head):
    kind = kind_of_pointer(head)

    assert kind.what == "a Git LFS pointer to 330,454,481 bytes"
    assert "git lfs pull" in kind.advice
    assert "media.githubusercontent.com" in kind.advice


@pytest.mark.parametrize(
    "head", [b"/annex/objects/" + KEY + b"\n", b"../../.git/annex/objects/x1/Zq/" + KEY + b"/" + KEY]
)
def test_a_pointer_of_git_annex_is_told_whether_it_was_a_file_or_a_link(head):
    kind = kind_of_pointer(head)

    assert kind.what == "a git-annex pointer to 1,234,567 bytes"
    assert "git annex get" in kind.advice


@pytest.mark.parametrize("head", [DVC, b"wdir: ..\n" + DVC])
def test_a_pointer_of_dvc_is_told(head):
    assert kind_of_pointer(head).what == "a DVC pointer to 14,445,097 bytes"


@pytest.mark.parametrize(
    "head",
    [
        b"version https://git-lfs.github.com/spec/v1 is the first line of a pointer.\n",
        b"Objects lie in .git/annex/objects/, each by its key.\n" * 9,
        b"outs:\n- the first\n- the second\n",
    ],
)
def test_text_about_pointers_is_text(head):
    assert kind_of_pointer(head) is None
