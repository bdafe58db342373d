"""What can truly be said of an adapter that has no place of its own: where its calls may go, what it can open."""

from collections.abc import Collection, Iterator, Sequence

from rbengine.contract.operations import AdapterSignature
from rbengine.facts.settings import NAME
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.remark import Remark
from rbengine.host.live.to_write import settings_lines

_MOST_NAMED = 4
_ANY = "NAME"


def unlocated(
    signature: AdapterSignature, profile: LiveProfile, tables: Collection[str]
) -> Iterator[Remark]:
    """Remarks on an adapter that does not say where it is. `tables` are those of adapters that the profile has."""
    own = f"{signature.name}."
    needed = (one.name for one in signature.settings if one.required)
    others = sorted({one.partition(".")[0] for one in needed if not one.startswith(own)})
    if others:
        yield Remark("ok", f"is where {' and '.join(others)} is")
        return
    if any(one.url for one in signature.providers):
        yield Remark("ok", "does not say where it is: its calls go to its provider's address")
        return
    if profile.hosts:
        listed = _listed(sorted(profile.hosts))
        yield Remark("ok", f"asks what playbooks and rows name, of the hosts {listed}")
    else:
        yield Remark(
            "look",
            "it asks what playbooks and rows name, and no host is listed: it can reach nothing",
            f'write `hosts = ["host.example.com"]` into [profiles.{profile.name}]',
        )
    yield from _opened(signature, profile, tables)


def _opened(
    signature: AdapterSignature, profile: LiveProfile, tables: Collection[str]
) -> Iterator[Remark]:
    """Whose doors it has a key to, where it has one for each."""
    keys = [one for one in signature.settings if one.secret and one.name.endswith(".*")]
    if not keys:
        return
    names = {
        name.removeprefix(one.name[:-1])
        for one in keys
        for name in profile.settings
        if one.covers(name)
    }
    if names:
        yield Remark("ok", f"logins for {_listed(sorted(names))}")
        return
    first = keys[0]
    name = first.name.replace("*", _ANY)
    lines = settings_lines(profile.name, tables, [(name, first, first.example)])
    told = " nor ".join(one.name for one in keys)
    yield Remark(
        "look",
        f"neither {told} is set: it can log in nowhere",
        f"write {first.doc}, into {NAME}",
        lines,
    )


def _listed(names: Sequence[str]) -> str:
    left = len(names) - _MOST_NAMED
    shown = ", ".join(names[:_MOST_NAMED])
    return shown if left <= 0 else f"{shown} and {left} more"
