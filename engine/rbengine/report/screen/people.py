"""People: who is waited for, what was sent to whom, who was called, what they said."""

from collections.abc import Sequence

from rbengine.contract.types import Enum, Type, show
from rbengine.report.durations import duration
from rbengine.report.screen.line import Line, line
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.notices import Breached, Escalated, Told, WasAnswered

_INDENT = 2
_MOST_LINES = 6
_OWN = {"question": "the question", "escalation": "the escalation", "breach": "the breach"}
"""What the engine tells of by itself, by the notice's kind."""
CAUSES = {
    "clock": "by the policy's clock",
    "playbook": "by the runbook",
    "failure": "because a step failed",
    "breach": "because the MTTR ran out",
    "not judged": "because a finding could not be judged",
    "verify": "because the proof failed",
}


def asked(command: AskPeople, clocks: str, plan: Sequence[Line] = ()) -> list[Line]:
    """The question, if it has words of its own, its plan, and who is waited for until when."""
    who = " or ".join(command.by) if command.by else "anybody"
    if command.how_many > 1:
        who = f"{command.how_many} of {who}"
    if command.not_the_operator:
        who += " (not the operator)"
    rows: list[Line] = []
    match command.kind:
        case "plan" | "undo":
            digest = f" {command.plan.digest[:6]}" if command.plan is not None else ""
            verb = f"to approve{digest}" if command.kind == "plan" else f"to decide{digest}"
            if command.kind == "undo":
                rows.extend(_question(command.text))
        case "approve":
            verb = "to approve" if command.plan is None else f"to approve {command.plan.digest[:6]}"
            rows.extend(_question(command.text))
            rows.extend(plan)
        case "doubt":
            verb = "to say whether it was applied"
            rows.extend(_question(command.text))
        case "manual":
            verb = "to do this by hand"
            rows.extend(_question(command.text))
        case "ask" | "choose":
            verb = "to answer"
            rows.extend(_question(command.text))
    rows.extend(
        line((f"{one.name}  ", "change"), one.text, indent=_INDENT, hang=2)
        for one in command.choices
    )
    rows.extend(
        line(
            (f"{one.name}  ", "change"),
            one.text,
            (f"  {type_words(one.type)}", "quiet"),
            indent=_INDENT,
            hang=2,
        )
        for one in command.gives
    )
    rows.append(
        line(
            (f"waiting for {who} {verb}", "clock"),
            right=clocks,
            right_style="clock",
        )
    )
    return rows


def _question(text: str) -> list[Line]:
    """The first line is the question, the others what belongs to it."""
    first, *rest = text.split("\n")
    return [
        line((first, "strong"), margin="?", margin_style="clock", hang=2),
        *(line(one, indent=_INDENT, hang=2) for one in rest),
    ]


def answered(notice: WasAnswered, margin: str) -> list[Line]:
    """What became of a question."""
    who = notice.person or notice.role or "nobody"
    if notice.person and notice.role and notice.person != notice.role:
        who = f"{notice.person} ({notice.role})"
    match notice.verdict:
        case "approved":
            return [line((f"approved by {who}", "good"), margin=margin)]
        case "refused":
            return [line((f"refused by {who}", "wrong"), margin=margin)]
        case "given":
            return [
                line(
                    (f"answered by {who}", "good"),
                    f": {notice.value}" if notice.value else "",
                    margin=margin,
                )
            ]
        case "unanswered":
            return [line(("nobody answered in time", "wrong"), margin=margin)]
        case "withdrawn":
            return [line(("no longer asked", "quiet"), margin=margin)]


def told(notice: Told, margin: str) -> list[Line]:
    """A message, with the first lines of what it says."""
    kind, to = notice.kind.partition(".")[0], ", ".join(notice.to)
    if notice.failure:
        return [
            line((f"{kind} to {to} did not go out: ", "wrong"), notice.failure,
                 margin="!!", margin_style="wrong", hang=2),
        ]  # fmt: skip
    if notice.kind in _OWN:
        # The screen has just said what about; the text is for whoever is not looking at it.
        return [line((f"told {to} of {_OWN[notice.kind]}", "quiet"), margin=margin, hang=2)]
    rows = [line((f"{kind} to ", "quiet"), to, margin=margin, hang=2)]
    if notice.subject:
        rows.append(line((notice.subject, "strong"), indent=_INDENT, hang=2))
    body = notice.text.strip().splitlines() if notice.text.strip() != notice.subject else []
    rows.extend(line(("| ", "quiet"), one, indent=_INDENT, hang=2) for one in body[:_MOST_LINES])
    if len(body) > _MOST_LINES:
        more = len(body) - _MOST_LINES
        rows.append(
            line((f"| … {more} more line{'s' if more > 1 else ''}", "quiet"), indent=_INDENT)
        )
    return rows


def escalated(notice: Escalated, margin: str) -> list[Line]:
    """Who was called, why, and what the runbook says of impact and next steps."""
    to = ", ".join(notice.to) or "nobody"
    verb = "note to" if notice.as_note else "ESCALATED to"
    rows = [
        line(
            (f"{verb} {to}", "plain" if notice.as_note else "wrong"), f", {CAUSES[notice.cause]}",
            margin=margin, margin_style="clock" if notice.as_note else "wrong", hang=2,
        ),
        line(notice.reason, indent=_INDENT, hang=2),
    ]  # fmt: skip
    if notice.impact:
        rows.append(line(("impact: ", "quiet"), notice.impact, indent=_INDENT, hang=8))
    if notice.next:
        rows.append(line(("next: ", "quiet"), notice.next, indent=_INDENT, hang=6))
    return rows


def breached(notice: Breached, margin: str) -> list[Line]:
    """The MTTR ran out."""
    return [
        line(
            (f"the MTTR of {duration(notice.target)} ran out", "wrong"),
            margin=margin,
            margin_style="wrong",
        )
    ]


def type_words(type_: Type | None) -> str:
    """A type, with an enum's values spelled out: what a person may type."""
    if type_ is None:
        return ""
    if isinstance(type_, Enum):
        return "one of " + ", ".join(type_.values)
    return show(type_)
