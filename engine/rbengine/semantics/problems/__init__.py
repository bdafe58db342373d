"""The problems that passes find: facts in frozen classes, and beside them the words that `describe` puts them in.

A pass takes its module from here, and it is loaded at the first problem: a file without mistakes, which is nearly
every one, does not wait for a hundred classes that say what could have been wrong with it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rbengine.semantics.problems import (
        duties,
        effects,
        messages,
        names,
        people,
        secrecy,
        shape,
        sql,
        timing,
        types,
    )
else:

    class _Later:
        """A module of this package that is loaded when something of it is first asked for."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, attribute: str) -> Any:
            return getattr(import_module(f"{__name__}.{self._name}"), attribute)

    duties = _Later("duties")
    effects = _Later("effects")
    messages = _Later("messages")
    names = _Later("names")
    people = _Later("people")
    secrecy = _Later("secrecy")
    shape = _Later("shape")
    sql = _Later("sql")
    timing = _Later("timing")
    types = _Later("types")

__all__ = [
    "duties", "effects", "messages", "names", "people", "secrecy", "shape", "sql", "timing", "types",
]  # fmt: skip
