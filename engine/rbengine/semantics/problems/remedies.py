"""What to do about a value that does not fit where it stands: the `help` of the problems of types."""

from rbengine.contract.types import Enum, ListOf, Optional, Record, Secret, Type, show
from rbengine.semantics.problems.base import listed

_TEXTS = ("text", "email", "url", "phone", "uuid")
_FORMS = {
    "duration": "write it with its unit: `30s`, `5m`, `2h`",
    "instant": "write a moment: `now`, `10m ago`, `30d from now`",
    "bool": "compare it with something: `is`, `>`, `in`",
    "money": "write it with its currency: `12.50 usd`",
}


def way_to(expected: Type | str, found: Type) -> str:
    """How a value becomes one of the other type, or what to write instead. A text says it in words: `a list`."""
    if isinstance(expected, Optional):
        return way_to(expected.inner, found)
    if isinstance(expected, str):
        return "leave the value out" if expected.startswith("nothing") else f"write {expected}"
    if isinstance(found, Record):
        return f"name the field that is meant, of {listed(tuple(one.name for one in found.fields))}"
    match expected:
        case Enum(values=values):
            return f"write one of {listed(values)}"
        case Secret():
            return "give it what is secret itself: an input or a question whose type is `secret`"
        case ListOf():
            if isinstance(found, ListOf):
                return f"give a list whose items are `{show(expected.item)}`"
            return "put it into a list: `[…]`"
        case _:
            return _to_plain(show(expected), found)


def _to_plain(wanted: str, found: Type) -> str:
    if wanted == "text":
        return 'write it into a string: "{{ value }}"'
    if wanted in ("int", "decimal") and show(found) in _TEXTS:
        function = "whole" if wanted == "int" else "decimal"
        return f"make a number of it: `{function}(…)`, which is absent where the text is none"
    if wanted in _FORMS:
        return _FORMS[wanted]
    return f"write {_a(wanted)}"


def _a(words: str) -> str:
    return f"{'an' if words[0] in 'aeio' else 'a'} `{words}`"


def way_to_meet(other: Type, found: Type) -> str:
    """For two values that are compared, or chosen between, and never meet."""
    for one in (found, other):
        if isinstance(one, Record):
            return way_to(other, one)
    return f"put {_a(show(other))} on both sides, or name the field that is meant"


def way_to_list(found: Type) -> str:
    """For what is no list, where one is needed."""
    match found:
        case Record(fields=fields):
            lists = tuple(one.name for one in fields if isinstance(one.type, ListOf))
            if lists:
                return f"name the list in it: {listed(lists)}"
            return "use it as it is: this is one item; `query all` reads a list of rows"
        case Optional():
            return "test it first: `is present`"
        case _:
            return "write a list: `[…]`, or bind one with `query all`"


def way_to_condition(found: Type) -> str:
    """For what is no condition, where one is needed."""
    match show(found).split(" ", maxsplit=1)[0]:
        case "optional":
            return "write `is present`, or compare it"
        case "list":
            return "write `is not empty`"
        case "the":
            return "write `is present` or `is failed`"
        case _:
            return "compare it with something: `is`, `>`, `in`"


def way_to_test(state: str) -> str | None:
    """For a test that always says the same."""
    match state:
        case "failed":
            return "only what `try` gives can be failed"
        case "absent" | "present":
            return "leave the test out"
        case "empty":
            return "lists and texts can be empty; for anything else write `is absent`"
        case _:
            return None
