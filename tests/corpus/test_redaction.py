import pytest

from tasks.corpus.redaction import redacted


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://bob:pw@host:8080/a.txt?token=x#y", "https://host:8080/a.txt?…"),
        ("https://b@c:pw@host/a", "https://host/a"),
        ("https://host/a.txt", "https://host/a.txt"),
        ("notes?.txt", "notes?.txt"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(source, shown):
    assert redacted(source) == shown
