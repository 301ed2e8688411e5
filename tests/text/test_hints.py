import json

import pytest

from tasks.text.hints import hints

SUBTITLES = "".join(
    f"{number}\n00:00:{number:02},500 --> 00:00:{number:02},900\nGood evening.\n\n" for number in range(9)
)
MAIL = "From ann@example.org Mon Jan  1 00:00:00 2024\nContent-Transfer-Encoding: {}\n\nVoil=E0.\n\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": 1, "text": "one"}\n' * 9, "keys 'id', 'text': --field"),
        (json.dumps([{"text": "one"}] * 9), "one JSON list"),
        (json.dumps([{"text": "one"}] * 9, indent=2), "one JSON list"),
        (SUBTITLES, "subtitles"),
        ("WEBVTT\n\n" + SUBTITLES.replace(",", "."), "subtitles"),
        (MAIL.format("quoted-printable") * 9, "mail of which parts are in Base64 or quoted-printable"),
        (MAIL.format("base64") * 9, "mail of which parts are in Base64 or quoted-printable"),
        ("Caf&eacute; &#224; la cr&egrave;me\n" * 9, "such as &eacute;"),
    ],
)
def test_a_format_that_something_else_may_be_meant_by_is_said(text, said):
    (hint,) = hints(text)

    assert said in hint


@pytest.mark.parametrize(
    "text",
    [
        "[1] a note\n[2] another\n" * 9,
        "From Monday on it rained.\n" * 9,
        MAIL.format("8bit") * 9,
        "R&D; AT&T;\n" + "a\n" * 999,
    ],
)
def test_nothing_is_said_of_other_text(text):
    assert hints(text) == ()
