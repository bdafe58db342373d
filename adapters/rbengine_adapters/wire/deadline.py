"""How much of a call's time is left."""

from datetime import timedelta

import httpx

from rbengine_adapters.wire.endings import CallEndedError


class Deadline:
    """The time of one call, shared by all requests it makes.

    A transport that keeps a time of its own says in the response's extension `elapsed` (a timedelta) how long
    the answer took; otherwise what httpx measured counts.
    """

    def __init__(self, timeout: timedelta) -> None:
        self._left = timeout

    def left(self) -> float:
        """Seconds that the next request may take. Ends the call with `timeout` where there are none:
        nothing of that request was sent."""
        if self._left <= timedelta():
            raise CallEndedError.refused("timeout", "the time of this call is used up")
        return self._left / timedelta(seconds=1)

    def count(self, response: httpx.Response) -> None:
        """Take off what this answer took."""
        took = response.extensions.get("elapsed")
        self.take(took if isinstance(took, timedelta) else response.elapsed)

    def take(self, took: timedelta) -> None:
        """Take off what anything else took."""
        self._left -= took
