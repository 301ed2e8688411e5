"""The address of a file itself, where the one that was copied from a browser shows a page about it."""

import re

PAGES = [
    (re.compile(r"https?://(?:www\.)?github\.com/([^/?#]+/[^/?#]+)/(?:blob|blame)/([^?#]+).*"),
     r"https://raw.githubusercontent.com/\1/\2"),
    (re.compile(r"https?://gist\.github\.com/([^/?#]+/[0-9a-f]{20,})(/[0-9a-f]{40})?/?(?:[?#].*)?"),
     r"https://gist.githubusercontent.com/\1/raw\2"),
    (re.compile(r"(https?://(?:www\.)?(?:huggingface\.co|hf\.co)/[^?#]+?)/blob/([^?#]+).*"), r"\1/resolve/\2"),
    (re.compile(r"(https?://[^/?#@]+/[^?#]+?/-)/blob/(.*)"), r"\1/raw/\2"),
    (re.compile(r"(https?://(?:www\.)?dropbox\.com/[^?#]+\?(?:[^#]*&)?dl=)0(.*)"), r"\g<1>1\2"),
]  # fmt: skip


def raw_address(address: str) -> str:
    """The address that brings the file which a page of GitHub, GitLab, Hugging Face or Dropbox shows.

    Any other address is given back as it is.
    """
    for page, raw in PAGES:
        if page.fullmatch(address):
            return page.sub(raw, address)
    return address
