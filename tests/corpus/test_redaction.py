import pytest

from tasks.corpus.placeholders import resolving
from tasks.corpus.redaction import redacted, scrubbed, secrets_of


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://bob:pw@host:8080/a.txt?token=x#y", "https://host:8080/a.txt?…"),
        ("https://b@c:pw@host/a", "https://host/a"),
        ("https://host/a.txt", "https://host/a.txt"),
        ("https://bob:${PW}@${HOST}:80/${NAME}.txt?t=${T}", "https://${HOST}:80/${NAME}.txt?…"),
        ("https://[::1]/a@b?c@d", "https://[::1]/a@b?…"),
        ("file://bob:pw@host/a.txt", "file://host/a.txt"),
        ("//bob:pw@host/a?b", "//host/a?…"),
        ("file:///a b.txt", "file:///a b.txt"),
        ("notes?.txt", "notes?.txt"),
        ("a//b:c@d.txt", "a//b:c@d.txt"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(source, shown):
    assert redacted(source) == shown


@pytest.mark.parametrize(
    "source",
    [
        "http://bob:hunter2@[::1/",
        "http://bob:hunter2@host:port/a",
        "http://bob:hun/ter2@host/a",
        "http://bob:12/hunter2@host/a",
        "http://bob:12?hunter2@host/a",
        "http://bob:12#hunter2@host/a",
        "http:/bob:hunter2@host/a",
        "http:bob:hunter2@host/a",
        " http://bob:hunter2@host/a",
        "see http://bob:hunter2@host/a",
        "ht\ntp://bob:hunter2@host/a",
        "http://bob:hunter2@ho\nst/a",
        "http:\\\\bob:hunter2@host/a",
        "https://bob@hunter2:x@y@/",
    ],
)
def test_nothing_is_shown_of_a_malformed_address_that_may_be_secret(source):
    assert not any(part in redacted(source) for part in ("bob", "hun", "ter2"))
    assert not any(part in scrubbed(source, secrets_of(source, [])) for part in ("hunter2", "hun/ter2"))


def test_the_secrets_of_a_source_are_all_its_parts_that_may_be():
    source = "https://robert:p%40ssword@host.example/a.txt?token=a%2Bb+c&short=no&sig=xyzw#fragment"

    assert secrets_of(source, ["Authorization: Bearer sesame", "X-Api-Key: 12345"]) == {
        *("robert:p%40ssword", "robert:p@ssword", "robert", "p%40ssword", "p@ssword"),
        *("token=a%2Bb+c&short=no&sig=xyzw", "token=a+b+c&short=no&sig=xyzw", "token=a+b c&short=no&sig=xyzw"),
        *("a%2Bb+c", "a+b+c", "a+b c", "xyzw", "fragment"),
        *("Bearer sesame", "sesame", "12345"),
    }


def test_what_names_stand_for_is_secret_and_the_names_are_not():
    with resolving({"USER": "robert", "secret:token": "open sesame"}.get):
        found = secrets_of("https://${USER}:${UNSET}@host/${secret:token}", ["X: ${secret:token}"])

    assert {"robert", "open sesame", "open%20sesame"} <= found
    assert "${UNSET}" not in found
    assert scrubbed("https://${USER}:${UNSET}@host/", found) == "https://${USER}:${UNSET}@host/"


@pytest.mark.parametrize("source", ["default", "-", "a/b.txt", "https://host.example/a.txt"])
def test_an_address_without_secrets_has_none(source):
    assert secrets_of(source, []) == set()


def test_secrets_are_scrubbed_also_where_one_is_a_part_of_another():
    assert scrubbed("key=hunter22, hunter2!", {"hunter2", "hunter22"}) == "key=…, …!"
