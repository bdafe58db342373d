"""What every model of a company stands on: its clock, its ids and the time its work takes."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Ground:
    """Clock, seed and meter. Nothing here is random: the same seed and the same calls give the same bytes."""

    def __init__(self, clock: Callable[[], datetime], seed: int) -> None:
        self._clock = clock
        self.seed = seed
        self.spent = timedelta()
        """Latency of requests that the host has not read yet."""
        self.running = False
        """False while a world is set up: what happened then happened before the run."""
        self._counters: dict[str, int] = {}

    def now(self) -> datetime:
        """The moment in the company: the host's clock and what its current call has used up so far."""
        return self._clock().astimezone(UTC) + self.spent

    def timestamp(self) -> int:
        """`now` in whole seconds since 1970, as most vendors write it."""
        return int(self.now().timestamp())

    def number(self, name: str) -> int:
        """The next number of the sequence `name`, from 1."""
        self._counters[name] = self._counters.get(name, 0) + 1
        return self._counters[name]

    def token(self, name: str, length: int) -> str:
        """The next letters and digits of the sequence `name`."""
        return self._letters(f"{name}/{self.number(name)}", length)

    def uuid(self, name: str) -> str:
        """The next id in the form of a UUID of the sequence `name`."""
        digits = self._hash(f"{name}/{self.number(name)}").hex()[:32]
        return "-".join(
            (digits[:8], digits[8:12], "4" + digits[13:16], "8" + digits[17:20], digits[20:32])
        )

    def latency(self, vendor: str, low_ms: int, high_ms: int) -> timedelta:
        """How long the next request to `vendor` takes: between the two, by seed and number."""
        digest = self._hash(f"latency/{vendor}/{self.number(f'latency/{vendor}')}")
        spread = int.from_bytes(digest[:8], "big") % (high_ms - low_ms + 1)
        return timedelta(milliseconds=low_ms + spread)

    def _letters(self, name: str, length: int) -> str:
        number = int.from_bytes(self._hash(name), "big")
        letters = []
        for _ in range(length):
            number, index = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[index])
        return "".join(letters)

    def _hash(self, name: str) -> bytes:
        return hashlib.blake2b(f"{self.seed}/{name}".encode(), digest_size=48).digest()
