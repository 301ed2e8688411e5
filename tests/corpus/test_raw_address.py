import pytest

from tasks.corpus.raw_address import raw_address

GIST = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("page", "raw"),
    [
        (
            "https://github.com/ann/poems/blob/main/a%20b/c.txt?plain=1#L3",
            "https://raw.githubusercontent.com/ann/poems/main/a%20b/c.txt",
        ),
        ("https://www.github.com/ann/poems/blame/v1/c.txt", "https://raw.githubusercontent.com/ann/poems/v1/c.txt"),
        (f"https://gist.github.com/ann/{GIST}", f"https://gist.githubusercontent.com/ann/{GIST}/raw"),
        (
            f"https://gist.github.com/ann/{GIST}/{'0' * 40}#file-a-txt",
            f"https://gist.githubusercontent.com/ann/{GIST}/raw/{'0' * 40}",
        ),
        (
            "https://gitlab.com/a/b/c/-/blob/main/d.txt?ref_type=heads",
            "https://gitlab.com/a/b/c/-/raw/main/d.txt?ref_type=heads",
        ),
        ("https://git.example.org/a/b/-/blob/main/d.txt", "https://git.example.org/a/b/-/raw/main/d.txt"),
        (
            "https://huggingface.co/datasets/ann/poems/blob/main/d.txt",
            "https://huggingface.co/datasets/ann/poems/resolve/main/d.txt",
        ),
        ("https://www.dropbox.com/s/abc/d.txt?dl=0", "https://www.dropbox.com/s/abc/d.txt?dl=1"),
        (
            "https://www.dropbox.com/scl/fi/abc/d.txt?rlkey=k&dl=0",
            "https://www.dropbox.com/scl/fi/abc/d.txt?rlkey=k&dl=1",
        ),
        ("https://www.dropbox.com/s/abc/d.txt", "https://www.dropbox.com/s/abc/d.txt?dl=1"),
        (
            "https://www.dropbox.com/scl/fi/abc/d.txt?rlkey=k",
            "https://www.dropbox.com/scl/fi/abc/d.txt?rlkey=k&dl=1",
        ),
        ("https://GitHub.com/ann/poems/blob/main/c.txt", "https://raw.githubusercontent.com/ann/poems/main/c.txt"),
        ("https://gitlab.com/ann/poems/blob/main/c.txt", "https://gitlab.com/ann/poems/-/raw/main/c.txt"),
        ("https://bitbucket.org/ann/poems/src/main/c.txt", "https://bitbucket.org/ann/poems/raw/main/c.txt"),
        (
            "https://codeberg.org/ann/poems/src/branch/main/c.txt",
            "https://codeberg.org/ann/poems/raw/branch/main/c.txt",
        ),
        ("https://hf.co/datasets/ann/poems/raw/main/d.txt", "https://hf.co/datasets/ann/poems/resolve/main/d.txt"),
        (
            "https://drive.google.com/file/d/1Ab-C_d/view?usp=sharing",
            "https://drive.google.com/uc?export=download&id=1Ab-C_d",
        ),
        ("https://drive.google.com/open?id=1Ab-C_d", "https://drive.google.com/uc?export=download&id=1Ab-C_d"),
        (
            "https://docs.google.com/document/d/1Ab-C_d/edit#heading=h.1",
            "https://docs.google.com/document/d/1Ab-C_d/export?format=txt",
        ),
        ("https://pastebin.com/Ab12Cd34", "https://pastebin.com/raw/Ab12Cd34"),
        ("https://www.gutenberg.org/ebooks/1342", "https://www.gutenberg.org/ebooks/1342.txt.utf-8"),
    ],
)
def test_a_page_about_a_file_leads_to_the_file(page, raw):
    assert raw_address(page) == raw
    assert raw_address(raw) == raw


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/ann/poems",
        "https://github.com/ann/poems/raw/main/c.txt",
        "https://github.com/ann/poems/releases/download/v1/blob/c.txt",
        "https://example.org/ann/poems/blob/main/c.txt",
        "https://example.org/?of=github.com/ann/poems/blob/main/c.txt",
        "https://www.dropbox.com/s/abc/d.txt?dl=1",
        "https://github.com.example.org/ann/poems/blob/main/c.txt",
    ],
)
def test_every_other_address_stays_as_it_is(address):
    assert raw_address(address) == address
