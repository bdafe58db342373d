"""Looking at the adapters of a profile before anybody needs them: complete, reachable, authorised, where they must be.

Each is asked where it is, by the least intrusive read there is; nothing else is asked, and nothing is changed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal

import msgspec

from rbengine.contract.adapter import Adapter, Locates, Whereabouts
from rbengine.contract.operations import AdapterSignature, Setting
from rbengine.contract.outcomes import RefusalKind, Refused, Unsettled
from rbengine.facts.profiles import Backend
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.resolving import Resolved, Unresolved

LIMIT = timedelta(seconds=10)
"""How long an adapter may take to say where it is."""

SKEW = timedelta(seconds=10)
"""How far a provider's clock may be from ours before somebody should look."""

_AT_ONCE = 8
_NUMBERS = re.compile(r"\d+(\.\d+)*")
_VERSION = re.compile(r"v?\d[\w.+-]*")

State = Literal["ok", "look", "wrong"]
"""`look`: a run is possible, and somebody should look at it before."""

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


class Remark(msgspec.Struct, frozen=True):
    """One thing that was seen."""

    state: State
    text: str
    way_out: str = ""


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
    ) -> None:
        self._resolved = resolved
        self._profile: LiveProfile = resolved.profile
        self._adapter_of = adapter_of
        self._hide = hide
        self._now = now

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
            text = (
                "nothing of its own to ask: its calls go where the settings and the playbooks say"
            )
            return msgspec.structs.replace(bare, remarks=(Remark("ok", text),))
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
        own = [one for one in unresolved if one.setting.startswith(f"{signature.name}.")]
        yield from nowhere(own)
        theirs = {one.setting.partition(".")[0] for one in unresolved if one not in own}
        for table in sorted(theirs):
            yield Remark("wrong", f"it needs what is said of {table}, which is not complete")
        lost = [one.setting for one in self._resolved.unresolved]
        missing = [
            one
            for one in settings
            if one.required
            and not any(one.covers(name) for name in (*self._profile.settings, *lost))
            and one.name.partition(".")[0] not in theirs
            # one that only proves the place is asked for, and told: it can then be written down
            and (not one.says_where or _is_needed_to_ask(one, signature))
        ]
        if missing:
            names = ", ".join(one.name for one in missing)
            text = f"{names}: not set"
            yield Remark("wrong", text, self._to_write(missing[0]))

    def _to_write(self, setting: Setting) -> str:
        table, _, name = setting.name.partition(".")
        shown = name.replace(".*", ".NAME")
        return f'write `{shown} = "{setting.example}"` into [profiles.{self._profile.name}.{table}]'

    def _compared(
        self,
        signature: AdapterSignature,
        found: Whereabouts,
        began: datetime,
        ended: datetime,
    ) -> Iterator[Remark]:
        for name, said in found.facts.items():
            setting = next((it for it in signature.settings if it.covers(name)), None)
            yield self._placed(name, self._hide(said), setting)
        for setting in signature.settings:
            name = setting.name
            if setting.says_where and name in self._profile.settings and name not in found.facts:
                yield Remark(
                    "look",
                    f"it does not say its {name}: nobody can tell whether it is the right one",
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

    def _placed(self, name: str, said: str, setting: Setting | None) -> Remark:
        wanted = self._profile.settings.get(name)
        if wanted is None:
            table, _, key = name.partition(".")
            state: State = "wrong" if setting is not None and setting.required else "look"
            way_out = f'if that is right, write `{key} = "{said}"` into [profiles.{self._profile.name}.{table}]'
            return Remark(
                state, f"{name} is {said}, and the profile does not say which it must be", way_out
            )
        if wanted != said:
            text = f"somewhere else: {name} is {said}, and must be {wanted}"
            return Remark("wrong", text, "see where key and address lead, before anything is run")
        return Remark("ok", f"{name.partition('.')[2]} {said}")


def nowhere(unresolved: Sequence[Unresolved]) -> Iterator[Remark]:
    """References that lead nowhere; variables that are not set are told together."""
    variables = [one for one in unresolved if one.reference.startswith("env:")]
    if variables:
        told = ", ".join(f"{one.reference[4:]} ({one.setting})" for one in variables)
        yield Remark("wrong", f"not in the environment: {told}", variables[0].way_out)
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
