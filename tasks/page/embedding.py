"""Data inside an HTML page: JSON that cannot leave its element, and hashes for the content security policy."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

# What HTML reads, what ends a line in a script, what changes the direction of what follows, and lone surrogates.
UNSAFE = re.compile("[<>&\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")


def script_json(value: Any) -> str:
    """The value as JSON for a `<script type="application/json">` element; encodes as UTF-8 whatever it holds."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", plain)


def content_security_policy(
    scripts: Sequence[str], styles: Sequence[str], workers: str | None = None, *, connects: bool = False
) -> str:
    """The policy under which nothing is fetched, and nothing runs but these inline scripts and styles.

    Args:
        scripts: the content of each inline script.
        styles: the content of each inline style sheet.
        workers: name of the one trusted type policy by which the scripts may make workers; none: they make none.
        connects: whether the scripts may ask the server that the page came from.
    """
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(map(_source, scripts)),
        "style-src": " ".join(map(_source, styles)),
        "img-src": "data:",
        **({"connect-src": "'self'"} if connects else {}),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": workers or "'none'",
        "worker-src": "blob:" if workers else "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _source(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
