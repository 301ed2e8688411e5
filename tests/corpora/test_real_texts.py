import gzip
import itertools
from pathlib import Path

import pytest

from tests.corpus.archives import tar

TUTORS = {path.name.removeprefix("tutor."): path for path in Path("/usr/share/vim").glob("vim*/tutor/tutor.*")}
MANUALS = Path("/usr/share/man")
WRITTEN = (
    "ca cs cs.cp1250 da de el el.cp737 eo es fr hr hu.cp1250 it ja.euc ja.sjis ko.euc nl no pl pl.cp1250 pt ru "
    "ru.cp1251 sk sv tr.iso9"
)


@pytest.mark.parametrize("name", WRITTEN.split())
def test_a_tutor_of_vim_is_read_from_the_set_that_it_is_written_in(read, name):
    utf_8 = f"{name.split('.')[0]}.utf-8"
    if not {name, utf_8} <= TUTORS.keys():
        pytest.skip("Vim's tutors are not installed")
    expected = TUTORS[utf_8].read_text(encoding="utf-8")

    text = read(TUTORS[name]).text

    # Here and there a line was mended in one of the two alone.
    assert set(text) <= set(expected)
    equal = sum(one == other for one, other in zip(text.split("\n"), expected.split("\n"), strict=False))
    assert equal > 0.99 * expected.count("\n")


@pytest.mark.parametrize(
    ("language", "charset"),
    [("cs", "iso-8859-2"), ("de", "cp1252"), ("es", "cp1252"), ("fr", "cp1252"), ("pl", "cp1250"), ("ru", "koi8-r")],
)
def test_manual_pages_of_an_archive_are_read_each_in_its_own_set(read, file, language, charset):
    pages = dict(itertools.islice(manual_pages(language, charset), 10))
    if not pages:
        pytest.skip("the manual pages are not installed")
    sets = itertools.cycle([charset, "utf-8"])

    found = read(file(gzip.compress(tar({name: page.encode(next(sets)) for name, page in pages.items()}))))

    assert found.text == "".join(pages.values())


def manual_pages(language, charset):
    """Pages by name, of characters that a set has, with enough of them beyond ASCII for a guess."""
    for path in sorted((MANUALS / language).rglob("*.gz")):
        content = gzip.decompress(path.read_bytes()) if path.is_file() else b""
        # Some were encoded twice.
        page = content.decode(errors="ignore").encode(charset, "ignore").decode(charset)
        if b"\xc3\x83" not in content and len(page) - len(page.encode("ascii", "ignore")) > 50:
            yield path.name, page.removesuffix("\n") + "\n"
