"""Looking at the adapters of a profile before anybody needs them: complete, reachable, authorised, where they must be.

Each is asked where it is, by the least intrusive read there is; nothing else is asked, and nothing is changed.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import msgspec

from rbengine.contract.adapter import Adapter, Locates, Whereabouts
from rbengine.contract.operations import AdapterSignature, Setting
from rbengine.contract.outcomes import RefusalKind, Refused, Unsettled
from rbengine.facts.profiles import Backend
from rbengine.facts.settings import NAME
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.remark import Remark, State
from rbengine.host.live.resolving import Resolved, Unresolved
from rbengine.host.live.to_write import Value, settings_lines, variable_lines
from rbengine.host.live.unlocated import unlocated

LIMIT = timedelta(seconds=10)
"""How long an adapter may take to say where it is."""

SKEW = timedelta(seconds=10)
"""How far a provider's clock may be from ours before somebody should look."""

_AT_ONCE = 8
_NUMBERS = re.compile(r"\d+(\.\d+)*")
_VERSION = re.compile(r"v?\d[\w.+-]*")

_WORSE: Mapping[State, int] = MappingProxyType({"ok": 0, "look": 1, "wrong": 2})

_WAYS_OUT: Mapping[RefusalKind, str] = MappingProxyType(
    {
        "unauthorized": "see that the key is of this place, is still valid and may read",
        "unavailable": "see whether it is down, or cannot be reached from this machine",
        "timeout": "see whether it is down, or cannot be reached from this machine",
        "rate_limited": "try again in a minute",
        "not_found": "see that the settings name what is there",
        "invalid": "correct the settings of the profile",
    }
)


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one adapter. Holds no secret."""

    adapter: str
    title: str
    backend: Backend
    remarks: tuple[Remark, ...] = ()
    facts: Mapping[str, str] = MappingProxyType({})
    """What the provider says of where it is, by the setting that it is compared with."""
    version: str = ""
    took: timedelta | None = None
    """How long it took to answer; None where it was not asked."""

    @property
    def state(self) -> State:
        """The worst of its remarks."""
        return max((one.state for one in self.remarks), key=_WORSE.__getitem__, default="ok")


class Examiner:
    """Looks at adapters. `adapter_of` builds one, raising CannotGoOnError; `hide` takes secrets out of texts."""

    def __init__(
        self,
        resolved: Resolved,
        adapter_of: Callable[[str], Adapter],
        hide: Callable[[str], str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tables: Collection[str] = (),
    ) -> None:
        """`tables` are those of adapters that the profile has."""
        self._resolved = resolved
        self._profile: LiveProfile = resolved.profile
        self._adapter_of = adapter_of
        self._hide = hide
        self._now = now
        self._tables = tables

    def examine(self, signatures: Sequence[AdapterSignature]) -> tuple[Examined, ...]:
        """All of them, side by side, in the order given."""
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            return tuple(pool.map(self._examined, signatures))

    def _examined(self, signature: AdapterSignature) -> Examined:
        backend = self._profile.backend(signature.name)
        bare = Examined(adapter=signature.name, title=signature.title, backend=backend)
        if backend != "live":
            return bare
        lacking = tuple(self._lacking(signature))
        if lacking:
            return msgspec.structs.replace(bare, remarks=lacking)
        began = self._now()
        try:
            adapter = self._adapter_of(signature.name)
            found = adapter.locate(LIMIT) if isinstance(adapter, Locates) else None
        except CannotGoOnError as problem:
            remark = Remark(
                "wrong", self._hide(str(problem)), "correct the settings of the profile"
            )
            return msgspec.structs.replace(bare, remarks=(remark,))
        except Exception as defect:  # the one wall: what a backend raises is its own defect
            text = f"it broke: {type(defect).__name__}: {defect}"
            remark = Remark("wrong", self._hide(text), "please report it")
            return msgspec.structs.replace(bare, remarks=(remark,))
        ended = self._now()
        if found is None:
            seen = tuple(unlocated(signature, self._profile, self._tables))
            return msgspec.structs.replace(bare, remarks=seen)
        if isinstance(found, Refused | Unsettled):
            kind: RefusalKind = found.kind if isinstance(found, Refused) else "unavailable"
            said = self._hide(found.text)
            remark = Remark("wrong", f"{kind}: {said}", _WAYS_OUT.get(kind, ""))
            return msgspec.structs.replace(bare, remarks=(remark,), took=ended - began)
        return msgspec.structs.replace(
            bare,
            remarks=tuple(self._compared(signature, found, began, ended)),
            facts={name: self._hide(said) for name, said in found.facts.items()},
            version=self._hide(found.version),
            took=ended - began,
        )

    def _lacking(self, signature: AdapterSignature) -> Iterator[Remark]:
        """What keeps it from being asked at all."""
        settings = signature.settings
        unresolved = [
            one
            for one in self._resolved.unresolved
            if any(each.covers(one.setting) for each in settings)
        ]
        lost = [one.setting for one in self._resolved.unresolved]
        missing = [
            one
            for one in settings
            if one.required
            and not any(one.covers(name) for name in (*self._profile.settings, *lost))
            # one that only proves the place is asked for, and told: it can then be written down
            and (not one.says_where or _is_needed_to_ask(one, signature))
        ]
        own = f"{signature.name}."
        theirs = {one.setting for one in unresolved} | {one.name for one in missing}
        for table in sorted({one.partition(".")[0] for one in theirs if not one.startswith(own)}):
            yield Remark("wrong", f"it needs what is said of {table}, which is not complete")
        yield from nowhere([one for one in unresolved if one.setting.startswith(own)])
        missing = [one for one in missing if one.name.startswith(own)]
        if missing:
            names = ", ".join(one.name for one in missing)
            values = [(one.name, None, one.example) for one in missing]
            lines = settings_lines(self._profile.name, self._tables, values)
            yield Remark("wrong", f"{names}: not set", f"write into {NAME}", lines)

    def _compared(
        self,
        signature: AdapterSignature,
        found: Whereabouts,
        began: datetime,
        ended: datetime,
    ) -> Iterator[Remark]:
        unsaid: list[Value] = []
        for name, said in found.facts.items():
            setting = next((it for it in signature.settings if it.covers(name)), None)
            said = self._hide(said)
            wanted = self._profile.settings.get(name)
            if wanted is None:
                unsaid.append((name, setting, said))
            elif wanted != said:
                text = f"somewhere else: {name} is {said}, and must be {wanted}"
                way_out = "see where key and address lead, before anything is run"
                yield Remark("wrong", text, way_out)
            else:
                yield Remark("ok", f"{name.partition('.')[2]} {said}")
        if unsaid:
            yield self._unsaid(unsaid)
        unknown: list[Value] = []
        for setting in signature.settings:
            name = setting.name
            if not setting.says_where or any(setting.covers(one) for one in found.facts):
                continue
            if name in self._profile.settings:
                yield Remark(
                    "look",
                    f"it does not say its {name}: nobody can tell whether it is the right one",
                )
            elif setting.required:
                unknown.append((name, setting, setting.example))
        if unknown:
            names = ", ".join(name for name, _, _ in unknown)
            lines = settings_lines(self._profile.name, self._tables, unknown)
            yield Remark(
                "wrong", f"{names}: not set, and it does not say", f"write into {NAME}", lines
            )
        if found.clock is not None:
            skew = found.clock - (began + (ended - began) / 2)
            if abs(skew) > SKEW:
                side = "ahead of" if skew > timedelta() else "behind"
                seconds = abs(skew).total_seconds()
                text = f"its clock is {seconds:.0f} s {side} this machine's"
                yield Remark("look", text, "set this machine's clock right: NTP")
        if _is_another(found.version, signature.version):
            text = f"it answers as {self._hide(found.version)}, and the adapter is written for {signature.version}"
            yield Remark(
                "look", text, "see what changed between the two before a run changes anything"
            )

    def _unsaid(self, values: Sequence[Value]) -> Remark:
        """Where it is, and the profile does not say where that must be."""
        needed = any(one is not None and one.required for _, one, _ in values)
        told = ", ".join(f"{name} is {said}" for name, _, said in values)
        return Remark(
            "wrong" if needed else "look",
            f"{told}, and the profile does not say which it must be",
            f"if that is right, write into {NAME}",
            settings_lines(self._profile.name, self._tables, values),
        )


def nowhere(unresolved: Sequence[Unresolved]) -> Iterator[Remark]:
    """References that lead nowhere; variables that are not set are told together."""
    variables = [one for one in unresolved if one.reference.startswith("env:")]
    if variables:
        lines = variable_lines([(one.reference[4:], one.setting) for one in variables])
        lacks = "a variable is" if len(variables) == 1 else f"{len(variables)} variables are"
        yield Remark("wrong", f"{lacks} not in the environment", "set what they hold", lines)
    for one in unresolved:
        if one not in variables:
            yield Remark("wrong", f"{one.setting} ({one.reference}): {one.text}", one.way_out)


def _is_needed_to_ask(setting: Setting, signature: AdapterSignature) -> bool:
    """Whether an address or a header is made of it."""
    form = f"{{{setting.name}}}"
    return any(
        form in one.url
        or any(form in value for _, value in one.headers)
        or setting.name in (one.basic or ())
        for one in signature.providers
    )


def _is_another(answered: str, written_for: str) -> bool:
    """Whether a version is another than the adapter knows; a greeting is none, and an older program is known."""
    if not answered or answered == written_for or _VERSION.fullmatch(answered) is None:
        return False
    if _NUMBERS.fullmatch(answered) and _NUMBERS.fullmatch(written_for):
        return int(answered.partition(".")[0]) > int(written_for.partition(".")[0])
    return _VERSION.fullmatch(written_for) is not None
