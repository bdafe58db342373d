"""`rbengine adapters`, and the page of all of them."""

import json

import pytest
from cli.conftest import Command
from rbengine.report.text import cells
from rbengine_adapters import names, signature_of
from support import adapters


def test_every_adapter_is_listed(rbengine: Command) -> None:
    """A line each."""
    done = rbengine("adapters")
    assert (done.code, [one.split()[0] for one in done.out.splitlines()]) == (0, list(names()))


@pytest.mark.parametrize("name", names())
def test_every_operation_is_told(rbengine: Command, name: str) -> None:
    """With its arguments, its effect and the call behind it, in 80 columns."""
    signature = signature_of(name)
    assert signature is not None
    done = rbengine("adapters", name)
    assert done.code == 0
    assert [one for one in done.out.splitlines() if cells(one) > 80] == []
    flat = "".join(done.out.split())
    for one in signature.operations:
        assert f"{one.full_name}(" in flat
        assert "".join(one.doc.split()) in flat
        assert "".join(one.api.split()) in flat


def test_programs_get_the_same(rbengine: Command) -> None:
    """Types as the language writes them."""
    (told,) = json.loads(rbengine("adapters", "email", "--json").out)
    send = next(one for one in told["operations"] if one["name"] == "email.send")
    assert (send["effect"], send["idempotency"], send["result"]) == ("tell", "by key", "email.sent")
    assert send["parameters"][0] == {
        "name": "to", "type": "email", "doc": "who gets it", "required": True,
    }  # fmt: skip


def test_an_adapter_that_is_none_is_told(rbengine: Command) -> None:
    """With what may have been meant."""
    done = rbengine("adapters", "strip")
    assert (done.code, done.out) == (2, "")
    assert "did you mean `stripe`?" in done.err


def test_the_page_is_of_today() -> None:
    """`make adapters` writes it."""
    assert adapters.PAGE.read_text("utf-8") == adapters.text()
