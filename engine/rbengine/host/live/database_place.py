"""Where a connection string leads: looked up, looked at, and handed to PostgreSQL's library as addresses.

The library opens its sockets by itself, so it gets addresses that have been checked and no name to look up again. It
also reads its environment (PGHOST, PGSERVICE, …); a profile says all there is to say, so none of that counts.
"""

import os
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import psycopg

from rbengine.contract.adapter import NotAllowedError
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.lookup import addresses
from rbengine.host.live.reach import Reach

_PORT = "5432"

_ALWAYS = {
    "client_encoding": "UTF8",
    "gssencmode": "disable",
    # a connection whose other side has vanished is noticed within half a minute
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",
}
"""What the settings may not change, in the library's words."""


_USUAL = {
    "require_auth": "none,password,md5,gss,sspi,scram-sha-256",
    "min_protocol_version": "3.0",
    "max_protocol_version": "3.0",
}
"""What the library does by itself, where it takes no empty value for that."""


class Server(NamedTuple):
    """One of the servers that a connection string names."""

    host: str
    """A name, a folder of Unix sockets, or empty where only an address is given."""
    address: str
    port: str


class Place:
    """One connection string of a profile. Raises CannotGoOnError, naming `setting` and not what it holds."""

    def __init__(self, setting: str, dsn: str) -> None:
        self._setting = setting
        self._given = self._parsed(dsn)
        self._servers = tuple(self._listed())
        for name, way_out in (("dbname", "the database"), ("user", "the role")):
            if not self._given.get(name):
                raise self._wrong(f"does not name {way_out}: write `{name}=…`")

    def parameters(self, reach: Reach, timeout: float) -> dict[str, str]:
        """What to connect with, by the library's names.

        Raises psycopg.OperationalError where nobody knows in `timeout` seconds where it is; its cause is a
        NotAllowedError where the settings do not allow to go there or to go unencrypted.
        """
        if os.environ.get("PGSERVICE"):
            refused = NotAllowedError(
                "PGSERVICE is set in the environment, and PostgreSQL's library would follow it: unset it"
            )
            raise psycopg.OperationalError(str(refused)) from refused
        until = time.monotonic() + timeout
        found: list[Server] = []
        problem: OSError = OSError("nobody knows where it is")
        for one in self._servers:
            try:
                found.extend(self._checked(one, reach, until - time.monotonic()))
            except OSError as error:
                problem = error
        if not found:
            raise psycopg.OperationalError(str(problem)) from problem
        try:
            encryption = self._encryption(found, reach)
        except NotAllowedError as refused:
            raise psycopg.OperationalError(str(refused)) from refused
        return {
            **_instead_of_environment(self._given),
            **self._given,
            "host": ",".join(one.host for one in found),
            "hostaddr": ",".join(one.address for one in found),
            "port": ",".join(one.port for one in found),
            **encryption,
            **_ALWAYS,
        }

    def _parsed(self, dsn: str) -> Mapping[str, str]:
        try:
            found = psycopg.conninfo.conninfo_to_dict(dsn)
        except psycopg.Error:
            raise self._wrong("is no connection string as PostgreSQL writes it") from None
        given = {name: str(value) for name, value in found.items() if value is not None}
        for name in ("service", "servicefile", "passfile"):
            if given.pop(name, ""):
                raise self._wrong(f"has `{name}`: what a file says cannot be checked, write it out")
        return given

    def _listed(self) -> Iterator[Server]:
        names = self._given.get("host", "").split(",")
        known = self._given.get("hostaddr", "").split(",")
        ports = self._given.get("port", "").split(",")
        count = max(len(names), len(known))
        if any(len(one) not in (1, count) for one in (names, known, ports)):
            raise self._wrong("names several hosts, and not as many addresses or ports")
        for number in range(count):
            name, address, port = (one[number % len(one)].strip() for one in (names, known, ports))
            if not name and not address:
                raise self._wrong("names no host")
            if not (port or _PORT).isdecimal():
                raise self._wrong("has a port that is no number")
            yield Server(name, address, port or _PORT)

    def _checked(self, one: Server, reach: Reach, timeout: float) -> Iterator[Server]:
        """With each address that may be reached. Raises OSError."""
        if one.host.startswith(("/", "@")) and not one.address:
            yield one
        elif one.address:
            yield from (one._replace(address=a) for a in reach.checked(one.address, [one.address]))
        else:
            for address in addresses(reach, one.host, int(one.port), max(0.001, timeout)):
                yield one._replace(address=address)

    def _encryption(self, found: list[Server], reach: Reach) -> dict[str, str]:
        """Unless all stays on this machine, who answers must prove that it is the host named, or the settings say
        otherwise in as many words. Raises NotAllowedError."""
        mode = self._given.get("sslmode", "")
        if all(not one.address or reach.stays_here(one.address) for one in found):
            return {}
        if mode in ("allow", "prefer") or (
            mode == "disable" and any(reach.is_public(one.address) for one in found)
        ):
            raise NotAllowedError(
                f"`{self._setting}` says sslmode={mode}, so that others on the way could read it: write `verify-full`, "
                "or `require` where the server cannot prove who it is"
            )
        given = {"sslmode": mode or "verify-full"}
        if given["sslmode"].startswith("verify") and "sslrootcert" not in self._given:
            import certifi

            given["sslrootcert"] = certifi.where()
        return given

    def _wrong(self, text: str) -> CannotGoOnError:
        return CannotGoOnError(f"`{self._setting}` {text}")


def _instead_of_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The library's own defaults for what this process's environment would set otherwise."""
    found: dict[str, str] = {}
    for one in psycopg.pq.Conninfo.get_defaults():
        name = one.keyword.decode()
        if name == "service":
            continue  # the library takes an empty one for a name
        if one.envvar is not None and one.envvar.decode() in os.environ and name not in given:
            usual = one.compiled.decode() if one.compiled is not None else ""
            found[name] = usual or _USUAL.get(name, "")
    return found
