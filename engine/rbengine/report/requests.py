"""What a call asks for, in one line."""

from rbengine.contract.values import Row, Value
from rbengine.report.values import in_words, literal
from rbengine.runtime.commands import (
    ApplyRequest,
    NotifyRequest,
    OperationRequest,
    PlanRequest,
    QueryRequest,
    Request,
    SettleRequest,
    UndoRequest,
)


def request_in_words(request: Request, zone: str = "UTC") -> tuple[str, str]:
    """What is asked, and its effect: `observe`, `change`, `tell`, `ask`."""
    match request:
        case OperationRequest(operation=operation, arguments=arguments, effect=effect):
            return f"{operation}({arguments_in_words(arguments.value, zone)})", effect
        case QueryRequest(query=query):
            return f"query {query.kind}: {' '.join(query.sql.split())}", "observe"
        case PlanRequest():
            return "plan the change", "observe"
        case ApplyRequest(approved=plan):
            return f"apply {plan.digest[:6]}", "change"
        case UndoRequest():
            return "take it back", "change"
        case SettleRequest():
            return "look whether it was done", "observe"
        case NotifyRequest(contact=contact, about=about, subject=subject):
            return f"{about} to {contact}: {subject}", "tell"


def arguments_in_words(value: Value, zone: str) -> str:
    """`customer: "cus_1", limit: 3`: what is given, without what is absent."""
    if not isinstance(value, Row):
        return in_words(value, zone)
    return ", ".join(
        f"{name}: {literal(one, zone)}" for name, one in value.items() if one is not None
    )
