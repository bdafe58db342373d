"""Other users of this machine: really others, where the tests may become them."""

import os
import pickle
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

ONE, OTHER, STRANGER = 1, 2, 65534
"""Users that every system has."""

GROUP = 54321
"""Of nobody else on the machine."""

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root: the test becomes two other users of this machine"
)


def as_user(uid: int, groups: Sequence[int], work: Callable[[], T]) -> T:
    """What `work` gives, done in a process of this user. Fails the test where it fails.

    Whatever it imports must be loaded before: another user may not be allowed to read Python's own folder.
    """
    out, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(out)
            os.setgroups(list(groups))
            os.setgid(uid)
            os.setuid(uid)
            found: tuple[bool, object] = True, work()
        except BaseException:
            found = False, traceback.format_exc()[-4000:]
        with open(told, "wb") as file:
            file.write(pickle.dumps(found))
        os._exit(0)
    os.close(told)
    with open(out, "rb") as file:
        well, given = pickle.loads(file.read())
    os.waitpid(child, 0)
    assert well, given
    return given  # type: ignore[no-any-return]  # as `work` gave it
