"""The profile that a command names: found, its backends as typed, its references followed. What is wrong, in words."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from rbengine.cli.usage import UsageError
from rbengine.diagnostics import did_you_mean
from rbengine.facts.adapters import adapter_names, signature_of, signatures
from rbengine.facts.offered_settings import Offered
from rbengine.facts.profiles import BACKENDS, SIMULATED, Backend, Profile
from rbengine.facts.project import Project
from rbengine.facts.references import told
from rbengine.facts.settings import NAME
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.resolving import NotTrustedError, Resolved, Resolver, overridden, resolve
from rbengine.host.live.trust import Trust, commands_of, digest_of
from rbengine.report.text import visible

RECORDED = "recorded"


def resolved_profile(
    project: Project,
    name: str,
    backends: Sequence[str] | Mapping[str, Backend] = (),
    needed: Iterable[str] | None = None,
) -> LiveProfile:
    """The profile `name` with everything that its live adapters need, for this process alone. Raises UsageError, also
    for what is missing in it.

    `backends` are as typed behind `--backend`, or as a run keeps them; `needed` are the adapters that will be called.
    Where nobody can say that, what there is of all of them is given. What could be better is said beside what the
    command writes.
    """
    profile, recording = find_profile(project, name), ""
    if not isinstance(backends, Mapping):
        backends, recording = read_backends(backends)
    profile = overridden(profile, backends, recording)
    _see_recording(profile)
    found = resolved(project, profile, needed)
    if found.unresolved:
        raise UsageError(
            f"profile `{name}` cannot be used: "
            + ("a setting leads" if len(found.unresolved) == 1 else "settings lead")
            + " nowhere",
            place=_place(profile, [one.setting for one in found.unresolved]),
            notes=[f"{one.setting} ({one.reference}): {one.text}" for one in found.unresolved],
            way_out=found.unresolved[0].way_out,
        )
    missing = _missing(found.profile, needed)
    if missing:
        raise UsageError(
            f"profile `{name}` is not complete: {', '.join(missing)} not set",
            place=NAME,
            way_out=f"`rbengine doctor --profile {name}` says what to write",
        )
    for warning in found.warnings:
        sys.stderr.write(f"warning: {visible(warning)}\n")
    return found.profile


def resolved(project: Project, profile: Profile, needed: Iterable[str] | None = None) -> Resolved:
    """The profile as far as its references lead somewhere. Raises UsageError where its commands are not trusted."""
    installed = signatures()
    names = {one.name for one in installed} if needed is None else set(needed)
    live = [
        one
        for one in installed
        if one.name in names and profile.backends.get(one.name, "live") == "live"
    ]
    commands = commands_of(project.settings.profiles)
    trusted = Trust(project.root).trusts(digest_of(commands, project.root))
    resolver = Resolver(project.root, trusted=trusted)
    try:
        return resolve(profile, project.settings.contacts, live, Offered(installed), resolver)
    except NotTrustedError:
        raise UsageError(
            f"nobody has looked at the commands of these settings, and profile `{profile.name}` needs them",
            place=NAME,
            notes=[
                "\n".join(
                    [
                        "they would be run as you, on this machine:",
                        *(
                            f"{one.profile}.{one.setting}: {told(one.reference)}"
                            for one in commands
                        ),
                    ]
                )
            ],
            way_out="`rbengine trust` shows them and asks",
        ) from None


def find_profile(project: Project, name: str | None) -> Profile:
    """The profile `name` as it is written; its recording is looked for from the project's folder. Raises UsageError."""
    names = sorted(project.settings.profiles)
    if name is None:
        raise UsageError(
            "which profile is meant?",
            notes=[f"{NAME} has: {', '.join(names)}" if names else f"{NAME} has none"],
            way_out=f"add --profile {names[0] if names else 'NAME'}",
        )
    found = project.settings.profiles.get(name)
    if found is not None and found.recording is not None:
        place = project.root / Path(found.recording).expanduser()
        return msgspec.structs.replace(found, recording=str(place))
    if found is not None:
        return found
    if name == SIMULATED:
        raise UsageError(
            "nothing of the profile `simulated` is real: there is nothing to look at",
            way_out="name another one with --profile",
        )
    raise UsageError(
        f"there is no profile `{visible(name)}`",
        place=f"--profile {visible(name)}",
        notes=[f"{NAME} has: {', '.join([*names, SIMULATED])}"],
        way_out=did_you_mean(name, names)
        or f"write `[profiles.{visible(name)}]` into {NAME}: docs/profiles.md shows how",
    )


def read_backends(typed: Sequence[str]) -> tuple[Mapping[str, Backend], str]:
    """`ADAPTER=KIND` by adapter, and the file of `recorded=FILE`; empty where none is named. Raises UsageError."""
    found: dict[str, Backend] = {}
    recording = ""
    for one in typed:
        name, equals, value = one.partition("=")
        place = f"--backend {visible(one)}"
        if not equals or not value:
            raise UsageError(
                "a backend is `adapter=kind`, or `recorded=file`",
                place=place,
                way_out="for example: --backend stripe=simulated",
            )
        if name in found or (name == RECORDED and recording):
            raise UsageError(f"`{visible(name)}` is given twice", place=place)
        if name == RECORDED:
            recording = value
            continue
        if signature_of(name) is None:
            raise UsageError(
                f"there is no adapter `{visible(name)}`",
                place=place,
                way_out=did_you_mean(name, (*adapter_names(), RECORDED))
                or "`rbengine adapters` lists them",
            )
        kind = next((each for each in BACKENDS if each == value), None)
        if kind is None:
            raise UsageError(
                f"nothing is `{visible(value)}`: an adapter is simulated, recorded or live",
                place=place,
                way_out=did_you_mean(value, BACKENDS) or "",
            )
        found[name] = kind
    return MappingProxyType(found), recording


def _missing(profile: LiveProfile, needed: Iterable[str] | None) -> list[str]:
    """What its live adapters cannot do without, and what must prove that they are in the right place."""
    names = set(needed or ())
    return [
        setting.name
        for signature in signatures()
        if signature.name in names and profile.backend(signature.name) == "live"
        for setting in signature.settings
        if setting.required and not any(setting.covers(one) for one in profile.settings)
    ]


def _see_recording(profile: Profile) -> None:
    """Whoever answers from a recording needs one. Raises UsageError."""
    recorded = sorted(name for name, kind in profile.backends.items() if kind == RECORDED)
    if recorded and not profile.recording:
        raise UsageError(
            f"nothing says which recording answers for {', '.join(recorded)}",
            way_out="add --backend recorded=FILE",
        )


def _place(profile: Profile, settings: Sequence[str]) -> str:
    line = next((profile.lines[one] for one in settings if one in profile.lines), None)
    return NAME if line is None else f"{NAME}:{line}"
