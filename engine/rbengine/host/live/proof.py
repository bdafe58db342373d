"""Before its first call every live adapter proves where it is: the right account, the right database or remote."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from types import MappingProxyType
from typing import NamedTuple

from rbengine.contract.adapter import Adapter, Locates, Whereabouts
from rbengine.contract.operations import AdapterSignature
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.host.errors import CannotGoOnError

LIMIT = timedelta(seconds=10)
"""How long an adapter may take to say where it is."""

_AT_ONCE = 8
_NOTHING: Mapping[str, str] = MappingProxyType({})


class ElsewhereError(CannotGoOnError):
    """An adapter is somewhere else than it must be. Nothing was done through it."""


class Expected(NamedTuple):
    """What one setting must be, and who says so."""

    value: str
    by: str


class Proof:
    """Knows which adapters have said where they are, and that it is the right place.

    `settings` are the profile's; `before` is what the journal says of the places that the run began in. Asked from
    several threads.
    """

    def __init__(
        self, settings: Mapping[str, str], before: Mapping[str, str] = _NOTHING, profile: str = ""
    ) -> None:
        self._settings = settings
        self._before = before
        self._profile = profile
        self._lock = Lock()
        self._proven: set[str] = set()
        self.places: dict[str, str] = {}
        """What is known by now: setting to what the provider said."""

    def demand(self, signature: AdapterSignature, adapter: Adapter) -> Refused | None:
        """None where it is where it must be; the refusal of its calls where it cannot say. Raises ElsewhereError."""
        if signature.name in self._proven or not isinstance(adapter, Locates):
            return None
        found = _located(adapter)
        if isinstance(found, Refused | Unsettled):
            kind = found.kind if isinstance(found, Refused) else "unavailable"
            said = found.text.removeprefix(f"{signature.title}: ")
            return Refused(kind, f"{signature.title} cannot say where it is: {said}")
        self._compare(signature, found)
        with self._lock:
            self._proven.add(signature.name)
            self.places.update(self._telling(signature, found))
        return None

    def _compare(self, signature: AdapterSignature, found: Whereabouts) -> None:
        for name in self._names(signature):
            for wanted in self._expected(name):
                said = found.facts.get(name)
                if said is None:
                    raise ElsewhereError(
                        f"{signature.title} does not say its `{name}`, which must be `{wanted.value}` ({wanted.by})"
                    )
                if said != wanted.value:
                    raise ElsewhereError(
                        f"{signature.title} is somewhere else: its `{name}` is `{said}`, and must be `{wanted.value}` "
                        f"({wanted.by})"
                    )

    def _expected(self, name: str) -> Iterable[Expected]:
        if name in self._settings:
            yield Expected(self._settings[name], f"profile {self._profile}")
        if name in self._before:
            yield Expected(self._before[name], "where the run began")

    def _names(self, signature: AdapterSignature) -> tuple[str, ...]:
        """What it must say: also each of `git.remote.*` that the profile or the journal knows."""
        known = sorted({*self._settings, *self._before})
        places = [one for one in signature.settings if one.says_where]
        of_kinds = [name for name in known if any(one.covers(name) for one in places)]
        exact = [one.name for one in places if not one.name.endswith(".*")]
        return tuple(dict.fromkeys([*exact, *of_kinds]))

    def _telling(self, signature: AdapterSignature, found: Whereabouts) -> dict[str, str]:
        places = [one for one in signature.settings if one.says_where]
        return {
            name: said
            for name, said in found.facts.items()
            if any(one.covers(name) for one in places)
        }


def _located(adapter: Locates) -> Whereabouts | Refused | Unsettled:
    """The wall around a backend, as around each of its calls."""
    try:
        return adapter.locate(LIMIT)
    except CannotGoOnError:
        raise
    except Exception as defect:
        return Unsettled(f"it broke: {type(defect).__name__}: {defect}")


def demand_all(
    proof: Proof, adapters: Iterable[tuple[AdapterSignature, Adapter]]
) -> dict[str, Refused]:
    """Let all of them say it, side by side; those that could not, with the reason. Raises ElsewhereError."""
    asked = list(adapters)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = list(pool.map(lambda one: proof.demand(*one), asked))
    return {
        signature.name: refused
        for (signature, _), refused in zip(asked, found, strict=True)
        if refused is not None
    }
