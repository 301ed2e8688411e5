"""A corpus in a dataset of the Hugging Face Hub: one file, those of a folder, or those that a pattern matches."""

import functools
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from tasks.corpus import web
from tasks.corpus.buckets import cloud_faults
from tasks.corpus.entries import Entry, Listing, listing_of
from tasks.corpus.errors import CorpusError
from tasks.corpus.hub_address import parsed
from tasks.corpus.patterns import is_meant, split_pattern
from tasks.corpus.redaction import redacted

CARD = "README.md"
MEMBER = "member"


def listed(source: str, partial: Path) -> Listing:
    """The files that the address leads to, as they are in the newest commit of its revision.

    Args:
        source: the address.
        partial: a folder for what has arrived of a file.

    Raises:
        TransientCorpusError: the Hub does not answer.
        CorpusError: there is nothing, it may not be read, or huggingface_hub is not installed.
    """
    try:
        import huggingface_hub
    except ImportError:
        raise CorpusError("hf:// needs the extra `hf`: pip install huggingface_hub") from None
    asked = parsed(source)
    endpoint = os.environ.get("HF_ENDPOINT") or None  # Which the library reads once, when it is imported.
    with cloud_faults(source):
        api = huggingface_hub.HfApi(endpoint=endpoint)
        try:
            info = api.dataset_info(asked.repository, revision=asked.revision, files_metadata=True)
        except huggingface_hub.errors.RepositoryNotFoundError:
            raise CorpusError(
                f"{redacted(source)} is not there, or not for everybody; check the name, or give HF_TOKEN"
            ) from None
        except huggingface_hub.errors.RevisionNotFoundError:
            raise CorpusError(f"{redacted(source)} has no revision {asked.revision!r}; check it") from None
        headers = [f"Authorization: Bearer {token}"] if (token := huggingface_hub.get_token()) else []
    files = {one.rfilename: one for one in info.siblings or []}

    def entry(path: str, name: str) -> Entry:
        url = huggingface_hub.hf_hub_url(
            asked.repository, path, repo_type="dataset", revision=info.sha, endpoint=endpoint
        )
        opened = functools.partial(_fetched, url, partial, headers)
        return Entry(name=name, size=files[path].size or 0, stamp=files[path].blob_id, open=opened)

    if asked.path in files:
        return Listing(entries=[entry(asked.path, asked.path.rpartition("/")[2])], single=True)
    return listing_of([entry(path, name) for path, name in _chosen(asked.path, files)], source)


def _chosen(asked: str, files: Any) -> list[tuple[str, str]]:
    """The paths that are asked for, each with its name below the folder that is asked for."""
    base, pattern = split_pattern(asked)
    below = f"{base}/" if base else ""
    named = [(path, path[len(below) :]) for path in files if path.startswith(below)]
    if not pattern:  # The card describes the data and is none.
        return [(path, name) for path, name in named if is_meant(name) and path != CARD]
    from fsspec.utils import glob_translate

    matcher = re.compile(glob_translate(pattern))
    return [(path, name) for path, name in named if matcher.fullmatch(name) and is_meant(name, pattern)]


def _fetched(url: str, partial: Path, headers: Sequence[str]) -> BinaryIO:
    """A file of the Hub, which goes on where an attempt broke off."""
    whole = partial / MEMBER
    partial.mkdir(parents=True, exist_ok=True)
    web.get(url, whole, web.Validators(), partial=partial, headers=headers)
    return whole.open("rb")
