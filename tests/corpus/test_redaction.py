from pathlib import Path

import pytest

from tasks.corpus.placeholders import resolving
from tasks.corpus.redaction import may_hold_password, redacted, scrubbed, secrets_of


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
        ("alice:hunter22@example.org/x.txt", "…@example.org/x.txt"),
        ("example.org/x?key=hunter22", "example.org/x?…"),
        ("https//alice:hunter22@example.org/x?y", "…@example.org/x?…"),
        ("https:///alice:hunter22@example.org/x", "https://…"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(source, shown):
    assert redacted(source) == shown


@pytest.mark.parametrize("source", ["notes?.txt", "b:sonnets@d.txt", "a/b:sonnets@d?text"])
def test_a_path_that_leads_to_a_file_is_shown_whole(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(source).parent.mkdir(exist_ok=True)
    Path(source).touch()

    assert redacted(source) == source
    assert secrets_of(source, []) == set()


@pytest.mark.parametrize(
    ("source", "may"),
    [
        ("https:///u:p@h", True),
        ("https:/u:p@h", True),
        ("https://u:p/q@h", True),
        ("u:p@h/x.txt", True),
        ("https//u:p@h", True),
        ("//u@h", True),
        ("https://${U}:${secret:P}@h:80/", False),
        ("${U}:x@h", True),
        ("a@b.txt", False),
        ("https://h/a@b", False),
        ("default", False),
    ],
)
def test_an_address_tells_whether_a_password_may_be_written_out_in_it(source, may):
    assert may_hold_password(source) is may


@pytest.mark.parametrize(
    "source",
    [
        "http://bob:hunter2@[::1/",
        "http:///bob:hunter2@host/x",
        "https:////bob:hunter2@host/x",
        "bob:hunter2@host/x.txt",
        "host/x?bob=hunter2",
        "ftp:bob:hunter2@host",
        "https//bob:hunter2@host",
        "https;//bob:hunter2@host",
        "https//bob:hun/ter2@host",
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
    for told in (source, str(Path(source))):
        assert not any(part in scrubbed(told, secrets_of(source, [])) for part in ("hunter2", "hun/ter2"))


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


def test_a_pattern_below_a_folder_that_is_there_is_no_address_with_a_query(tmp_path):
    pattern = f"{tmp_path}/?.txt"

    assert redacted(pattern) == pattern
    assert ".txt" not in secrets_of(pattern, [])
    assert redacted(f"{tmp_path}/gone/?.txt") == f"{tmp_path}/gone/?…"
