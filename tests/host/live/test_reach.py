"""What may be reached: names that somebody has named, at addresses that are public or listed."""

from ipaddress import ip_address

import pytest
from rbengine.contract.adapter import NotAllowedError
from rbengine.host.live.reach import Reach

INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
]
OUTSIDE = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    """In whatever way it is written: also where IPv6 stands for IPv4. The text says what to list."""
    with pytest.raises(NotAllowedError, match=r"add .* to `hosts` of the profile"):
        Reach([], ["api.example.com"]).checked("api.example.com", [address])


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_may_be_reached(address: str) -> None:
    """By whoever may reach its name."""
    assert Reach([], []).checked("api.example.com", [address])


@pytest.mark.parametrize(
    ("listed", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "::ffff:127.0.0.1"),
        ("10.0.0.0/8", "10.200.3.4"),
        ("10.1.2.3/8", "10.200.3.4"),
        ("fd00::/8", "fd12::1"),
        ("[fd12::1]", "fd12::1"),
    ],
)
def test_what_is_listed_may_be_reached(listed: str, address: str) -> None:
    """As an address or a network."""
    assert Reach([], [listed]).checked("db.internal", [address]) == [str(ip_address(address))]


def test_of_several_addresses_only_the_good_ones_are_left() -> None:
    """Whoever answers with both does not get the other one."""
    assert Reach([], []).checked("x", ["10.0.0.1", "1.1.1.1"]) == ["1.1.1.1"]


def test_a_listed_name_opens_no_private_address() -> None:
    """Who owns the name decides where it leads; who owns the network has listed nothing."""
    reach = Reach([], ["hooks.example.com"])
    reach.check_name("hooks.example.com", own=False)
    with pytest.raises(NotAllowedError, match=r"169\.254\.169\.254"):
        reach.checked("hooks.example.com", ["169.254.169.254"])


@pytest.mark.parametrize(
    "host", ["hooks.example.com", "HOOKS.example.com.", "10.1.1.1", "[fd12::1]"]
)
def test_a_name_may_be_asked_that_is_listed(host: str) -> None:
    """Whatever its letters, and by its address where that is listed."""
    Reach([], ["hooks.example.com", "10.0.0.0/8", "fd00::/8"]).check_name(host, own=False)


@pytest.mark.parametrize(
    "host",
    ["evil.com", "example.com", "a.hooks.example.com", "hooks.example.com.evil.com", "1.1.1.1"],
)
def test_a_name_that_nobody_listed_is_refused(host: str) -> None:
    """A part of a listed one is another one."""
    with pytest.raises(NotAllowedError, match="`hosts`"):
        Reach([], ["hooks.example.com"]).check_name(host, own=True)


def test_a_host_of_the_settings_is_for_its_adapter_alone() -> None:
    """An address that a playbook gives must be listed."""
    reach = Reach(["smtp.example.com"], [])
    reach.check_name("smtp.example.com", own=True)
    with pytest.raises(NotAllowedError):
        reach.check_name("smtp.example.com", own=False)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("::2", False),
    ],
)
def test_only_loopback_stays_on_this_machine(address: str, here: bool) -> None:
    """What goes further is encrypted."""
    assert Reach([], []).stays_here(address) is here
