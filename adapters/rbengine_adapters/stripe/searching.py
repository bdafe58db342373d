"""Stripe's search: queries made of clauses, pages by a token, and answers that lag behind what was written."""

from typing import Any

from rbengine.contract.values import Value

from rbengine_adapters.stripe import answers, records
from rbengine_adapters.stripe.calls import StripeCalls
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.plain import to_json

MOST_CLAUSES = 10
"""As many as Stripe takes in one query: https://docs.stripe.com/search#search-query-language"""


def customers(calls: StripeCalls, a: Any, at_most: int) -> Value:
    """`list of stripe.customer`."""
    clauses = _metadata(a["metadata"])
    if a["email"] is not None:
        clauses.insert(0, f"email:{_quoted(a['email'])}")
    found = calls.search(
        answers.Customer, calls.api.customers.search, {"query": _joined(clauses)}, at_most
    )
    return tuple(records.customer(one) for one in found)


def payments(calls: StripeCalls, a: Any, at_most: int) -> Value:
    """`list of stripe.payment`."""
    clauses = _metadata(a["metadata"])
    if a["status"] is not None:
        clauses.append(f"status:{_quoted(a['status'])}")
    found = calls.search(
        answers.PaymentIntent,
        calls.api.payment_intents.search,
        {"query": _joined(clauses), "expand": ["data.latest_charge"]},
        at_most,
    )
    return tuple(records.payment(one) for one in found)


def _metadata(value: Value) -> list[str]:
    wanted = to_json(value)
    if not isinstance(wanted, dict) or not all(isinstance(one, str) for one in wanted.values()):
        raise CallEndedError.refused("invalid", "metadata is a record: {name: text}")
    return [f"metadata[{_quoted(name)}]:{_quoted(text)}" for name, text in wanted.items()]


def _joined(clauses: list[str]) -> str:
    if not 1 <= len(clauses) <= MOST_CLAUSES:
        text = f"a search has 1 to {MOST_CLAUSES} conditions, and this one {len(clauses)}"
        raise CallEndedError.refused("invalid", text)
    return " AND ".join(clauses)


def _quoted(text: Any) -> str:
    """A text in a query: quotes and backslashes in it are escaped."""
    escaped = str(text).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
