import ipaddress
import socket

import pytest

from tasks.corpus.hosts import addresses_of, is_attended, is_public_address, unattended


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public_address(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "0.0.0.0",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_an_address_of_a_network_is_not_public_however_it_is_written(address):
    assert not is_public_address(ipaddress.ip_address(address))


def test_a_name_stands_for_all_its_addresses(monkeypatch):
    def both(*_, **__):
        return [(2, 1, 6, "", (one, 0)) for one in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    assert addresses_of("host.example") == ["93.184.215.14", "10.0.0.1"]


def test_a_name_that_is_not_known_stands_for_no_address():
    assert addresses_of("unheard-of.invalid") == []


def test_a_run_is_attended_unless_it_says_that_it_is_not():
    with unattended():
        assert not is_attended()
    assert is_attended()
