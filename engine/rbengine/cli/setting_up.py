"""Making our own table in a live database, after somebody has looked at its statements."""

from collections.abc import Mapping
from contextlib import closing

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.keyboard import Keyboard, Stdin
from rbengine.cli.output import Output
from rbengine.cli.profiles import resolved_profile
from rbengine.cli.usage import UsageError
from rbengine.contract.database import Setup
from rbengine.contract.outcomes import Refused
from rbengine.facts.adapters import signature_of, signatures
from rbengine.host.adapters import Adapters
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.connections import LiveConnections
from rbengine.host.live.database import LiveSessions
from rbengine.host.live.hidden import Hidden
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.proof import Proof
from rbengine.host.postgres_adapter import set_up, setup_of
from rbengine.host.secrets import SecretBox
from rbengine.report.text import visible

_DATABASE = "postgres"


def set_up_database(name: str, *, agreed: bool, keyboard: Keyboard | None = None) -> int:
    """Show what the database of profile `name` lacks, ask, and make it. Raises UsageError."""
    output = Output()
    with Ground.here(output) as ground:
        profile = resolved_profile(ground.project, name, needed=[_DATABASE])
    try:
        with closing(LiveSessions(profile, run="setup")) as sessions:
            places = _proven(profile, sessions)
            found = _known(profile, setup_of(sessions))
            output.rows(_where(name, places, found))
            if found.state == "ready":
                output.row("the table is there: nothing is to be made")
                return exit_codes.OK
            if found.state == "closed":
                output.rows(["the table is there, and the role may not use it. Its owner can run:", "",
                             *_indented(found.grants)])  # fmt: skip
                return exit_codes.PROBLEMS
            output.rows(["this would make it:", "", *_indented(found.statements), ""])
            if not agreed and not _agreed(output, keyboard or Stdin(), name):
                output.row("nothing is made")
                return exit_codes.PROBLEMS
            made = set_up(sessions)
    except CannotGoOnError as problem:
        raise UsageError(
            _hidden(profile).text(str(problem)), place=f"--profile {visible(name)}"
        ) from problem
    if isinstance(made, Refused):
        output.rows([f"it was not made: {_hidden(profile).text(made.text)}", "",
                     "somebody who may can run the statements above, and then:", "",
                     *_indented(found.grants)])  # fmt: skip
        return exit_codes.PROBLEMS
    output.row("made")
    return exit_codes.OK


def _proven(profile: LiveProfile, sessions: LiveSessions) -> Mapping[str, str]:
    """Where it is, if it is where the profile says. Raises UsageError, ElsewhereError."""
    signature = signature_of(_DATABASE)
    if signature is None:
        raise UsageError(f"there is no adapter `{_DATABASE}` here")
    with closing(LiveConnections(profile, signatures(), lambda: sessions)) as connections:
        adapters = Adapters(signature_of, connections, SecretBox(b""))
        proof = Proof(profile.settings, profile=profile.name)
        refused = proof.demand(signature, adapters.adapter(f"{_DATABASE}.")[0])
    if refused is not None:
        raise UsageError(_hidden(profile).text(refused.text), place=f"--profile {profile.name}")
    return proof.places


def _known(profile: LiveProfile, found: Setup | Refused) -> Setup:
    """Raises UsageError where the database did not say."""
    if isinstance(found, Refused):
        raise UsageError(_hidden(profile).text(found.text), place=f"--profile {profile.name}")
    return found


def _where(name: str, places: Mapping[str, str], found: Setup) -> list[str]:
    rows = [f"profile {visible(name)}, as the role {visible(found.role)}:"]
    rows += [f"  {setting} {visible(value)}" for setting, value in sorted(places.items())]
    return [*rows, ""]


def _agreed(output: Output, keyboard: Keyboard, name: str) -> bool:
    """Whether somebody says yes. Raises UsageError where nobody can."""
    if not keyboard.person:
        raise UsageError(
            "nobody is here to say whether this may be made",
            way_out=f"`rbengine setup database --profile {visible(name)} --yes` says it without a question",
        )
    output.raw("make it? yes or no > ")
    return (keyboard.line(None) or "").strip().lower() in {"yes", "y"}


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _hidden(profile: LiveProfile) -> Hidden:
    return Hidden(profile.settings.get(name, "") for name in profile.secrets)
