import pytest

from tasks.kernels import availability
from tasks.kernels.availability import available


@pytest.fixture(autouse=True)
def found_out_anew():
    available.cache_clear()
    yield
    available.cache_clear()


def test_kernels_are_available_where_code_can_be_compiled():
    assert available()


def test_the_environment_turns_kernels_off(monkeypatch):
    monkeypatch.setenv("CHARFLOW_KERNELS", "off")

    assert not available()


def test_a_system_that_forbids_it_is_said_once(monkeypatch, caplog):
    def forbidden(*_, **__):
        raise RuntimeError("unable to allocate executable memory")

    monkeypatch.setattr(availability, "Compiled", forbidden)

    assert not available()
    assert not available()
    (record,) = caplog.records
    assert "runs no compiled kernels (unable to allocate executable memory)" in record.getMessage()
