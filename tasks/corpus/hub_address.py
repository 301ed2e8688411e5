"""The address of a dataset of the Hugging Face Hub."""

import re
from dataclasses import dataclass

from tasks.corpus.errors import CorpusError
from tasks.corpus.redaction import redacted

ADDRESS = re.compile(
    r"hf://datasets/(?P<owner>[^/@]+)/(?P<name>[^/@]+)(@(?P<before>refs/(convert|pr)/[^/]+|[^/]+))?(/(?P<path>[^@]*))?"
    r"(@(?P<after>.+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What an address of the Hub names.

    Attributes:
        repository: `owner/name`.
        revision: a branch, a tag or a commit; None: the newest.
        path: of a file, a folder or a pattern; "": all of it.
    """

    repository: str
    revision: str | None = None
    path: str = ""


def parsed(source: str) -> Dataset:
    """What `hf://datasets/OWNER/NAME[/PATH][@REVISION]` names; the revision may also follow the name.

    Raises:
        CorpusError: it is no such address.
    """
    found = ADDRESS.fullmatch(source)
    if not found:
        raise CorpusError(f"{redacted(source)} is no dataset; write hf://datasets/OWNER/NAME/PATH@REVISION")
    path = (found["path"] or "").strip("/")
    revision = found["after"] or found["before"]
    return Dataset(repository=f"{found['owner']}/{found['name']}", revision=revision, path=path)
