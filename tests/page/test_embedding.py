import base64
import hashlib
import json

import pytest

from tasks.page.embedding import content_security_policy, script_json


@pytest.mark.parametrize(
    "text",
    [
        "</script>",
        "<!--<script>",
        "&lt;",
        "\u2028\u2029",
        "\ud800 alone",
        "\udc00",
        "\u202egnp.exe",
        "\0\x1b[31m\x9b",
        "😀é中",
    ],
)
def test_json_in_a_script_element_holds_the_same_text_and_nothing_that_html_reads(text):
    embedded = script_json({"text": text})

    assert json.loads(embedded) == {"text": text}
    assert not set(embedded) & set("<>&\u2028\u2029\u202e\0\x1b\x9b")
    embedded.encode("utf-8")


def test_readable_text_stays_readable():
    assert script_json("né 中") == '"né 中"'


def test_the_policy_allows_only_the_scripts_and_styles_it_was_made_for():
    policy = dict(rule.split(" ", 1) for rule in content_security_policy(["a"], ["b", "c"]).split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'sha256-{base64.b64encode(hashlib.sha256(b'a').digest()).decode()}'"
    assert policy["style-src"].count("sha256-") == 2
    assert "unsafe" not in " ".join(policy.values())
    assert (policy["worker-src"], policy["trusted-types"]) == ("'none'", "'none'")


def test_only_scripts_of_the_one_named_policy_become_workers():
    policy = dict(rule.split(" ", 1) for rule in content_security_policy(["a"], ["b"], "search").split("; "))

    assert (policy["worker-src"], policy["trusted-types"]) == ("blob:", "search")
