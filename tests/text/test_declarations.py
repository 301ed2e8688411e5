import io

import pytest

from tasks.corpus.members import Member
from tasks.text.declarations import declared_within
from tasks.text.decoding import decode
from tests.text.languages import long_text

PROSE = "The ferry left before dawn, and nobody on the quay waved to it.\n" * 60


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# -*- coding: cp850 -*-\n", "cp850"),
        (";; -*- mode: lisp; coding: iso-8859-15-unix -*-\n", "iso-8859-15"),
        ("#!/usr/bin/python\n# coding=latin-1\n", "latin-1"),
        (PROSE + "# vim: set ts=4 fileencoding=cp850 :\n", "cp850"),
        ('<?xml version="1.0" encoding="KOI8-R"?>\n<a/>', "koi8-r"),
        ('<html><head>\n<meta charset="windows-1251">', "windows-1251"),
        ("<meta http-equiv='Content-Type' content='text/html; charset=euc-jp'>", "euc-jp"),
        ('@charset "iso-8859-15";\n', "iso-8859-15"),
        ("\\documentclass{book}\n\\usepackage[applemac]{inputenc}\n", "macintosh"),
        ("From: ann\nContent-Type: text/plain; charset=iso-8859-2\n\n", "iso-8859-2"),
        ('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=ISO-8859-2\\n"\n', "iso-8859-2"),
    ],
)
def test_the_set_that_a_text_names_is_found(text, name):
    assert declared_within(text.encode()) == name


@pytest.mark.parametrize(
    "text",
    [PROSE, "One\ntwo\n# -*- coding: cp850 -*-\n", "% \\usepackage[latin1]{inputenc}\n", "He likes coding: it pays.\n"],
)
def test_a_text_that_names_none_has_none(text):
    assert declared_within(text.encode()) is None


@pytest.mark.parametrize(
    ("head", "charset", "line"),
    [
        ("# -*- coding: cp850 -*-\n", "cp850", "naïve\n"),
        ("; -*- coding: koi8-r -*-\n", "koi8-r", "да\n"),
        ("\\usepackage[applemac]{inputenc}\n", "macintosh", "élève\n"),
        ('@charset "iso-8859-15";\n', "iso-8859-15", "5 €\n"),
        ("# coding: shift_jis\n", "cp932", "①\n"),
    ],
)
def test_a_few_characters_are_read_in_the_set_that_the_text_names(head, charset, line):
    reading, text = read((head + PROSE + line).encode(charset))

    assert text == head + PROSE + line
    assert reading.known_by == "the text"


@pytest.mark.parametrize(("named", "charset"), [("utf-8", "cp1252"), ("koi8-r", "cp1252"), ("iso-8859-1", "cp1251")])
def test_a_wrong_name_is_passed_over(named, charset):
    text = f"# -*- coding: {named} -*-\n" + long_text("Russian" if charset == "cp1251" else "French", 3000)

    reading, found = read(text.encode(charset))

    assert found == text
    assert reading.known_by == "a guess"


def read(content):
    found = decode(Member("", lambda: io.BytesIO(content)), encoding=None, declared=None)
    return found.reading, "".join(found.texts)
