import pytest

from tasks.corpus.errors import CorpusError
from tasks.corpus.placeholders import resolved, resolved_address, resolving, values_in


def test_names_stand_for_variables_of_the_environment(monkeypatch):
    monkeypatch.setenv("TOKEN", "hunter2")

    assert resolved("Bearer ${TOKEN}, $TOKEN and ${}") == "Bearer hunter2, $TOKEN and ${}"


@pytest.mark.parametrize("value", [None, ""])
def test_a_name_without_a_value_is_named(value):
    with resolving({"TOKEN": value}.get), pytest.raises(CorpusError, match=r"\$\{TOKEN\} has no value; set TOKEN"):
        resolved("a ${TOKEN}")


def test_names_are_looked_up_elsewhere_only_while_the_block_runs(monkeypatch):
    monkeypatch.setenv("TOKEN", "outside")

    with resolving({"secret:my-block": "inside"}.get):
        assert resolved("${secret:my-block}") == "inside"
    assert resolved("${TOKEN}") == "outside"


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("https://bob:${PW}@host/a", "https://bob:a%2Fb%40c@host/a"),
        ("https://${s:u}:${PW}@host/?q=${Q}", "https://ann:a%2Fb%40c@host/?q=x&y=%20"),
        ("https://host/${Q}@${PW}", "https://host/x&y=%20@a/b@c"),
        ("https://host/plain", "https://host/plain"),
    ],
)
def test_a_value_in_the_user_info_cannot_lead_to_another_host(address, sent):
    with resolving({"PW": "a/b@c", "s:u": "ann", "Q": "x&y=%20"}.get):
        assert resolved_address(address) == sent


def test_values_are_told_of_the_names_that_have_one():
    with resolving({"A": "one", "B": ""}.get):
        assert values_in("${A} ${B} ${C}") == {"A": "one"}


def test_a_missing_secret_block_is_said_to_be_one():
    with resolving(lambda name: None), pytest.raises(CorpusError, match="make the Prefect Secret block my-token"):
        resolved("${secret:my-token}")
