import logging

import pytest


@pytest.fixture(autouse=True)
def own_log():
    """The log of charflow as it is before Prefect, which a test may have imported, took it over."""
    logger = logging.getLogger("charflow")
    logger.propagate = True
    logger.handlers.clear()
