"""The caching engine: the only place that knows how results are stored.

A stage is a plain function behind one decorator. Its key is the digest of everything that can
change its output; its files are stored by their content; what is reused is verified first.
"""

from tasks.caching.artifact import Artifact, Outcome, Unchanged
from tasks.caching.running.report import StageError, StageReport
from tasks.caching.running.session import Session
from tasks.caching.stage import source, stage
from tasks.caching.store.access import leased
from tasks.caching.store.errors import StoreError
from tasks.caching.store.local import Store
from tasks.caching.store.scratch import family_folder, resume_folder

__all__ = [
    "Artifact",
    "Outcome",
    "Session",
    "StageError",
    "StageReport",
    "Store",
    "StoreError",
    "Unchanged",
    "family_folder",
    "leased",
    "resume_folder",
    "source",
    "stage",
]
