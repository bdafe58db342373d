"""What a live run may reach: names that somebody has listed, and addresses that are public or listed.

Names are looked at before anything is looked up; addresses are looked at one by one, and it is the address looked at
that is connected to, so that a name which answers differently the second time leads nowhere.
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

from rbengine.contract.adapter import NotAllowedError

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

THIS_MACHINE: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))

_INSIDE: tuple[Network, ...] = (
    IPv4Network("168.63.129.16/32"),  # a cloud's own service inside its machines
    IPv4Network("192.0.0.0/24"),  # another's, among protocols' own addresses
    IPv6Network("64:ff9b:1::/48"),  # IPv4 addresses of whoever uses them so (RFC 8215)
)
"""Not public, though not every version of the library says so."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv6 names of IPv4 addresses (RFC 6052)."""
_COMPATIBLE = IPv6Network("::/96")


class Reach:
    """Deny by default: `own` are hosts that the settings name for an adapter, `listed` is the profile's `hosts`."""

    def __init__(
        self,
        own: Iterable[str],
        listed: Iterable[str],
        this_machine: tuple[Network, ...] = THIS_MACHINE,
    ) -> None:
        """`this_machine`: networks whose traffic nobody else can read."""
        self._own = frozenset(_name(one) for one in own)
        self._this_machine = this_machine
        names: set[str] = set()
        networks: list[Network] = []
        for one in listed:
            try:
                networks.append(ip_network(one.strip("[]"), strict=False))
            except ValueError:
                names.add(_name(one))
        self._listed = frozenset(names)
        self._networks = tuple(networks)

    def check_name(self, host: str, *, own: bool) -> None:
        """Raise NotAllowedError where nobody has named `host`; with `own` the settings of an adapter are enough."""
        name = _name(host)
        if name in self._listed or (own and name in self._own):
            return
        literal = _literal(name)
        if literal is not None and self._is_listed(literal):
            return
        raise NotAllowedError(f"{name} may not be reached: add it to `hosts` of the profile")

    def checked(self, host: str, addresses: Iterable[str]) -> list[str]:
        """Those of `addresses` that may be connected to. Raises NotAllowedError where none of them may."""
        found = [_parsed(one) for one in addresses]
        good = [str(one) for one in found if _is_public(one) or self._is_listed(one)]
        if found and not good:
            name, one = _name(host), found[0]
            leads = f"{name} is" if _literal(name) == one else f"{name} leads to {one}, which is"
            text = f"{leads} no public address: add {one} to `hosts` of the profile"
            raise NotAllowedError(text)
        return good

    def is_public(self, address: str) -> bool:
        """Whether anybody in the world can reach it."""
        return _is_public(_parsed(address))

    def stays_here(self, address: str) -> bool:
        """Whether nobody but this machine can read what is sent to it."""
        return any(_within(_embedded(_parsed(address)), one) for one in self._this_machine)

    def _is_listed(self, address: Address) -> bool:
        inner = _embedded(address)
        return any(_within(one, network) for one in (address, inner) for network in self._networks)


def _name(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").casefold()


def _literal(name: str) -> Address | None:
    try:
        return _parsed(name)
    except ValueError:
        return None


def _parsed(text: str) -> Address:
    """Without the zone of a link-local one."""
    return ip_address(text.partition("%")[0])


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if inside is not None:
        return inside
    if address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    inner = _embedded(address)
    if inner.is_multicast or not inner.is_global or any(_within(inner, one) for one in _INSIDE):
        return False
    return inner is not address or address.is_global


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network
