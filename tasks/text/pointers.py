"""Pointers: small files that stand in a repository for large ones kept elsewhere, of Git LFS, git-annex and DVC."""

import re

from tasks.text.kinds import Kind

LFS = re.compile(
    rb"version (?:https?://[\w./-]*git-(?:lfs|media)[\w./-]*|https://hawser\.github\.com/spec/v1)\r?\n"
    rb"(?:[\w.-]+ [^\n]*\n)*?size (\d{1,20})\r?\n"
)
ANNEX = re.compile(rb"[\w./-]{0,200}/annex/objects/[\w./%&-]*?[A-Z0-9_]+-(?:s(\d{1,20})[\w-]*)?--[^\n]{1,400}\r?\n?\Z")
DVC = re.compile(rb"(?:[^\n]*\n){0,9}?outs:\r?\n- (?:md5|etag|checksum|path): [^\n]+\n(?:  [\w-]+: [^\n]*\n)*")
DVC_SIZE = re.compile(rb"^  size: (\d{1,20})\r?$", re.MULTILINE)
DVC_BYTES = 2048


def kind_of_pointer(head: bytes) -> Kind | None:
    """What the pointer is that begins with these bytes, with the size that it tells; None if they are of none."""
    if found := LFS.match(head):
        return Kind(
            f"a Git LFS pointer to {int(found[1]):,} bytes",
            "get what it points to: `git lfs pull` in the repository, media.githubusercontent.com/media in place of "
            "raw.githubusercontent.com, or /resolve/ in place of /raw/ on Hugging Face",
        )
    if found := ANNEX.match(head):
        return Kind(f"a git-annex pointer{_to(found[1])}", "get what it points to: `git annex get` in the repository")
    if len(head) < DVC_BYTES and DVC.fullmatch(head):
        size = DVC_SIZE.search(head)
        return Kind(f"a DVC pointer{_to(size and size[1])}", "get what it points to: `dvc pull` in the repository")
    return None


def _to(size: bytes | None) -> str:
    return f" to {int(size):,} bytes" if size else ""
