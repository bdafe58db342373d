"""A recording's reads, repeated in a profile of the settings: has anything drifted since?"""

from datetime import UTC, datetime

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import home_of, in_words
from rbengine.cli.kept_running import texts_of
from rbengine.cli.live_backends import live_backends
from rbengine.cli.output import Output
from rbengine.cli.profiles import resolved_profile
from rbengine.cli.recordings import held_by, recording_in
from rbengine.cli.usage import UsageError
from rbengine.contract.operations import Operation
from rbengine.facts.adapters import signature_of
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.binding import Binding
from rbengine.host.recorded.drift import Drift, drifts
from rbengine.host.recorded.held import Held, is_read
from rbengine.report.text import cut, visible, wrap
from rbengine.runtime.commands import OperationRequest, QueryRequest

_MARKS = {
    "as it was": "ok",
    "other values": "~",
    "another shape": "!!",
    "refused": "!!",
    "not asked": "-",
}


_BEFORE = 8
"""Cells of a row besides the call and what is said of it."""


def check_recording(file: str, profile_name: str) -> int:
    """Repeat what the recording in `file` read, and say what answers otherwise now."""
    output = Output()
    with Ground.here(output) as ground:
        held = held_by(recording_in(file))
        _refuse_writes(held)
        path = ground.playbook(held.recording.header.runbook)
        today = ground.plan(path)
        if today is None:
            return exit_codes.PROBLEMS
        profile = resolved_profile(ground.project, profile_name, (), _adapters(held))
        texts = texts_of(ground, path, today)
        binding = Binding(path=path, profile=profile.name, backends=profile.backends)
        plan = held.recording.header.plan
        with (
            in_words(),
            live_backends(
                ground,
                profile,
                plan,
                texts,
                home=home_of(ground.project, profile.name),
                binding=binding,
                run="check",
            ) as backends,
        ):
            try:
                backends.prove(_adapters(held))
                output.row(
                    f"profile {visible(profile_name)}: reads alone, of {held.recording.header.run}"
                )
                found = list(drifts(held, backends.make, lambda: datetime.now(UTC)))
            except CannotGoOnError as problem:
                raise UsageError(
                    str(problem), place=f"--profile {visible(profile_name)}"
                ) from problem
    return told(found, output)


def told(found: list[Drift], output: Output) -> int:
    """Draw it; the exit code."""
    for one in found:
        room = output.width - len(one.state) - _BEFORE
        output.row(f"  {_MARKS[one.state]:<2}  {cut(visible(one.call), room)}: {one.state}")
        for line in one.told:
            output.rows([f"        {row}" for row in wrap(visible(line), output.width - 8)])
    broke = sum(one.broke for one in found)
    asked = sum(one.state != "not asked" for one in found)
    left = f", {len(found) - asked} not asked" if asked < len(found) else ""
    word = "drifted" if broke else "nothing drifted that a playbook would stumble over"
    output.row(f"{asked} reads repeated{left}: {f'{broke} ' if broke else ''}{word}")
    return exit_codes.PROBLEMS if broke else exit_codes.OK


def _refuse_writes(held: Held) -> None:
    """A recording says of each call whether it only reads; today's signatures must say so too."""
    for one in held.calls:
        if not is_read(one.request) or not isinstance(one.request, OperationRequest):
            continue
        promised = _promise(one.request.operation)
        if promised is not None and promised.effect != "observe":
            raise UsageError(
                f"{one.request.operation} is no read any more, so the recording is not repeated",
                place=f"{held.recording.source}:{one.seq}",
            )


def _promise(operation: str) -> Operation | None:
    adapter, _, name = operation.partition(".")
    signature = signature_of(adapter)
    return None if signature is None else signature.operation(name)


def _adapters(held: Held) -> list[str]:
    names = {
        one.request.operation.partition(".")[0]
        if isinstance(one.request, OperationRequest)
        else "postgres"
        for one in held.calls
        if isinstance(one.request, OperationRequest | QueryRequest) and is_read(one.request)
    }
    return sorted(names)
