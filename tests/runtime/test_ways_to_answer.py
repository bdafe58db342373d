"""What is offered to be typed is what is taken."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rbengine.contract.types import TEXT
from rbengine.contract.values import Datum
from rbengine.runtime.commands import AskPeople, Choice, EvidenceAsked
from rbengine.runtime.ways_to_answer import ways_to_answer

FEW = tuple(Choice(name=one, text=one, value=Datum(one)) for one in ("wait", "restart"))
MANY = tuple(Choice(name=str(n), text=f"commit {n}", value=Datum(n)) for n in range(9))
GIVES = tuple(EvidenceAsked(name=one, type=TEXT, text=one) for one in ("ticket", "by"))


@pytest.mark.parametrize(
    ("asked", "ways"),
    [
        ({"kind": "ask"}, ("answer R VALUE",)),
        ({"kind": "choose", "choices": FEW}, ("answer R wait", "answer R restart")),
        ({"kind": "choose", "choices": MANY}, ("answer R NAME",)),
        ({"kind": "manual", "gives": GIVES}, ("answer R ticket=VALUE by=VALUE",)),
        ({"kind": "manual"}, ("answer R",)),
        ({"kind": "undo"}, ("approve R", "reject R")),
    ],
)
def test_the_commands_name_what_is_asked_for(asked: dict[str, Any], ways: tuple[str, ...]) -> None:
    """Nobody looks up at night what a choice, or a piece of evidence, is called."""
    ask = AskPeople(question=1, text="?", by=(), due=datetime(2026, 3, 2, tzinfo=UTC), **asked)
    assert ways_to_answer(ask, "R") == tuple(f"rbengine {one}" for one in ways)
