"""The address of a file itself, where the one that was copied from a browser shows a page about it."""

import re

PAGES = [
    (re.compile(r"https?://(?:www\.)?(?i:github\.com)/([^/?#]+/[^/?#]+)/(?:blob|blame)/([^?#]+).*"),
     r"https://raw.githubusercontent.com/\1/\2"),
    (re.compile(r"https?://gist\.github\.com/([^/?#]+/[0-9a-f]{20,})(/[0-9a-f]{40})?/?(?:[?#].*)?"),
     r"https://gist.githubusercontent.com/\1/raw\2"),
    (re.compile(r"(https?://(?:www\.)?(?:huggingface\.co|hf\.co)/[^?#]+?)/blob/([^?#]+).*"), r"\1/resolve/\2"),
    # What /raw/ brings of a large file is a pointer to it.
    (re.compile(r"(https?://(?:www\.)?(?:huggingface\.co|hf\.co)/[^?#]+?)/raw/([^?#]+).*"), r"\1/resolve/\2"),
    (re.compile(r"(https?://[^/?#@]+/[^?#]+?/-)/blob/(.*)"), r"\1/raw/\2"),
    (re.compile(r"(https?://gitlab\.com/[^/?#]+/[^/?#]+)/blob/([^?#]+).*"), r"\1/-/raw/\2"),
    (re.compile(r"(https?://bitbucket\.org/[^/?#]+/[^/?#]+)/src/([^?#]+/[^?#]+).*"), r"\1/raw/\2"),
    (re.compile(r"(https?://(?:codeberg\.org|gitea\.com)/[^/?#]+/[^/?#]+)/src/((?:branch|tag|commit)/[^?#]+).*"),
     r"\1/raw/\2"),
    (re.compile(r"(https?://(?:www\.)?dropbox\.com/[^?#]+\?(?:[^#]*&)?dl=)0(.*)"), r"\g<1>1\2"),
    (re.compile(r"(https?://(?:www\.)?dropbox\.com/(?:s|scl/fi)/[^?#]+)"), r"\1?dl=1"),
    (re.compile(r"(https?://(?:www\.)?dropbox\.com/(?:s|scl/fi)/[^?#]+\?(?!(?:[^#]*&)?dl=)[^#]+)"), r"\1&dl=1"),
    (re.compile(r"https?://drive\.google\.com/file/d/([\w-]+)(?:/(?:view|edit|preview)?)?(?:[?#].*)?"),
     r"https://drive.google.com/uc?export=download&id=\1"),
    (re.compile(r"https?://drive\.google\.com/open\?(?:[^#]*&)?id=([\w-]+).*"),
     r"https://drive.google.com/uc?export=download&id=\1"),
    (re.compile(r"https?://docs\.google\.com/document/d/([\w-]+)(?:/(?:edit|view|preview|mobilebasic)?)?(?:[?#].*)?"),
     r"https://docs.google.com/document/d/\1/export?format=txt"),
    (re.compile(r"https?://(?:www\.)?pastebin\.com/(\w{8})"), r"https://pastebin.com/raw/\1"),
    (re.compile(r"(https?://(?:www\.)?gutenberg\.org/ebooks/\d+)/?"), r"\1.txt.utf-8"),
]  # fmt: skip


def raw_address(address: str) -> str:
    """The address that brings the file which a page of a well-known host shows.

    They are GitHub, GitLab, Bitbucket, Codeberg, Hugging Face, Dropbox, Google's Drive and Docs, Pastebin and Project
    Gutenberg. Any other address is given back as it is.
    """
    for page, raw in PAGES:
        if page.fullmatch(address):
            return page.sub(raw, address)
    return address
