"""A fingerprint of a text with secrets in it: it recognises the text, and does not give it away."""

import hashlib
import secrets
from typing import Any

SALT_BYTES = 16
COST = 1 << 12  # About ten milliseconds for each guess at a weak secret.


def fingerprint_of(text: str) -> str:
    """A salt of its own and the digest of both, in hexadecimal with a colon between; different every time."""
    return _salted(secrets.token_bytes(SALT_BYTES), text)


def recognises(fingerprint: Any, text: str) -> bool:
    """Whether the fingerprint is of the text; what is none recognises nothing."""
    try:
        salt = bytes.fromhex(str(fingerprint).partition(":")[0])
    except ValueError:
        return False
    return len(salt) == SALT_BYTES and _salted(salt, text) == fingerprint


def _salted(salt: bytes, text: str) -> str:
    digest = hashlib.scrypt(text.encode(), salt=salt, n=COST, r=8, p=1, dklen=32)
    return f"{salt.hex()}:{digest.hex()}"
