"""The caching engine: the only place that knows how results are kept.

A stage is a plain function behind one decorator. Its key is the digest of everything that can
change its output; its files are kept by their content; what is reused is verified first.
"""

from tasks.caching.artifact import Artifact, Outcome, Unchanged
from tasks.caching.running.session import Session, StageReport
from tasks.caching.stage import source, stage
from tasks.caching.store.content import Store
from tasks.caching.store.scratch import kept_folder, lasting_folder

__all__ = [
    "Artifact",
    "Outcome",
    "Session",
    "StageReport",
    "Store",
    "Unchanged",
    "kept_folder",
    "lasting_folder",
    "source",
    "stage",
]
