import base64
import binascii
import quopri

import pytest

from tasks.text.wrappings import kind_of_wrapping
from tests.text.languages import long_text

TEXT = long_text("French", 4000).encode()
UU = b"begin 644 a.txt\n" + b"".join(binascii.b2a_uu(TEXT[at : at + 45]) for at in range(0, len(TEXT), 45))


@pytest.mark.parametrize(
    ("wrapped", "what"),
    [
        (base64.encodebytes(TEXT), "in Base64"),
        (b"\r\n".join(base64.encodebytes(TEXT).split()), "in Base64"),
        (quopri.encodestring(TEXT), "quoted-printable, as mail is sent"),
        (UU + b"`\nend\n", "uuencoded"),
    ],
)
def test_text_that_was_wrapped_for_its_transport_is_told_and_may_be_meant(wrapped, what):
    kind = kind_of_wrapping(wrapped.decode())

    assert (kind.what, kind.is_text) == (what, True)


@pytest.mark.parametrize(
    "text",
    [
        long_text("French", 4000),
        "ACGT" * 15 + "\n",
        ("ACGT" * 15 + "\n") * 50,
        "x=A0\ny = 7F\n" * 200,
        "begin 644 and go on\n" * 20,
        "Donaudampfschifffahrtsgesellschaft " * 300,
    ],
)
def test_other_text_is_none(text):
    assert kind_of_wrapping(text) is None
