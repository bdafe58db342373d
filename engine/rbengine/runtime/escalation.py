"""Escalations: who is told, and what the letter they get says."""

from typing import Literal

from msgspec.structs import replace

from rbengine.plan import code as c
from rbengine.runtime.commands import Letter, LetterAction, NotifyRequest
from rbengine.runtime.evaluate import marked_text_of
from rbengine.runtime.events import Started
from rbengine.runtime.frames import SectionFrame
from rbengine.runtime.local_time import there
from rbengine.runtime.notices import Escalated
from rbengine.runtime.rungs import contacts_now, fulfil
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn, next_of
from rbengine.runtime.wording import duration_text

Cause = Literal["clock", "playbook", "failure", "breach", "not judged", "verify"]


def escalate(
    turn: Turn,
    to: tuple[str, ...],
    reason: str,
    cause: Cause,
    *,
    impact: str = "",
    next_steps: str = "",
    as_note: bool = False,
) -> None:
    """Show it and tell every contact. Nobody waits for the letters; whether they went out is shown."""
    turn.show(
        Escalated(
            to=to, reason=reason, cause=cause, impact=impact, next=next_steps, as_note=as_note
        )
    )
    number = turn.tally.escalations + 1
    turn.tally = replace(turn.tally, escalations=number)
    begun = turn.begun
    if begun is None:
        return
    told = letter(turn, reason, impact, next_steps)
    for name in to:
        if turn.plan.policy.contact(name) is None and name not in begun.environment.channels:
            continue  # `team standup as a note`: the report carries it, there is nobody to write to
        turn.perform(
            fiber=0,
            use="notify",
            request=NotifyRequest(
                contact=name,
                about="breach" if cause == "breach" else "escalation",
                subject=f"{begun.incident} {turn.plan.severity}: {turn.plan.title}",
                letter=told,
            ),
            key=f"{begun.incident}/escalation {begun.run} {number}/{name}",
            timeout=turn.plan.policy.limits.call,
            text=f"tell {name}",
        )


def letter(turn: Turn, reason: str, impact: str, next_steps: str) -> Letter:
    """What is known, for the company's template."""
    begun = turn.begun
    assert begun is not None
    since = duration_text(turn.now - begun.began)
    return Letter(
        incident=begun.incident,
        severity=turn.plan.severity,
        summary=f"{turn.plan.id} {turn.plan.title}, {since} after the incident began",
        impact=tuple(line.strip() for line in impact.splitlines() if line.strip()),
        actions=_actions(turn, begun),
        undone=turn.tally.undone,
        reason=reason,
        next=next_steps,
    )


def _actions(turn: Turn, begun: Started) -> tuple[LetterAction, ...]:
    """What stands, oldest first."""
    told = []
    for entry in reversed(turn.newest_first()):
        text = entry.label
        if entry.kind == "message":
            text = f"told people: {entry.label}"
        elif entry.rows:
            text = f"{entry.label} ({entry.rows} row{'s' if entry.rows != 1 else ''})"
        time = ""
        if entry.at is not None:
            clock, zone = there(entry.at, begun.offsets)
            time = f"{clock:%H:%M} {zone}"
        told.append(LetterAction(time=time, text=text, by=entry.by))
    return tuple(told)


def escalate_to(turn: Turn, fiber: Fiber, instruction: c.EscalateTo) -> Fiber | None:
    """A playbook's own `escalate`: fulfils the rung of those it tells, and never ends a run."""
    names, view = fiber.names, turn.view
    reason = marked_text_of(instruction.reason, names, view)
    impact = marked_text_of(instruction.impact, names, view) if instruction.impact else ""
    next_steps = marked_text_of(instruction.next, names, view) if instruction.next else ""
    to = instruction.to or contacts_now(turn)
    section = fiber.frames[0] if fiber.frames else None
    breach = isinstance(section, SectionFrame) and section.kind == "on breach"
    fulfil(turn, to)
    escalate(
        turn,
        to,
        reason,
        "breach" if breach else "playbook",
        impact=impact,
        next_steps=next_steps,
    )
    if isinstance(section, SectionFrame) and section.kind == "otherwise":
        turn.course = replace(turn.course, handed_to_people=reason)
    return next_of(fiber)
