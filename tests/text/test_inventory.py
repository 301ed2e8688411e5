import pytest

from tasks.text.inventory import inventory


def test_what_was_found_is_one_line():
    counts = [1_115_394 - 53 * 1000 - 12 * 100] + [1000] * 52 + [100] * 12 + [1000]

    assert inventory({"utf-8": 1}, counts[:65], ["carriage returns became line feeds (40,000)"]) == (
        "UTF-8, 1,114,394 characters, 65 distinct, 12 of them rarer than 1 in 10,000; "
        "carriage returns became line feeds (40,000)"
    )


def test_one_in_ten_thousand_is_not_rarer_than_that():
    assert inventory({"windows-1252": 1}, [9_999, 1], []) == "windows-1252, 10,000 characters, 2 distinct"


@pytest.mark.parametrize(
    ("encodings", "said"),
    [
        ({"utf-8": 2, "windows-1252": 5}, "windows-1252 (5 texts) and UTF-8 (2 texts)"),
        ({"utf-8": 9, "koi8-r": 5, "a": 2, "b": 1}, "UTF-8 (9 texts) and KOI8-R (5 texts) and 2 other character sets"),
    ],
)
def test_several_character_sets_are_told_with_their_shares(encodings, said):
    assert inventory(encodings, [500, 500], []) == f"{said}, 1,000 characters, 2 distinct"


def test_several_documents_are_counted():
    assert inventory({"utf-8": 1}, [600, 600], [], 12) == "UTF-8, 12 documents, 1,200 characters, 2 distinct"
