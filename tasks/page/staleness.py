"""Of a run whose corpus could not be fetched anew: which of its sources are old, since when, and why."""

from collections.abc import Mapping
from typing import Any


def staleness(corpus: Mapping[str, Any]) -> list[str]:
    """A sentence for each source of a corpus that is stale; none where all are as they were found.

    Args:
        corpus: the part of `run.json`.
    """
    stale = [(source["url"], source["stale"]) for source in corpus.get("sources", []) if source.get("stale")]
    return [f"The corpus is stale: {url} is as it was fetched at {said['since']}; {said['why']}" for url, said in stale]
