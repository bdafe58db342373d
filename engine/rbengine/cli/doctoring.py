"""A visit to the adapters of a profile: what the playbooks need, asked side by side, and what was seen."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from msgspec import structs

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import Ground
from rbengine.cli.journals import home_of, trouble_with
from rbengine.cli.output import Output
from rbengine.cli.profiles import find_profile, read_backends, resolved
from rbengine.contract.adapter import Connections, Sessions
from rbengine.contract.outcomes import Refused
from rbengine.contract.policy import ContactChannel
from rbengine.diagnostics import did_you_mean
from rbengine.facts.adapters import signature_of, signatures, with_places
from rbengine.facts.profiles import Profile
from rbengine.host.adapters import Adapters
from rbengine.host.live.examining import Examined, Examiner, nowhere
from rbengine.host.live.hidden import Hidden
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.remark import Remark
from rbengine.host.live.resolving import Resolved, overridden
from rbengine.host.secrets import SecretBox
from rbengine.host.starting import adapters_of
from rbengine.report.doctor import SchemaSeen, Visit, doctor_json, doctor_rows

if TYPE_CHECKING:
    from rbengine.host.live.database import LiveSessions

DATABASE = "postgres"

Doors = Callable[[LiveProfile], AbstractContextManager[Connections]]
"""Opens the connections of a profile."""


@contextmanager
def live_doors(profile: LiveProfile) -> Iterator[Connections]:
    """The real ones. Nothing is connected to before it is needed."""
    from rbengine.host.live.connections import LiveConnections

    with ExitStack() as stack:
        opened: list[LiveSessions] = []

        def sessions() -> Sessions:
            if not opened:
                from rbengine.host.live.database import LiveSessions

                opened.append(stack.enter_context(closing(LiveSessions(profile, run="doctor"))))
            return opened[0]

        yield stack.enter_context(closing(LiveConnections(profile, signatures(), sessions)))


def doctor(arguments: list[str], doors: Doors = live_doors) -> int:
    """Look, draw what was seen, and say by the exit code whether a run is possible. Raises UsageError."""
    parser = Parser("doctor", ("--profile", "--backend", "--json", "--width", "--no-colour"))
    parser.add_argument("playbooks", metavar="PLAYBOOK", nargs="*")
    parser.add_argument("--profile", metavar="NAME")
    parser.add_argument("--backend", metavar="ADAPTER=KIND", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    asked = parser.read(arguments)
    output = Output(width=asked.width, plain=asked.no_colour)
    backends, recording = read_backends(asked.backend)
    with Ground.here(output) as ground:
        profile = overridden(find_profile(ground.project, asked.profile), backends, recording)
        ground.bind(profile)
        paths = [ground.playbook(one) for one in asked.playbooks] or list(ground.workspace.runbooks)
        visit = _visit(ground, profile, paths, doors)
    code = exit_codes.PROBLEMS if "wrong" in visit.states else exit_codes.OK
    if asked.json:
        output.raw(json.dumps(doctor_json(visit, code), ensure_ascii=False, indent=2) + "\n")
    else:
        output.rows(doctor_rows(visit, width=output.width, colour=output.colour))
    return code


def _visit(ground: Ground, profile: Profile, paths: Sequence[str], doors: Doors) -> Visit:
    needed_by, unchecked = _needs(ground, profile, paths)
    asked = tuple(
        one for one in map(signature_of, sorted(with_places(needed_by))) if one is not None
    )
    found = resolved(ground.project, profile, [one.name for one in asked])
    with doors(found.profile) as connections:
        adapters = Adapters(signature_of, connections, SecretBox(b"doctor"))
        hidden = Hidden(found.profile.settings[name] for name in found.profile.secrets)
        examiner = Examiner(
            found,
            lambda name: adapters.adapter(f"{name}.")[0],
            hidden.text,
            tables=profile.tables,
        )
        examined = tuple(
            _with_setup(one, profile, connections) if _is_usable(one) else one
            for one in examiner.examine(asked)
        )
        schema = _schema(ground, profile, paths, examined, connections)
    return Visit(
        profile=profile.name,
        production=profile.production,
        hosts=profile.hosts,
        adapters=examined,
        needed_by=needed_by,
        general=(*unchecked, *_general(ground, profile, found)),
        schema=schema,
    )


def _needs(
    ground: Ground, profile: Profile, paths: Sequence[str]
) -> tuple[Mapping[str, tuple[str, ...]], tuple[Remark, ...]]:
    """Adapter to the runbooks that call it, and what cannot be said of runbooks that do not check."""
    ways = {**ground.project.settings.contacts, **profile.contacts}.values()
    channels = [[ContactChannel(kind, "") for kind in way] for way in ways]
    found: dict[str, list[str]] = {}
    remarks: list[Remark] = []
    for path in paths:
        if ground.errors_of_plan(path):
            text = f"{path} has errors: what it needs is not known"
            remarks.append(Remark("wrong", text, f"`rbengine check {path}`"))
            continue
        plan = ground.workspace.plan(path)
        for name in adapters_of(plan, channels):
            found.setdefault(name, []).append(plan.id)
    return {name: tuple(ids) for name, ids in found.items()}, tuple(remarks)


def _general(ground: Ground, profile: Profile, found: Resolved) -> Iterator[Remark]:
    """What is to be said of contacts and files."""
    yield from nowhere([one for one in found.unresolved if one.setting.startswith("contacts.")])
    policy = ground.workspace.policy()
    for contact in policy.contacts:
        reached = contact.channels or found.profile.channels.get(contact.name)
        if not reached and not any(
            one.setting.startswith(f"contacts.{contact.name}.") for one in found.unresolved
        ):
            yield Remark(
                "look",
                f"nobody can reach {contact.name} ({contact.title}): there is no address",
                f"write it into [profiles.{profile.name}.contacts.{contact.name}]",
            )
    names = [one.name for one in policy.contacts]
    for name in profile.contacts:
        if name not in names:
            yield Remark(
                "look",
                f"the policy has no contact {name}: nobody writes to these addresses",
                did_you_mean(name, names) or f"it has: {', '.join(names)}",
            )
    kept_at = trouble_with(home_of(ground.project, profile.name))
    if kept_at is not None:
        yield Remark(
            "wrong", f"runs cannot be kept: {kept_at.message} ({kept_at.place})", kept_at.way_out
        )
    for warning in found.warnings:
        yield Remark("look", warning)


def _is_usable(one: Examined) -> bool:
    """Whether it is the live database, and answers."""
    return one.adapter == DATABASE and one.backend == "live" and one.state != "wrong"


def _with_setup(database: Examined, profile: Profile, connections: Connections) -> Examined:
    """With what is missing there for a first change."""
    from rbengine.host.postgres_adapter import setup_of

    found = setup_of(connections.database())
    if isinstance(found, Refused):
        remark = Remark("look", f"whether it can be changed is not known: {found.text}")
    elif found.state == "missing":
        remark = Remark(
            "look",
            "it can be read and not changed: our table of markers is not there",
            f"`rbengine setup database --profile {profile.name}` shows it and makes it",
        )
    elif found.state == "closed":
        remark = Remark(
            "look",
            f"it can be read and not changed: the role {found.role} may not use our table of markers",
            f"`rbengine setup database --profile {profile.name}` shows what opens it",
        )
    else:
        return database
    return structs.replace(database, remarks=(*database.remarks, remark))


def _schema(
    ground: Ground,
    profile: Profile,
    paths: Sequence[str],
    examined: Sequence[Examined],
    connections: Connections,
) -> SchemaSeen | None:
    """The live database's schema beside the project's; None where the database is not live or cannot be used."""
    if not any(_is_usable(one) for one in examined):
        return None
    from rbengine.cli.schemas import seen_schema

    return seen_schema(ground, profile, paths, connections)
