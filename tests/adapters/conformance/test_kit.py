"""Adapters that come with the engine pass the kit that other packages' adapters pass."""

import pytest
from rbengine.conformance import Case, Check, Kit
from rbengine.contract.values import Row

MESSAGE = Row({"subject": "Hello", "text": "That is all."})
OTHER = Row({"subject": "Hello", "text": "That was not all."})

EMAIL = Kit(
    adapter="email",
    cases=(
        Case(operation="send", arguments={"to": "a@b.test", "message": MESSAGE}),
        Case(
            operation="send",
            arguments={"to": "nobody", "message": MESSAGE},
            refused="invalid",
        ),
        Case(
            operation="send",
            arguments={"to": "a@b.test", "message": MESSAGE},
            before={"to": "a@b.test", "message": OTHER},
            refused="conflict",
        ),
        Case(
            operation="send_each",
            arguments={
                "to": tuple(f"p{number}@b.test" for number in range(250)),
                "message": MESSAGE,
            },
            count=250,
        ),
        Case(
            operation="domains",
            world=tuple(("email.domain", {"name": f"{number}.test"}) for number in range(130)),
            count=130,
        ),
    ),
)


SMTP = Kit(
    adapter="smtp",
    cases=(
        Case(operation="send", arguments={"to": "a@b.test", "message": MESSAGE}),
        Case(operation="send", arguments={"to": "nobody", "message": MESSAGE}, refused="invalid"),
        Case(
            operation="send",
            arguments={"to": "full@b.test", "message": MESSAGE},
            world=(("smtp.address", {"email": "full@b.test", "code": 552}),),
            refused="conflict",
        ),
        Case(operation="probe"),
    ),
)


@pytest.mark.parametrize("check", EMAIL.checks(), ids=str)
def test_email_passes(check: Check) -> None:
    """Each says by its name what it looks at."""
    check()


@pytest.mark.parametrize("check", SMTP.checks(), ids=str)
def test_smtp_passes(check: Check) -> None:
    """What speaks no HTTP keeps the rest."""
    check()
