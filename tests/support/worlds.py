"""`docs/worlds.md`: what a scenario may say about vendors, from the world lines themselves (`make worlds`)."""

from itertools import groupby

from rbengine.contract.operations import Parameter
from rbengine.contract.types import Enum, Type, show
from rbengine.contract.types import Optional as Maybe
from rbengine.rehearsal.company.builders import builders
from support.golden import ROOT

PAGE = ROOT / "docs" / "worlds.md"

HEAD = """\
# Worlds

What a `world`, and an `at` of a scenario, may say about vendors, one line each, beside `table`, `person` and
`contact`. Made by `make worlds` from the simulated company itself. What a world leaves out is as it usually is: status
pages say that all is well, mailboxes are empty, functions were deployed long ago.
"""


def text() -> str:
    """The page."""
    rows = [HEAD.rstrip()]
    lines = sorted(builders().values(), key=lambda one: one.operation.full_name)
    for vendor, group in groupby(lines, key=lambda one: one.operation.adapter):
        rows += ["", f"## {vendor}"]
        for one in group:
            operation = one.operation
            rows += ["", f"### {operation.full_name}", "", operation.doc, ""]
            rows += [_parameter(each) for each in operation.parameters]
            if not operation.parameters:
                rows.pop()
    return "\n".join(rows) + "\n"


def _parameter(one: Parameter) -> str:
    needed = "" if one.default is None else ", may be left out"
    return f"- `{one.name}`: {_type(one.type)}, {one.doc}{needed}"


def _type(type_: Type) -> str:
    """A closed list is written out: that is what an author needs here."""
    match type_:
        case Enum(values=values):
            return "one of " + ", ".join(f"`{one}`" for one in values)
        case Maybe(inner=inner):
            return _type(inner)
        case _:
            return show(type_)


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
