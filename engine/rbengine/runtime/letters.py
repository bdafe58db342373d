"""Messages to many people: the policy may want somebody's approval before they go out."""

import hashlib

from msgspec.structs import replace

from rbengine.contract.changes import ChangePlan, OperationAction, PlannedOperation, UndoPlan
from rbengine.contract.codec import to_line
from rbengine.contract.policy import ApprovalRule
from rbengine.contract.values import Row, Value
from rbengine.runtime.approvals import Needed, fallback, rules_of
from rbengine.runtime.commands import OperationRequest
from rbengine.runtime.questions import pose
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn, working
from rbengine.runtime.work import LetterWork

_SHOWN = 8
"""Recipients that are named on the screen; `plan` names all."""


def recipients(arguments: Value) -> tuple[str, ...]:
    """Who gets a message with these arguments: its `to`, one or many."""
    to = arguments.get("to") if isinstance(arguments, Row) else None
    match to:
        case str():
            return (to,)
        case tuple():
            return tuple(str(one) for one in to)
        case _:
            return ()


def letter(arguments: Value) -> tuple[tuple[str, ...], str, str]:
    """Recipients, subject and text out of the arguments of an operation that tells."""
    assert isinstance(arguments, Row)
    subject = text = ""
    for name, value in arguments.items():
        match name, value:
            case _, Row() if "subject" in value and "text" in value:
                subject, text = str(value["subject"]), str(value["text"])
            case "text" | "body", str() if not text:
                text = value
            case _:
                pass
    return recipients(arguments), subject, text


def _plan(request: OperationRequest) -> ChangePlan:
    """Who would get what, as people see it: what is approved."""
    to, subject, text = letter(request.arguments.value)
    more = f" and {len(to) - _SHOWN} more" if len(to) > _SHOWN else ""
    shown = [
        f"to {', '.join(to[:_SHOWN])}{more}",
        subject,
        *(f"| {one}" for one in text.splitlines()),
    ]
    action = OperationAction(operation=request.operation, arguments=request.arguments)
    part = PlannedOperation(
        operation=request.operation,
        arguments=request.arguments,
        text="\n".join(one for one in shown if one),
    )
    return ChangePlan(
        parts=(part,),
        digest=hashlib.sha256(to_line(action).encode()).hexdigest(),
        undo=UndoPlan(kind="irreversible", text="what people were told stays told"),
        rows=0,
    )


def rule_for(turn: Turn, request: OperationRequest) -> ApprovalRule | None:
    """The policy's rule that this message falls under and that nobody has met in this section yet.

    An `approve` of the playbook, answered by somebody whom the rule names, meets it: nobody is asked twice.
    """
    if request.effect != "tell":
        return None
    many = len(recipients(request.arguments.value))
    holding = [
        one
        for one in rules_of(turn.plan.policy, turn.plan.severity)
        if one.about == "messages" and many > one.threshold
    ]
    rule = max(holding, key=lambda one: one.threshold, default=None)
    if rule is None or (rule.how_many == 1 and set(rule.by) & set(turn.course.approved_as)):
        return None
    return rule


def ask(turn: Turn, fiber: Fiber, request: OperationRequest, rule: ApprovalRule) -> None:
    """Have it approved before it goes out. The fiber waits."""
    many = len(recipients(request.arguments.value))
    text = f"Send `{request.operation}` to {many} people?"
    pose(
        turn,
        working(fiber, LetterWork(text=text, request=request)),
        kind="approve",
        text=text,
        plan=_plan(request),
        by=rule.by or fallback(turn.plan.policy),
        due=turn.now + turn.plan.policy.approvals_expire,
        needed=Needed(by=rule.by, how_many=rule.how_many, not_the_operator=rule.not_the_operator),
    )


def noted(turn: Turn, role: str) -> None:
    """Somebody in this role approved something in this section."""
    if role not in turn.course.approved_as:
        turn.course = replace(turn.course, approved_as=(*turn.course.approved_as, role))
