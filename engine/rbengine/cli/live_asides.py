"""Who answers for the adapters of a live run that are not live: a simulated company, a recording."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime

from rbengine.cli.ground import Ground
from rbengine.cli.journals import Home
from rbengine.cli.usage import UsageError
from rbengine.diagnostics import did_you_mean
from rbengine.host.live.aside import Aside
from rbengine.host.live.binding import Binding
from rbengine.host.live.profile import Backend, LiveProfile
from rbengine.host.secrets import SecretBox
from rbengine.plan.program import Plan
from rbengine.rehearsal.stage import Stage
from rbengine.report.text import visible


@contextmanager
def asides_of(
    ground: Ground,
    profile: LiveProfile,
    plan: Plan,
    binding: Binding | None,
    texts: Mapping[str, str],
    *,
    home: Home,
    secrets: SecretBox,
    remembers: bool,
) -> Iterator[Mapping[Backend, Aside]]:
    """By what they are; none without a `binding`. `home` is where the run is kept, `secrets` are its own.

    What the run does to a simulated company outlives this process where it `remembers`. Raises UsageError for one that
    cannot answer.
    """
    asides: dict[Backend, Aside] = {}
    if binding is None:
        yield asides
        return
    kinds = set(profile.backends.values())
    with ExitStack() as stack:
        if "simulated" in kinds:
            from rbengine.rehearsal.aside import SimulatedAside
            from rbengine.rehearsal.kept import log_of

            stage = _company(ground, plan, binding, texts, secrets)
            aside = SimulatedAside(
                stage, lambda run: log_of(home.folder, run, shared=home.shared), remembers=remembers
            )
            asides["simulated"] = stack.enter_context(closing(aside))
        if "recorded" in kinds:
            from rbengine.cli.recordings import held_by, recording_in
            from rbengine.host.recorded.aside import RecordedAside

            names = [name for name, kind in profile.backends.items() if kind == "recorded"]
            asides["recorded"] = RecordedAside(held_by(recording_in(profile.recording)), names)
        yield asides


def _company(
    ground: Ground, plan: Plan, binding: Binding, texts: Mapping[str, str], secrets: SecretBox
) -> Stage:
    """As it was when the run began."""
    from rbengine.host.loopback import Attempts
    from rbengine.rehearsal.errors import CannotRehearseError

    session = ground.session_on(texts, binding.path, plan)
    known = [one.name for one in session.worlds(binding.path)]
    if binding.world is not None and binding.world not in known:
        raise UsageError(
            f"there is no world `{visible(binding.world)}`",
            place=f"--world {visible(binding.world)}",
            way_out=did_you_mean(binding.world, known) or "",
        )
    try:
        return session.open_world(
            binding.path,
            binding.world,
            attempts=Attempts(),
            now=binding.since or datetime.now(UTC),
            secrets=secrets,
        )
    except CannotRehearseError as error:
        raise UsageError(
            f"nothing can answer for the simulated adapters: {error.problem.message}"
        ) from error
