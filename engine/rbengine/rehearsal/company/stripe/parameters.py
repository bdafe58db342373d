"""Stripe's parameters: bracketed names, filters by time, pages and expansion."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from rbengine.rehearsal.company.exchange import CannotBeSimulatedError, Object
from rbengine.rehearsal.company.stripe.errors import invalid, no_such

_PART = re.compile(r"\[([^\]]*)\]")

_PAGE_PARAMETERS = frozenset({"limit", "starting_after", "expand"})

_BEHIND = "behind_"
"""How the token of a next page begins; the vendor's is a riddle."""

_REFERENCES = {
    "charge": "charge",
    "customer": "customer",
    "invoice": "invoice",
    "latest_charge": "charge",
    "latest_invoice": "invoice",
    "payment_intent": "payment_intent",
}
"""Which kind of object the id in a field is."""


def nested(pairs: Iterable[tuple[str, str]]) -> Object:
    """`a[b]=1`, `c[0]=2` and `c[]=3` as dicts and lists of texts."""
    root: Object = {}
    for name, value in pairs:
        head, _, _ = name.partition("[")
        path = [head, *_PART.findall(name)]
        place = root
        for part in path[:-1]:
            place = place.setdefault(part, {})
        last = path[-1]
        place[last if last else str(len(place))] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return list(inner.values())
    return inner


def known(given: Mapping[str, Any], allowed: Iterable[str], call: str) -> None:
    """Stop the rehearsal for a parameter that this model does not act on."""
    for name in given:
        if name not in allowed:
            raise CannotBeSimulatedError(f"stripe: parameter `{name}` of {call}")


def whole(given: Mapping[str, Any], name: str) -> int | None:
    """The integer parameter `name`, or None. Refused in the vendor's words where it is none."""
    text = given.get(name)
    if text is None:
        return None
    try:
        return int(text)
    except (TypeError, ValueError):
        raise invalid(f"Invalid integer: {text}", name, "parameter_invalid_integer") from None


def flag(given: Mapping[str, Any], name: str) -> bool | None:
    """The parameter `name`, `true` or `false`, or None. Refused in the vendor's words for anything else."""
    text = given.get(name)
    if text is None:
        return None
    if text not in ("true", "false"):
        raise invalid(f"Invalid boolean: {text}", name, "parameter_invalid_boolean")
    return bool(text == "true")


def created_within(one: Object, bounds: Any) -> bool:
    """Whether `created` keeps the bounds: a timestamp, or `gt`, `gte`, `lt`, `lte`."""
    if bounds is None:
        return True
    if not isinstance(bounds, dict):
        bounds = {"gte": bounds, "lte": bounds}
    moment = one["created"]
    for name in bounds:
        limit = whole(bounds, name)
        if limit is None:
            continue
        match name:
            case "gt":
                holds = moment > limit
            case "gte":
                holds = moment >= limit
            case "lt":
                holds = moment < limit
            case "lte":
                holds = moment <= limit
            case _:
                raise invalid(f"Received unknown parameter: created[{name}]", f"created[{name}]")
        if not holds:
            return False
    return True


def page(
    kind: str, url: str, found: Sequence[Object], given: Mapping[str, Any], filters: Iterable[str]
) -> Object:
    """One page of `found` (oldest first), newest first as the vendor lists them."""
    known(given, _PAGE_PARAMETERS.union(filters), f"GET {url}")
    limit = whole(given, "limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise invalid("Limit must be between 1 and 100", "limit")
    places = sorted(range(len(found)), key=lambda i: (found[i]["created"], i), reverse=True)
    rows = [found[i] for i in places]
    after = given.get("starting_after")
    if after is not None:
        ids = [one["id"] for one in rows]
        if after not in ids:
            raise no_such(kind, after, param="starting_after", status=400)
        rows = rows[ids.index(after) + 1 :]
    return {
        "object": "list",
        "data": deepcopy(rows[:limit]),
        "has_more": len(rows) > limit,
        "url": url,
    }


def page_of_search(url: str, found: Sequence[Object], given: Mapping[str, Any]) -> Object:
    """One page of what a search found (oldest first), newest first. `page` is what the last one gave as the next."""
    limit = whole(given, "limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise invalid("Limit must be between 1 and 100", "limit")
    places = sorted(range(len(found)), key=lambda i: (found[i]["created"], i), reverse=True)
    rows = [found[i] for i in places]
    begin = 0
    token = given.get("page")
    if token is not None:
        ids = [one["id"] for one in rows]
        behind = token.removeprefix(_BEHIND)
        if not token.startswith(_BEHIND) or behind not in ids:
            raise invalid(f"Invalid page: {token}", "page")
        begin = ids.index(behind) + 1
    shown = rows[begin : begin + limit]
    more = len(rows) > begin + limit
    return {
        "object": "search_result",
        "data": deepcopy(shown),
        "has_more": more,
        "next_page": f"{_BEHIND}{shown[-1]['id']}" if more else None,
        "url": url,
    }


def expand(
    answer: Object, given: Mapping[str, Any], tables: Mapping[str, Mapping[str, Object]]
) -> None:
    """Replace ids in `answer` by objects, as `expand` asks (`data.latest_charge`)."""
    wanted = given.get("expand", [])
    for path in wanted if isinstance(wanted, list) else [wanted]:
        _expand(answer, path.split("."), path, tables)


def _expand(
    place: Any, parts: Sequence[str], path: str, tables: Mapping[str, Mapping[str, Object]]
) -> None:
    if isinstance(place, list):
        for one in place:
            _expand(one, parts, path, tables)
        return
    name, rest = parts[0], parts[1:]
    if not isinstance(place, dict) or name not in place:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    content = place[name]
    if isinstance(content, str):
        if name not in _REFERENCES:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        content = deepcopy(tables[_REFERENCES[name]][content])
        place[name] = content
    if rest and content is not None:
        _expand(content, rest, path, tables)
