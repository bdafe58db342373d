"""Klaxon's adapter keeps what every adapter keeps."""

import pytest
from rbengine.conformance import Case, Check, Kit

SHOP = (("klaxon.service", {"name": "shop"}),)
OPEN = (("klaxon.page", {"service": "shop", "title": "Disk is full"}),)

KIT = Kit(
    adapter="klaxon",
    settings={"klaxon.team": "team-7"},
    cases=(
        Case(operation="open_pages", arguments={"service": "shop"}, world=OPEN * 45, count=45),
        Case(operation="open_pages", arguments={"service": "nobody"}, refused="not_found"),
        Case(operation="page", arguments={"service": "shop", "title": "Help"}, world=SHOP),
        Case(
            operation="page", arguments={"service": "nobody", "title": "Help"}, refused="not_found"
        ),
        Case(
            operation="page",
            arguments={"service": "shop", "title": "two\nlines"},
            world=SHOP,
            refused="invalid",
        ),
        Case(
            operation="page",
            arguments={"service": "shop", "title": "Help"},
            world=SHOP,
            before={"service": "shop", "title": "Something else"},
            refused="conflict",
        ),
        Case(operation="close", arguments={"page": "pg_1"}, world=OPEN),
        Case(operation="close", arguments={"page": "pg_9"}, refused="not_found"),
    ),
)


@pytest.mark.parametrize("check", KIT.checks(), ids=str)
def test_conformance(check: Check) -> None:
    """Each says by its name what it looks at."""
    check()
