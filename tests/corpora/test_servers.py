import gzip
import re

import pytest

from tests.corpora.texts import ENGLISH, TEXTS
from tests.corpus.server import Answer, Document


@pytest.fixture
def served(server, read):
    """A text as it is read from an address of its own."""

    def served(content, **headers):
        server.answer = Document(body=content, headers={name.replace("_", "-"): said for name, said in headers.items()})
        return read(f"{server.url}?{hash((content, *headers.items()))}")

    return served


@pytest.mark.parametrize("language", ["French", "Polish", "Greek", "Japanese"])
@pytest.mark.parametrize("declared", ["ISO-8859-1", "windows-1252", "koi8-r"])
def test_utf_8_is_utf_8_whatever_the_server_says(served, language, declared):
    found = served((TEXTS[language] * 40).encode(), Content_Type=f"text/plain; charset={declared}")

    assert found.text == TEXTS[language] * 40
    assert f"the server says {declared.lower()}, but the bytes are UTF-8" in found.said


@pytest.mark.parametrize(
    ("declared", "charset", "text"),
    [
        ("iso-8859-1", "cp1252", "“It’s late,” he said – and left…\n"),
        ("latin1", "cp1252", "Œuvre complète : 5 €\n"),
        ("iso-8859-9", "cp1254", "“Işık,” dedi; ağaç – yağmur…\n"),
        ("gb2312", "gbk", "這裡有李喆和王玥，大家都來了。\n"),
        ("shift_jis", "cp932", "第①章　髙橋さんと﨑山さんの話。\n"),
        ("big5", "big5hkscs", "我哋喺度食飯，佢哋唔嚟。\n"),
        ("euc-kr", "cp949", "똠방각하가 펲시를 마셨다.\n"),
        ("windows-31j", "cp932", "昨日、駅で友達に会った。\n"),
        ("x-sjis", "cp932", "昨日、駅で友達に会った。\n"),
        ("tis-620", "cp874", "เมื่อวานนี้ฉันพบเพื่อนเก่า…\n"),
    ],
)
def test_a_declared_set_is_the_larger_one_that_is_meant_by_its_name(served, declared, charset, text):
    found = served((text * 100).encode(charset), Content_Type=f"text/plain; charset={declared}")

    assert found.text == text * 100
    assert "guess" not in found.said


@pytest.mark.parametrize("declared", ["utf8mb4", "none", "utf-8,gbk", "iso-8559-15", "foo", '""', "utf8; charset=x"])
def test_a_set_that_nobody_knows_is_passed_over(served, declared):
    text = TEXTS["Spanish"] * 40

    assert served(text.encode(), Content_Type=f"text/plain; charset={declared}").text == text


@pytest.mark.parametrize("declared", ["us-ascii", "utf-8", "utf-16", "utf-32-be", "euc-kr"])
def test_a_declared_set_that_the_bytes_do_not_fit_is_passed_over(served, declared):
    text = TEXTS["German"] * 40

    found = served(text.encode("cp1252"), Content_Type=f"text/plain; charset={declared}")

    assert found.text == text
    assert "windows-1252 is a guess by" in found.said


@pytest.mark.parametrize("text", [ENGLISH, TEXTS["Greek"]])
def test_text_of_8_bits_is_no_utf_16_whatever_the_server_says(served, text):
    found = served((text * 40).encode(), Content_Type="text/plain; charset=utf-16le")

    assert found.text == text * 40
    assert "the server says utf-16le, which the bytes do not fit: passed over" in found.said


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["utf-16", "utf-16le"])
def test_the_order_of_utf_16_is_told_by_the_bytes(served, declared, charset):
    text = TEXTS["Russian"] * 40

    assert served(text.encode(charset), Content_Type=f"text/plain; charset={declared}").text == text


@pytest.mark.parametrize("declared", ["koi8-r", "windows-1251", "iso-8859-7"])
def test_a_declared_set_that_makes_no_words_of_the_bytes_is_doubted_aloud(served, declared):
    found = served((TEXTS["German"] * 40).encode("cp1252"), Content_Type=f"text/plain; charset={declared}")

    assert f"reads unlike text in {declared}: perhaps windows-1252 (Füße" in found.said


@pytest.mark.parametrize("coding", ["", "UTF-8", "none", "binary", "aws-chunked", "identity", "text/plain", "utf-8,"])
def test_a_coding_that_is_none_is_passed_over(served, coding):
    assert served(ENGLISH.encode() * 40, Content_Encoding=coding).text == ENGLISH * 40


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "aws-chunked, gzip"])
def test_a_coding_that_is_one_is_undone(served, coding):
    assert served(gzip.compress(ENGLISH.encode() * 40), Content_Encoding=coding).text == ENGLISH * 40


def test_hosts_are_told_honestly_who_asks(served, server):
    served(ENGLISH.encode() * 50)

    assert re.match(r"charflow/\d", server.requests[-1].headers["user-agent"])


@pytest.mark.parametrize(
    ("status", "way_on"), [(403, "save what a browser shows"), (401, "--corpus-header"), (404, "address")]
)
def test_a_refusal_of_the_host_says_its_status_and_a_way_on(server, refused, status, way_on):
    server.answer = [Answer(status=status)]

    said = refused(f"{server.url}?{status}")

    assert f"the server answered {status}" in said
    assert way_on in said


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (b"<!doctype html><html><title>Sign in</title><body>" + b"<p>Please wait a moment.</p>" * 90, "HTML"),
        (b'{"message": "Not Found", "status": "404", "documentation_url": "https://example.org"}', "error in JSON"),
        (b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>No such key.</Message></Error>", "NoSuchKey"),
    ],
)
def test_an_error_that_comes_as_if_all_were_well_is_refused(server, refused, page, what):
    server.answer = Document(body=page)

    assert what in refused(f"{server.url}?{what}")
