"""The manifest of a result: what a stage made, of what, and under which key. Never data, never pickle."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from tasks.caching.keys.digests import digest_of_json

FORMAT = 2


class StoredFile(NamedTuple):
    """A file of a result: SHA-256 hex of its bytes, and how many there are."""

    sha256: str
    bytes: int


class Origin(NamedTuple):
    """Where an input came from: the stage and key of the result, and the digest of what was read of it."""

    stage: str
    key: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What is known of a result.

    Attributes:
        stage: the stage's name.
        name: the same with the call's label: `sample[0.8]`.
        key: under which it is stored; None for files that no store keeps.
        digest: SHA-256 hex of content and facts; None for what is only planned.
        files: by name.
        facts: small JSON that later stages may read; part of the digest.
        notes: small JSON for people (seconds, rates, addresses); not part of the digest, and no stage is shown it.
        ingredients: what the key is made of.
        indifferent: the parameters among them that changed nothing, so that the result is that of any value of theirs.
        definitions: the code behind it, a digest for each definition by "module:name"; to tell what changed, never
            part of a key.
        code: digest of that code.
        inputs: where each input came from.
        seconds: that it took to make.
        run: which run made it.
        at: when, ISO 8601 in UTC.
    """

    stage: str
    name: str
    key: str | None = None
    digest: str | None
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    ingredients: Mapping[str, Any] = field(default_factory=dict)
    indifferent: Sequence[str] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    inputs: Mapping[str, list[Origin]] = field(default_factory=dict)
    seconds: float = 0.0
    run: str = ""
    at: str = ""

    def to_json(self) -> str:
        """The manifest as sealed JSON: with its format and the digest of its content."""
        body = {"format": FORMAT, **_plain(self)}
        return json.dumps({**body, "checksum": digest_of_json(body)}, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read a manifest back.

        Raises:
            ValueError: it is not what was written.
        """
        try:
            body = json.loads(text)
            checksum, written = body.pop("checksum"), body.pop("format")
            whole = written == FORMAT and digest_of_json({"format": written, **body}) == checksum
            files = {name: StoredFile(**file) for name, file in body.pop("files").items()}
            inputs = {name: [Origin(**one) for one in origins] for name, origins in body.pop("inputs").items()}
            manifest = cls(**body, files=files, inputs=inputs)
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise ValueError("manifest is unreadable") from error
        if not whole:
            raise ValueError("manifest does not hold what was written")
        return manifest


def _plain(manifest: Manifest) -> dict[str, Any]:
    files = {name: file._asdict() for name, file in manifest.files.items()}
    inputs = {name: [origin._asdict() for origin in origins] for name, origins in manifest.inputs.items()}
    return {**asdict(manifest), "files": files, "inputs": inputs}
