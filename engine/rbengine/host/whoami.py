"""Who sits at this process, as far as the operating system knows."""

import os
import pwd

import msgspec


class OsUser(msgspec.Struct, frozen=True):
    """`id` is the user's name to the system, `name` the one for people."""

    id: str
    name: str


def os_user() -> OsUser:
    """The user that this process belongs to. The environment is not asked: anybody may set it."""
    number = os.getuid()
    try:
        found = pwd.getpwuid(number)
    except KeyError:  # in a container, say
        return OsUser(str(number), str(number))
    return OsUser(found.pw_name, found.pw_gecos.partition(",")[0] or found.pw_name)
