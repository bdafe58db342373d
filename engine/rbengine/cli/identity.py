"""Who gives a command: the user of the operating system, in a role that the settings give them.

Whoever may write the journal could forge this: it guards against mistakes, not against colleagues.
"""

from collections.abc import Sequence

from rbengine.cli.usage import UsageError
from rbengine.facts.project import Project
from rbengine.facts.settings import Somebody
from rbengine.host.whoami import Identity, IdentityProvider, OperatingSystem
from rbengine.report.text import visible
from rbengine.runtime.events import Person

OPERATOR = "operator"

PROVIDER: IdentityProvider = OperatingSystem()
"""Who knows people here. Commands ask `whoami` alone."""


def whoami() -> Identity:
    """Whoever gives this command."""
    return PROVIDER.whoami()


def refuse_stranger(project: Project, operator: Person) -> None:
    """Whoever takes up a run that `operator` began drives it with means of their own. Raises UsageError.

    Those whom the settings name may, where they name people; without names everybody may.
    """
    user = whoami()
    people = project.settings.people
    if not people or user.id in people or user.id == operator.id:
        return
    raise UsageError(
        f"{visible(operator.name)} began it, and the settings do not say who `{visible(user.id)}` is",
        notes=["whoever takes a run up goes on with it with means of their own"],
        way_out=f"ask {visible(operator.name)}, or write `[people.{user.id}]` into rbengine.toml",
    )


def person_for(project: Project, by: Sequence[str], role: str | None) -> Person:
    """Whoever sits here, in a role among `by` that is theirs; `role` asks for one. Raises UsageError.

    A project that names no people lets everybody act in any role.
    """
    user = whoami()
    people = project.settings.people
    known = people.get(user.id)
    if people and known is None:
        raise UsageError(
            f"the settings do not say who `{visible(user.id)}` is",
            notes=[f"waited for: {' or '.join(by) or 'anybody'}"],
            way_out=f'write `[people.{user.id}]` with `roles = ["{by[0] if by else "on_call"}"]` into rbengine.toml',
        )
    mine = (*(known.roles if known is not None else by), OPERATOR)
    wanted = [role] if role is not None else [one for one in by if one in mine]
    if role is not None and people and role not in mine:
        raise UsageError(
            f"`{visible(user.id)}` may not act as `{visible(role)}`",
            notes=[f"their roles: {', '.join(mine[:-1]) or 'none'}"],
            way_out="leave --as out, or let the settings give that role",
        )
    if by and not wanted:
        raise UsageError(
            f"it waits for {' or '.join(by)}, and `{visible(user.id)}` is none of them",
            notes=[f"their roles: {', '.join(mine[:-1]) or 'none'}"],
            way_out=f"ask {' or '.join(by)} to give the command",
        )
    found = known or Somebody()
    return Person(
        id=user.id,
        name=found.name or user.name,
        role=wanted[0] if wanted else mine[0],
        email=found.email,
    )
