"""Messages to many people: the policy may want somebody's approval before they go out."""

from msgspec.structs import replace

from rbengine.contract.policy import ApprovalRule
from rbengine.contract.values import Row, Value
from rbengine.runtime.approvals import Needed, fallback, rules_of
from rbengine.runtime.commands import OperationRequest
from rbengine.runtime.questions import pose
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn, working
from rbengine.runtime.work import LetterWork


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
        working(fiber, LetterWork(text=text)),
        kind="approve",
        text=text,
        by=rule.by or fallback(turn.plan.policy),
        due=turn.now + turn.plan.policy.approvals_expire,
        needed=Needed(by=rule.by, how_many=rule.how_many, not_the_operator=rule.not_the_operator),
    )


def noted(turn: Turn, role: str) -> None:
    """Somebody in this role approved something in this section."""
    if role not in turn.course.approved_as:
        turn.course = replace(turn.course, approved_as=(*turn.course.approved_as, role))
