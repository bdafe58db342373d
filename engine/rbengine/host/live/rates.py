"""How fast a provider wants to be asked: what it says in its answers, and waiting for it."""

import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from rbengine.contract.adapter import HeldBackError

_AN_INSTANT = 10**9
"""A reset that is larger counts seconds since 1970; a smaller one, from now."""

_LEFT = re.compile(r"\b(?:r|remaining)=(\d+)")
_RESET = re.compile(r"\b(?:t|reset)=(\d+)")
"""`RateLimit: "default";r=0;t=30`, in older drafts `limit=5, remaining=0, reset=30`."""


class Rate:
    """One provider's pace. It may be used from several threads."""

    def __init__(self, sleep: Callable[[float], None], now: Callable[[], datetime]) -> None:
        self._sleep = sleep
        self._now = now
        self._free_at: datetime | None = None
        self._lock = threading.Lock()

    def wait(self, left: float) -> None:
        """Wait until it may be asked. Raises HeldBackError where that takes longer than `left` seconds."""
        with self._lock:
            free_at = self._free_at
        if free_at is None:
            return
        seconds = (free_at - self._now()) / timedelta(seconds=1)
        if seconds >= left:
            raise HeldBackError(free_at)
        if seconds > 0:
            self._sleep(seconds)

    def heard(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take in an answer; whether it says that it wants to be asked later."""
        now = self._now()
        pause = _pause(status, headers, now)
        if pause is None:
            return False
        with self._lock:
            free_at = now + pause
            if self._free_at is None or free_at > self._free_at:
                self._free_at = free_at
        return True


def _pause(status: int, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long it wants to be left alone; None where it does not say."""
    after = headers.get("retry-after")
    if after is not None and status in (429, 503):
        return _after(after, headers.get("date"), now)
    said = headers.get("ratelimit", "")
    remaining, later = _LEFT.search(said), _RESET.search(said)
    if remaining is not None and later is not None:
        return _seconds(int(later[1])) if int(remaining[1]) == 0 else None
    for prefix in ("ratelimit", "x-ratelimit"):
        left, reset = headers.get(f"{prefix}-remaining", ""), headers.get(f"{prefix}-reset", "")
        if left.strip() == "0" and _number(reset) is not None:
            at = _number(reset) or 0.0
            if at >= _AN_INSTANT:
                return datetime.fromtimestamp(at, UTC) - now
            return _seconds(at)
    return None


def _after(said: str, clock: str | None, now: datetime) -> timedelta | None:
    seconds = _number(said)
    if seconds is not None:
        return _seconds(seconds)
    moment = _moment(said)
    return None if moment is None else moment - (_moment(clock) or now)


def _number(said: str) -> float | None:
    try:
        found = float(said)
    except ValueError:
        return None
    return found if 0 <= found < 10**11 else None


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=min(count, 10**9))


def _moment(said: str | None) -> datetime | None:
    try:
        found = None if said is None else parsedate_to_datetime(said)
    except ValueError:
        return None
    return None if found is None or found.tzinfo is None else found
