"""One call's dealings with Stripe: reading, lists to their end, changing, each with its failures translated."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
import pydantic
import stripe

from rbengine_adapters.stripe.answers import Answer
from rbengine_adapters.stripe.failures import ending_of
from rbengine_adapters.stripe.http_client import StripeOverHttpx
from rbengine_adapters.wire.deadline import Deadline
from rbengine_adapters.wire.endings import CallEndedError, garbled
from rbengine_adapters.wire.http import server_time

A = TypeVar("A", bound=Answer)

PAGE = 100
MOST_SCANNED = 2000
"""How many objects a list is read through for; one that goes on is refused with `too_many`."""

_KEY_IS_THE_HOSTS = "sent-by-the-host"


class StripeCalls:
    """A Stripe client for one call, and the answers it got."""

    def __init__(self, client: httpx.Client, timeout: timedelta) -> None:
        self._wire = StripeOverHttpx(client, Deadline(timeout))
        speaks = stripe.StripeClient(
            _KEY_IS_THE_HOSTS, http_client=self._wire, max_network_retries=0
        )
        self.api = speaks.v1
        self.second_api = speaks.v2

    def read(self, kind: type[A], ask: Callable[[], Any]) -> A:
        """One object."""
        return self._checked(kind, self._asked(ask, changes=False), changes=False)

    def change(self, kind: type[A], do: Callable[[], Any]) -> A:
        """One changing request; its answer."""
        return self._checked(kind, self._asked(do, changes=True), changes=True)

    def read_list(
        self,
        kind: type[A],
        ask: Callable[[Any], Any],
        filters: Mapping[str, Any],
        at_most: int,
        keep: Callable[[A], bool] = lambda _: True,
    ) -> list[A]:
        """Every object that passes the filters and `keep`, page by page to the end.

        Ends the call with `too_many` where more than `at_most` are kept, or the list has no end in sight.
        """
        found: list[A] = []
        seen = 0
        parameters: dict[str, Any] = {**filters, "limit": PAGE}
        while True:
            page = self._asked(lambda: ask(dict(parameters)), changes=False)
            rows = page.get("data")
            if not isinstance(rows, list):
                raise CallEndedError(garbled("Stripe", changes=False))
            seen += len(rows)
            found += [
                one
                for one in (self._checked(kind, row, changes=False) for row in rows)
                if keep(one)
            ]
            if len(found) > at_most:
                raise CallEndedError.refused("too_many", f"Stripe has more than {at_most}")
            if not page.get("has_more") or not rows:
                return found
            if seen >= MOST_SCANNED:
                raise CallEndedError.refused(
                    "too_many", f"Stripe has more than {MOST_SCANNED} to look through"
                )
            parameters["starting_after"] = rows[-1]["id"]

    def search(
        self,
        kind: type[A],
        ask: Callable[[Any], Any],
        query: Mapping[str, Any],
        at_most: int,
    ) -> list[A]:
        """Every object that a search finds, page by page. Ends the call with `too_many` where there are more."""
        found: list[A] = []
        parameters: dict[str, Any] = {**query, "limit": PAGE}
        while True:
            page = self._asked(lambda: ask(dict(parameters)), changes=False)
            rows = page.get("data")
            if not isinstance(rows, list):
                raise CallEndedError(garbled("Stripe", changes=False))
            found += [self._checked(kind, row, changes=False) for row in rows]
            if len(found) > at_most:
                raise CallEndedError.refused("too_many", f"Stripe has more than {at_most}")
            if not page.get("has_more") or not rows or not page.get("next_page"):
                return found
            parameters["page"] = page["next_page"]

    def server_time(self) -> datetime | None:
        """Stripe's own clock, from its last answer."""
        return None if self._wire.last is None else server_time(self._wire.last)

    def version(self) -> str:
        """The version of the API that answered last."""
        return "" if self._wire.last is None else self._wire.last.headers.get("stripe-version", "")

    def _asked(self, ask: Callable[[], Any], *, changes: bool) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = ask().to_dict()
        except stripe.StripeError as error:
            raise CallEndedError(ending_of(error, changes=changes)) from error
        return answer

    def _checked(self, kind: type[A], content: object, *, changes: bool) -> A:
        try:
            return kind.model_validate(content)
        except pydantic.ValidationError as error:
            raise CallEndedError(garbled("Stripe", changes=changes)) from error
