"""Where a PostgreSQL client is about to go: its C library opens sockets that no audit hook of Python sees.

psycopg hands every connection string to one function. It is replaced, when the module comes into memory, by one that
asks first; what the string leaves out the library takes from its environment, so that is asked too.
"""

import functools
import importlib.util
import sys
from collections.abc import Callable, Generator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_MODULE = "psycopg.generators"

Refuse = Callable[[str], None]
"""Is told each place that a connection may lead to (a host, an address, empty for this machine); raises."""


def watch(refuse: Refuse) -> None:
    """From now on every connection of psycopg is put to `refuse`, whether it is in memory already or comes later."""
    module = sys.modules.get(_MODULE)
    if module is not None:
        _replace(module, refuse)
    else:
        sys.meta_path.insert(0, _Finder(refuse))


def places(conninfo: bytes | str) -> tuple[str, ...]:
    """The hosts and addresses to which libpq would go by this string and the environment.

    A service stands in a file that may name any host, so the service itself is the place.
    """
    from psycopg.pq import Conninfo

    text = conninfo.encode() if isinstance(conninfo, str) else conninfo
    known = {one.keyword: one.val for one in Conninfo.get_defaults()}
    known |= {one.keyword: one.val for one in Conninfo.parse(text) if one.val is not None}
    settings = {name.decode(): value.decode() for name, value in known.items() if value}
    if "service" in settings:
        return (f"the service {settings['service']}",)
    # An address outranks the name beside it; several of each are tried one after the other.
    names = settings.get("hostaddr") or settings.get("host", "")
    return tuple(one.strip() for one in names.split(",") if one.strip()[:1] not in ("/", "@", ""))


def _replace(module: ModuleType, refuse: Refuse) -> None:
    original = module.connect
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def connect(conninfo: str, *more: Any, **named: Any) -> Generator[Any, Any, Any]:
        for place in places(conninfo):
            refuse(place)
        return (yield from original(conninfo, *more, **named))

    vars(module)["connect"] = connect


class _Finder:
    """Finds the one module by those who come after it, and changes it once it is there."""

    def __init__(self, refuse: Refuse) -> None:
        self._refuse = refuse

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                _replace(module, self._refuse)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # of this one loader
        return spec
