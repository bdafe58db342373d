"""Stripe's search: its query language as far as it is simulated, and how far it lags behind.

What is found is what Stripe knew a while ago: a new object is not there yet, a changed one is found as it was.
"""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError, Object
from rbengine.rehearsal.company.stripe.errors import invalid

LAG = timedelta(seconds=45)
"""The vendor promises less than a minute in normal operation."""

KINDS = frozenset({"customer", "invoice", "payment_intent", "subscription"})
"""What is searched for; the vendor searches charges, prices and products too."""

_CLAUSE = re.compile(
    r"""\s*(?P<not>-)?(?P<field>[a-z_]+)(?:\[(?P<key>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\])?\s*"""
    r"""(?P<sign>:|~|>=|<=|>|<)\s*(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+|null)\s*"""
)
_JOINT = re.compile(r"(AND|OR)\s+|", re.IGNORECASE)
_MOST_CLAUSES = 10

_FIELDS: Mapping[str, frozenset[str]] = {
    "customer": frozenset({"created", "email", "metadata", "name", "phone"}),
    "invoice": frozenset(
        {"created", "currency", "customer", "metadata", "number", "status", "total"}
    ),
    "payment_intent": frozenset(
        {"amount", "created", "currency", "customer", "metadata", "status"}
    ),
    "subscription": frozenset({"created", "metadata", "status"}),
}
"""By kind, the fields that a query may name: https://docs.stripe.com/search#query-fields-for-customers and below."""


class Clause:
    """`metadata['a']:'b'`: one condition of a query."""

    def __init__(self, match: re.Match[str]) -> None:
        self.negated = match["not"] is not None
        self.field = match["field"]
        self.key = None if match["key"] is None else _plain(match["key"])
        self.sign = match["sign"]
        self.value = None if match["value"] == "null" else _plain(match["value"])

    def holds(self, one: Object) -> bool:
        """Whether it is so of an object."""
        found: Any = one.get(self.field)
        if self.key is not None:
            found = found.get(self.key) if isinstance(found, dict) else None
        return self._compares(found) is not self.negated

    def _compares(self, found: Any) -> bool:
        if self.value is None or found is None:
            return self.value is None and found is None
        if self.sign == ":":
            return _folded(found) == _folded(self.value)
        if self.sign == "~":
            return _folded(self.value) in _folded(found)
        left, right = int(found), int(self.value)
        return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[
            self.sign
        ]


def parsed(kind: str, query: str) -> tuple[tuple[Clause, ...], bool]:
    """The clauses of a query, and whether any of them is enough. Raises a refusal in the vendor's words."""
    clauses: list[Clause] = []
    joints: set[str] = set()
    offset = 0
    while True:
        match = _CLAUSE.match(query, offset)
        if match is None:
            raise _not_parsed(query)
        clauses.append(Clause(match))
        offset = match.end()
        if offset == len(query):
            break
        joint = _JOINT.match(query, offset)
        offset = offset if joint is None else joint.end()
        # Two clauses with nothing between them are joined by AND.
        joints.add("AND" if joint is None or not joint[1] else joint[1].upper())
    if len(joints) > 1:
        raise invalid("You cannot combine AND and OR in the same query.", "query")
    if len(clauses) > _MOST_CLAUSES:
        raise invalid(f"A query may have at most {_MOST_CLAUSES} clauses.", "query")
    for one in clauses:
        if one.field not in _FIELDS[kind] or (one.key is None) is (one.field == "metadata"):
            raise invalid(f"Field `{one.field}` is an unsupported search field.", "query")
        if one.sign in (">", "<", ">=", "<=") and one.field not in ("amount", "created", "total"):
            raise invalid(f"Field `{one.field}` cannot be compared by `{one.sign}`.", "query")
    return tuple(clauses), joints == {"OR"}


class Versions:
    """What searchable objects were before the run changed them: a search does not know the newest yet."""

    def __init__(self) -> None:
        self._former: dict[str, list[tuple[datetime, Object | None]]] = {}

    def until(self, at: datetime, id_: str, was: Object | None) -> None:
        """Until `at` the object was so; None: there was none."""
        self._former.setdefault(id_, []).append((at, deepcopy(was)))

    def as_of(self, moment: datetime, one: Object) -> Object | None:
        """What the object was then."""
        for until, was in self._former.get(one["id"], ()):
            if moment < until:
                return was
        return one


def searched(
    kind: str, query: str, objects: Iterable[Object], versions: Versions, now: datetime
) -> list[Object]:
    """What a search for `query` finds at `now` among the objects of a kind, in their order."""
    clauses, any_of = parsed(kind, query)
    judge = any if any_of else all
    known = (versions.as_of(now - LAG, one) for one in objects)
    return [
        one for one in known if one is not None and judge(clause.holds(one) for clause in clauses)
    ]


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in "'\"" else text


def _folded(value: Any) -> str:
    if isinstance(value, dict | list):
        raise CannotBeSimulatedError("stripe: a search by a field that holds others")
    return str(value).lower()


def _not_parsed(query: str) -> Exception:
    return invalid(
        f'We were unable to parse your search query: `{query}`. Try using the format `metadata["key"]:"value"`, '
        "or see the documentation for the full list of supported fields.",
        "query",
    )
