import logging

import hypothesis
import pytest

from tests.kernel_setting import kernels as kernels_set

SLOW_SECONDS = 1500

# How long an example takes says nothing on a machine that does other things too.
hypothesis.settings.register_profile("charflow", deadline=None)
hypothesis.settings.load_profile("charflow")


def pytest_collection_modifyitems(items):
    """What repeats a fault many times takes minutes, and more of them on a machine that does other things too."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))


@pytest.fixture
def turn_kernels(monkeypatch):
    """Turns kernels "on" or "off" for what is traced from then on."""
    from tasks.kernels.availability import available

    def turn(to):
        monkeypatch.setenv("CHARFLOW_KERNELS", to)
        available.cache_clear()

    yield turn
    available.cache_clear()


@pytest.fixture(autouse=True)
def own_log():
    """The log of charflow as it is before Prefect, which a test may have imported, took it over."""
    logger = logging.getLogger("charflow")
    logger.propagate = True
    logger.handlers.clear()


@pytest.fixture(params=["on", "off"])
def kernels(request):
    """The test runs with kernels and without."""
    with kernels_set(request.param):
        yield
