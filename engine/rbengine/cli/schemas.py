"""The schema of a live database: written down, compared with the project's, and tried on its playbooks."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.doctoring import DATABASE, Doors, live_doors
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.profiles import find_profile, resolved
from rbengine.cli.usage import UsageError
from rbengine.contract.adapter import Connections
from rbengine.diagnostics import Diagnostic
from rbengine.facts.profiles import Profile
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.hidden import Hidden
from rbengine.host.live.remark import Remark
from rbengine.report.doctor import Broken, SchemaSeen
from rbengine.report.text import visible

if TYPE_CHECKING:
    from rbengine.facts.postgres.drift import Drift
    from rbengine.facts.postgres.inventory import Inventory

_OPTIONS = ("--profile", "--output", "--schema", "--bodies", "--json", "--width", "--no-colour")
_CHECKED = ("runbook", "library")
"""Kinds of files whose statements run against a live database; worlds and the app's program do not."""

_LIMIT = timedelta(minutes=1)
"""How long a look at a whole catalogue may take."""


def schema(arguments: list[str], doors: Doors = live_doors) -> int:
    """`pull` or `diff`. Raises UsageError."""
    parser = Parser("schema", _OPTIONS)
    parser.add_argument("what", metavar="pull|diff", choices=("pull", "diff"))
    parser.add_argument("playbooks", metavar="PLAYBOOK", nargs="*", default=[])
    parser.add_argument("--profile", metavar="NAME")
    parser.add_argument("-o", "--output", metavar="FILE")
    parser.add_argument("--schema", metavar="NAME", action="append")
    parser.add_argument("--bodies", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    asked = parser.read(arguments)
    output = Output(width=asked.width, plain=asked.no_colour)
    with Ground.here(output) as ground:
        profile = find_profile(ground.project, asked.profile)
        ground.bind(profile)
        if asked.what == "pull":
            if asked.playbooks:
                raise UsageError(
                    "`rbengine schema pull` takes no playbook", way_out="leave it out, or use diff"
                )
            with _database(ground, profile, doors) as connections:
                found = _inventory(ground, profile, connections, asked.schema, bodies=asked.bodies)
            empty = [one for one in asked.schema or () if one not in found.schemas]
            if empty:
                raise UsageError(
                    f"the database has nothing in the schema `{visible(empty[0])}`",
                    place=f"--schema {visible(empty[0])}",
                    way_out="leave --schema out to pull all that there are",
                )
            return _pull(ground, profile, found, asked.output, output)
        paths = [ground.playbook(one) for one in asked.playbooks]
        with _database(ground, profile, doors) as connections:
            found = _inventory(ground, profile, connections)
        return _diff(ground, profile, found, paths, output, as_json=asked.json)


def seen_schema(
    ground: Ground, profile: Profile, paths: Sequence[str], connections: Connections
) -> SchemaSeen:
    """What `doctor` says of it."""
    name = ground.schema[0]
    try:
        found = _inventory(ground, profile, connections)
    except UsageError as problem:
        return SchemaSeen(file=name, remarks=(Remark("wrong", problem.message, problem.way_out),))
    drift = _drift(ground, found)
    broken = tuple(_broken(ground, _breaking(ground, profile, found, paths)))
    return SchemaSeen(
        file=name,
        remarks=tuple(_remarks(drift, name, profile, len(broken))),
        differences=0 if drift is None else len(drift.differences),
        broken=broken,
    )


def _remarks(drift: "Drift | None", name: str, profile: Profile, broken: int) -> Iterator[Remark]:
    if drift is None:
        yield Remark("ok", "the project has no schema to compare the database with")
    elif not drift.differences:
        yield Remark("ok", f"the database is as {name} says")
    else:
        many = len(drift.differences)
        text = f"the database differs from {name} in {many} {'thing' if many == 1 else 'things'}"
        text += ", and every playbook works there" if not broken else ""
        yield Remark("look", text, f"`rbengine schema diff --profile {profile.name}` shows them")


@contextmanager
def _database(ground: Ground, profile: Profile, doors: Doors) -> Iterator[Connections]:
    """The doors of a profile whose database is live. Raises UsageError."""
    if profile.backends.get(DATABASE, "live") != "live":
        raise UsageError(
            f"the database of profile `{profile.name}` is {profile.backends[DATABASE]}, not live",
            way_out="name a profile with a live one",
        )
    found = resolved(ground.project, profile, [DATABASE])
    for one in found.unresolved:
        if one.setting.startswith(f"{DATABASE}."):
            raise UsageError(f"{one.setting} ({one.reference}): {one.text}", way_out=one.way_out)
    hidden = Hidden(found.profile.settings[name] for name in found.profile.secrets)
    with doors(found.profile) as connections:
        try:
            yield connections
        except CannotGoOnError as problem:
            raise UsageError(
                hidden.text(str(problem)), way_out=f"`rbengine doctor --profile {profile.name}`"
            ) from None


def _inventory(
    ground: Ground,
    profile: Profile,
    connections: Connections,
    schemas: Sequence[str] | None = None,
    *,
    bodies: bool = False,
) -> "Inventory":
    """What the live database is made of. Raises UsageError, CannotGoOnError."""
    import psycopg

    from rbengine.facts.postgres.inventory import take_inventory

    functions = ground.workspace.policy().sql_functions
    try:
        with connections.database()(use="read", within=_LIMIT) as connection:
            return take_inventory(connection, schemas, functions=functions, bodies=bodies)
    except psycopg.Error as error:
        reason = error.diag.message_primary or str(error)
        raise UsageError(
            f"the database of profile `{profile.name}` cannot be read: {visible(reason.splitlines()[0])}",
            way_out=f"`rbengine doctor --profile {profile.name}` says more",
        ) from None


def _pull(
    ground: Ground, profile: Profile, found: "Inventory", target: str | None, output: Output
) -> int:
    from rbengine.facts.atomic import replace_file
    from rbengine.facts.postgres.schema_text import write_schema

    written = write_schema(found, ground.server(), _heading(profile, found))
    if target is None:
        output.raw(written.text)
        return exit_codes.OK
    try:
        replace_file(Path(target), written.text.encode())
    except OSError as error:
        raise UsageError(
            f"it cannot be written: {error.strerror}", place=target, way_out="name another file"
        ) from error
    tables = len(found.tables)
    output.row(f"{target}: {tables} {'table' if tables == 1 else 'tables'} and views, no rows")
    for one in written.left_out:
        output.row(f"left out: {visible(one)}")
    return exit_codes.OK


def _heading(profile: Profile, found: "Inventory") -> list[str]:
    """Nothing that changes from one day to the next: the same database gives the same file."""
    major = found.version.partition(".")[0]
    return [
        f"The schema of the database of profile `{profile.name}` (PostgreSQL {major}), without a row of it.",
        f"Written by `rbengine schema pull --profile {profile.name}`. Functions are stand-ins of the same signature",
        "where their text was not asked for.",
    ]


def _diff(
    ground: Ground,
    profile: Profile,
    found: "Inventory",
    paths: Sequence[str],
    output: Output,
    *,
    as_json: bool,
) -> int:
    from rbengine.report.drift import drift_json, drift_rows

    drift = _drift(ground, found)
    if drift is None:
        raise UsageError(
            "the project has no schema to compare the database with",
            way_out=f"`rbengine schema pull --profile {profile.name} -o playbooks/schema.sql` writes one",
        )
    problems = _breaking(ground, profile, found, paths)
    code = exit_codes.PROBLEMS if problems or drift.differences else exit_codes.OK
    if as_json:
        broken = [
            {"file": one.file, "line": one.line, "code": one.code, "message": one.message}
            for one in _broken(ground, problems)
        ]
        whole = {**drift_json(drift), "broken": broken, "exit": code}
        output.raw(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
        return code
    there = f"the database of profile {profile.name}"
    name = ground.schema[0]
    output.rows(drift_rows(drift, name, there, width=output.width, colour=output.colour))
    output.row()
    if problems:
        ground.draw(problems)
        output.row()
    files = len({one.primary.file for one in problems})
    output.row(
        "every playbook works there"
        if not problems
        else f"{files} {'file' if files == 1 else 'files'} would break there"
    )
    return code


def _drift(ground: Ground, found: "Inventory") -> "Drift | None":
    """The database beside the project's schema; None where there is none. Raises UsageError."""
    name, text = ground.schema
    if not name:
        return None
    from rbengine.facts.postgres.drift import drift_of
    from rbengine.facts.postgres.errors import SchemaError
    from rbengine.facts.postgres.inventory import take_inventory
    from rbengine.facts.postgres.schema import schema_database

    server = ground.server()
    try:
        database = schema_database(server, text)
    except SchemaError as error:
        raise UsageError(f"{error}", place=name, way_out="`rbengine check` shows where") from error
    with closing(server.connect(database)) as connection:
        functions = ground.workspace.policy().sql_functions
        return drift_of(take_inventory(connection, functions=functions), found, functions)


def _breaking(
    ground: Ground, profile: Profile, found: "Inventory", paths: Sequence[str]
) -> tuple[Diagnostic, ...]:
    """Errors that playbooks have against the live database and have not against the project's schema."""
    from rbengine.facts.postgres.describe import PostgresDescriber
    from rbengine.facts.postgres.schema_text import write_schema

    server, workspace = ground.server(), ground.workspace
    text = write_schema(found, server).text
    functions = workspace.policy().sql_functions
    name = f"the database of profile {profile.name}"
    with closing(PostgresDescriber(server, text, name, functions)) as describer:
        there = workspace.with_describer(describer)
        chosen = [one for one in workspace.files if workspace.kind(one) in _CHECKED]
        chosen = [one for one in chosen if not paths or one in paths]
        problems: list[Diagnostic] = []
        for path in chosen:
            known = {(one.code, one.primary) for one in workspace.problems(path)}
            problems += [
                one
                for one in there.problems(path)
                if one.severity == "error" and (one.code, one.primary) not in known
            ]
    return tuple(sorted(problems, key=lambda one: one.primary))


def _broken(ground: Ground, problems: Sequence[Diagnostic]) -> Iterator[Broken]:
    for one in problems:
        source = ground.source(one.primary.file)
        line = 1 if source is None else source.line_and_column(one.primary.span.start)[0]
        yield Broken(file=one.primary.file, line=line, code=one.code, message=one.message)
