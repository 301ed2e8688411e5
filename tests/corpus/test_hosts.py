import ipaddress
import socket

import pytest

from tasks.corpus.hosts import addresses_of, is_public, is_public_address


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
    assert not is_public("host.example")
