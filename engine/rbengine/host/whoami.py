"""Who gives a command: the door to whatever knows people, and the one behind it that asks the operating system."""

import os
import pwd
from typing import Protocol

import msgspec


class Identity(msgspec.Struct, frozen=True):
    """`id` is what the settings know somebody by (`[people.ID]`), and what an approval is recorded with."""

    id: str
    name: str
    """For people to read."""


class IdentityProvider(Protocol):
    """Who gives this command, as somebody knows who has proof of it.

    A provider proves who somebody is and nothing else: the settings give roles, the policy says what a role may do, and
    the run decides whether an answer counts. It is asked once for each command; the same person has the same `id` every
    time, for an operator may be kept from approving, and M of N counts different people.
    Raises `errors.JournalError` where nobody can be known.
    """

    def whoami(self) -> Identity: ...


class OperatingSystem:
    """The user that this process belongs to. The environment is not asked: anybody may set it.

    Whoever may write the journal can forge an answer: this guards against mistakes, not against colleagues.
    """

    def whoami(self) -> Identity:
        number = os.getuid()
        try:
            found = pwd.getpwuid(number)
        except KeyError:  # in a container, say
            return Identity(str(number), str(number))
        return Identity(found.pw_name, found.pw_gecos.partition(",")[0] or found.pw_name)
