"""The backends of a live run, opened for as long as one command drives it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

from msgspec.structs import replace

from rbengine.cli.ground import Ground
from rbengine.cli.journals import Home
from rbengine.cli.live_asides import asides_of
from rbengine.cli.usage import UsageError
from rbengine.contract.values import Datum, Row
from rbengine.facts.adapters import signature_of, signatures
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.binding import Binding
from rbengine.host.live.connections import LiveConnections
from rbengine.host.live.database import LiveSessions
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.scene import LiveBackends
from rbengine.host.postgres_adapter import database_on
from rbengine.host.secrets import AskAgain, SecretBox, nobody_knows
from rbengine.host.state_folder import secret_key
from rbengine.plan.program import Plan
from rbengine.rehearsal.app import repeatable_functions
from rbengine.rehearsal.backends import TIERS
from rbengine.rehearsal.stage import tiers_of

_NO_PLACES: Mapping[str, str] = {}


def key_of(home: Home) -> bytes:
    """With what the digests of secrets in live runs that are kept there are made. Raises JournalError."""
    return secret_key(home.folder, shared=home.shared)


@contextmanager
def live_backends(
    ground: Ground,
    profile: LiveProfile,
    plan: Plan,
    texts: Mapping[str, str],
    *,
    home: Home,
    binding: Binding | None = None,
    run: str = "",
    before: Mapping[str, str] = _NO_PLACES,
    ask_again: AskAgain = nobody_knows,
    remembers: bool = False,
) -> Iterator[LiveBackends]:
    """Nothing is connected to before it is needed. `home` is where the run is kept, `texts` are the run's files,
    `before` the places that it began in.

    Without a `binding` all adapters are live. Whoever answers beside them outlives this process where it `remembers`.
    Raises UsageError for one that cannot answer.
    """
    found = ground.workspace_on(texts).app()
    app = None if found is None else found[0]
    tiers = {TIERS: json.dumps(dict(tiers_of(app)))}
    profile = replace(profile, settings={**tiers, **profile.settings})
    repeatable = repeatable_functions(app)
    functions = plan.policy.sql_functions
    secrets = SecretBox(key_of(home))
    secrets.ask_again = ask_again
    with ExitStack() as stack:
        database = stack.enter_context(closing(_sessions(profile, run)))
        connections = LiveConnections(profile, signatures(), lambda: database)
        stack.enter_context(closing(connections))
        answering = asides_of(
            ground, profile, plan, binding, texts, home=home, secrets=secrets, remembers=remembers
        )
        asides = stack.enter_context(answering)
        yield LiveBackends(
            plan=plan,
            profile=profile,
            signature=signature_of,
            connections=connections,
            database=lambda: database_on(database, functions),
            asides=asides,
            secrets=secrets,
            repeatable=lambda _, arguments: _function(arguments) in repeatable,
            before=before,
        )


def _sessions(profile: LiveProfile, run: str) -> LiveSessions:
    try:
        return LiveSessions(profile, run=run)
    except CannotGoOnError as problem:
        raise UsageError(
            str(problem),
            way_out=f"`rbengine doctor --profile {profile.name}` looks at every setting",
        ) from problem


def _function(arguments: Datum) -> str:
    """The function of the company's program that a call names, if it names one."""
    given = arguments.value
    name = given.get("function") if isinstance(given, Row) else None
    return name if isinstance(name, str) else ""
