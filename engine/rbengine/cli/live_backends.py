"""The backends of a live run, opened for as long as one command drives it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

from rbengine.cli.journals import folder_of
from rbengine.contract.adapter import Connections, Sessions
from rbengine.contract.database import Database
from rbengine.contract.values import Datum, Row
from rbengine.facts.adapters import adapter_names, signature_of
from rbengine.facts.project import Project
from rbengine.host.live.connections import LiveConnections
from rbengine.host.live.database import LiveSessions
from rbengine.host.live.profile import Backend, LiveProfile
from rbengine.host.live.scene import LiveBackends
from rbengine.host.postgres_adapter import database_on
from rbengine.host.secrets import AskAgain, SecretBox, nobody_knows
from rbengine.host.state_folder import secret_key
from rbengine.plan.program import Plan
from rbengine.rehearsal.app import repeatable_functions
from rbengine.syntax.nodes.app import App

_NO_PLACES: Mapping[str, str] = {}


def key_of(project: Project) -> bytes:
    """With what the digests of secrets in this project's live runs are made. Raises JournalError."""
    return secret_key(folder_of(project), shared=project.settings.shared)


@contextmanager
def live_backends(
    project: Project,
    profile: LiveProfile,
    plan: Plan,
    app: App | None,
    *,
    run: str = "",
    before: Mapping[str, str] = _NO_PLACES,
    ask_again: AskAgain = nobody_knows,
) -> Iterator[LiveBackends]:
    """Nothing is connected to before it is needed. `before`: the places that the run began in."""
    with ExitStack() as stack:
        signatures = [one for one in map(signature_of, adapter_names()) if one is not None]

        def sessions() -> Sessions:
            return database

        live = stack.enter_context(closing(LiveConnections(profile, signatures, sessions)))
        database = stack.enter_context(closing(LiveSessions(profile, run=run)))
        connections: dict[Backend, Connections] = {"live": live}
        functions = plan.policy.sql_functions
        databases: dict[Backend, Callable[[], Database]] = {
            "live": lambda: database_on(database, functions)
        }
        repeatable = repeatable_functions(app)
        secrets = SecretBox(key_of(project))
        secrets.ask_again = ask_again
        yield LiveBackends(
            plan=plan,
            profile=profile,
            signature=signature_of,
            connections=connections,
            databases=databases,
            secrets=secrets,
            repeatable=lambda _, arguments: _function(arguments) in repeatable,
            before=before,
        )


def _function(arguments: Datum) -> str:
    """The function of the company's program that a call names, if it names one."""
    given = arguments.value
    name = given.get("function") if isinstance(given, Row) else None
    return name if isinstance(name, str) else ""
