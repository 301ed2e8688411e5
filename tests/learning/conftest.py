import math

import pytest

from tasks.learning import cadence, preview


@pytest.fixture
def short_previews(monkeypatch):
    monkeypatch.setattr(preview, "LENGTH", 3)


@pytest.fixture
def checkpoints_at_any_cost(monkeypatch):
    monkeypatch.setattr(cadence, "SHARE", math.inf)
