"""From a profile as it is written to one that a run can be bound to: references are followed, for this process alone.

This is done for the profile that is executed or doctored, and never to check, rehearse, edit or print anything. What is
found stands in no message: a problem names the setting and the reference, never the value.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from rbengine.contract.operations import AdapterSignature
from rbengine.contract.policy import ContactChannel
from rbengine.facts.offered_settings import Offered
from rbengine.facts.profiles import Backend, Profile
from rbengine.facts.references import (
    FromCommand,
    FromEnvironment,
    FromFile,
    Reference,
    Written,
    told,
)
from rbengine.host.live.connections import AUTHORITIES, PROXY
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.programs import to_its_end

LONGEST_VALUE = 65_536
"""Bytes of a value that a file or a command gives."""

_KEPT = ("HOME", "PATH")
"""What of our environment a command gets."""

_OF_THE_HOST = frozenset({AUTHORITIES, PROXY})

Contacts = Mapping[str, Mapping[str, Reference]]


class Unresolved(msgspec.Struct, frozen=True):
    """A setting whose reference leads nowhere."""

    setting: str
    reference: str
    """As it is written."""
    text: str
    way_out: str


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """A profile for a run, what of it could not be resolved, and what should be better."""

    profile: LiveProfile
    unresolved: tuple[Unresolved, ...] = ()
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without any value."""
        return f"Resolved(profile={self.profile!r})"


class NotTrustedError(Exception):
    """The profile needs a command, and nobody has looked at this project's commands here."""


class _NothingError(Exception):
    """A reference leads nowhere."""

    def __init__(self, text: str, way_out: str) -> None:
        super().__init__(text)
        self.way_out = way_out


class Resolver:
    """Follows references, each once. `root` is the project's folder; `trusted`: its commands may be run."""

    def __init__(
        self, root: Path, *, trusted: bool, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._root = root
        self._trusted = trusted
        self._environment = environment
        self._known: dict[Reference, str | _NothingError] = {}
        self.warnings: list[str] = []

    def value(self, reference: Reference) -> str:
        """What it leads to. Raises _NothingError, NotTrustedError."""
        found = self._known.get(reference)
        if found is None:
            try:
                found = self._followed(reference)
            except _NothingError as nothing:
                found = nothing
            self._known[reference] = found
        if isinstance(found, _NothingError):
            raise found
        return found

    def _followed(self, reference: Reference) -> str:
        match reference:
            case Written(text=text):
                return os.path.expanduser(text) if text.startswith("~/") else text
            case FromEnvironment(variable=variable):
                return self._from_environment(variable)
            case FromFile(path=path):
                return self._from_file(path)
            case FromCommand():
                return self._from_command(reference)

    def _from_environment(self, variable: str) -> str:
        found = self._environment.get(variable)
        if not found:
            state = "not set" if found is None else "empty"
            raise _NothingError(f"the variable {variable} is {state}", f"export {variable}=…")
        return found

    def _from_file(self, path: str) -> str:
        file = self._root / Path(path).expanduser()
        try:
            with file.open("rb") as opened:
                state = os.fstat(opened.fileno())
                if not stat.S_ISREG(state.st_mode):
                    raise _NothingError(f"{path} is no file", "name the file that holds the value")
                content = opened.read(LONGEST_VALUE + 1)
        except OSError as error:
            way_out = "see that it is there and that you may read it"
            raise _NothingError(f"{path}: {error.strerror}", way_out) from None
        if state.st_mode & (stat.S_IRGRP | stat.S_IROTH):
            self.warnings.append(f"others on this machine may read {path}: chmod 600 {path}")
        return _text(content, path)

    def _from_command(self, command: FromCommand) -> str:
        if not self._trusted:
            raise NotTrustedError
        name = command.words[0]
        environment = {one: self._environment[one] for one in _KEPT if one in self._environment}
        by_hand = f"try it by itself: {told(command).removeprefix('command: ')}"
        try:
            done = to_its_end(
                command.words,
                folder=str(self._root),
                environment=environment,
                timeout=command.timeout.total_seconds(),
                most=LONGEST_VALUE,
            )
        except TimeoutError:
            seconds = f"{command.timeout.total_seconds():g} s"
            raise _NothingError(f"{name} did not end within {seconds}", by_hand) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise _NothingError(f"{name} cannot be run: {reason}", by_hand) from None
        if done.status != 0:
            # What it said of that may hold anything, also the value.
            raise _NothingError(f"{name} ended with status {done.status}", by_hand)
        return _text(done.out, name)


def resolve(
    profile: Profile,
    contacts: Contacts,
    needed: Iterable[AdapterSignature],
    offered: Offered,
    resolver: Resolver,
) -> Resolved:
    """The profile with the settings that the adapters `needed` may ask for, and with every contact.

    `contacts` are the project's own; the profile's come before them. Raises NotTrustedError.
    """
    signatures = tuple(needed)
    settings: dict[str, str] = {}
    unresolved: list[Unresolved] = []

    def follow(name: str, reference: Reference) -> str | None:
        try:
            return resolver.value(reference)
        except _NothingError as nothing:
            told_as = told(reference)
            unresolved.append(Unresolved(name, told_as, str(nothing), nothing.way_out))
            return None

    for name, reference in profile.settings.items():
        if not _is_needed(name, signatures):
            continue
        value = follow(name, reference)
        if value is not None:
            settings[name] = value
    channels: dict[str, tuple[ContactChannel, ...]] = {}
    for contact, ways in {**contacts, **profile.contacts}.items():
        addresses = (
            (kind, follow(f"contacts.{contact}.{kind}", reference))
            for kind, reference in ways.items()
        )
        channels[contact] = tuple(
            ContactChannel(kind, address) for kind, address in addresses if address is not None
        )
    secrets = {name for name in settings if _is_secret(name, offered)}
    live = LiveProfile(
        name=profile.name,
        production=profile.production,
        backends=profile.backends,
        recording=profile.recording or "",
        settings=MappingProxyType(settings),
        secrets=frozenset(secrets),
        hosts=frozenset(profile.hosts),
        channels=MappingProxyType(channels),
        call_limit=profile.call_limit,
    )
    return Resolved(
        profile=live, unresolved=tuple(unresolved), warnings=tuple(dict.fromkeys(resolver.warnings))
    )


def overridden(profile: Profile, backends: Mapping[str, Backend], recording: str) -> Profile:
    """The profile with what the command line says of its backends."""
    return msgspec.structs.replace(
        profile,
        backends=MappingProxyType({**profile.backends, **backends}),
        recording=recording or profile.recording,
    )


def _is_needed(name: str, signatures: Iterable[AdapterSignature]) -> bool:
    if name in _OF_THE_HOST:
        return True
    provider = name.removesuffix(".url")
    return any(
        any(one.covers(name) for one in signature.settings)
        or (provider != name and any(one.covers(provider) for one in signature.providers))
        for signature in signatures
    )


def _is_secret(name: str, offered: Offered) -> bool:
    setting = offered.setting(name)
    return setting is not None and setting.secret


def _text(content: bytes, origin: str) -> str:
    if len(content) > LONGEST_VALUE:
        raise _NothingError(
            f"{origin} gives more than {LONGEST_VALUE} bytes", "a value is one line"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _NothingError(f"{origin} gives no text", "a value is text in UTF-8") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text or "\0" in text:
        raise _NothingError(f"{origin} gives nothing", "see that the value is there")
    return text
