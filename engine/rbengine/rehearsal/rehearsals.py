"""A scenario as it is played: once, or once for each kind of refusal that one of its faults names."""

from collections.abc import Iterator
from itertools import product

import msgspec

from rbengine.syntax.nodes.expressions import Chunk, Template
from rbengine.syntax.nodes.scenarios import Fault, Scenario


def rehearsals_of(scenario: Scenario) -> tuple[Scenario, ...]:
    """The scenario itself; or one for each kind, which stands behind the title: `The refund is refused: conflict`."""
    faults = [one for one in scenario.parts if isinstance(one, Fault) and len(one.refusals) > 1]
    return tuple(_with_one_kind_each(scenario, faults)) if faults else (scenario,)


def _with_one_kind_each(scenario: Scenario, faults: list[Fault]) -> Iterator[Scenario]:
    for kinds in product(*(one.refusals for one in faults)):
        chosen = {
            fault.id: msgspec.structs.replace(fault, refusals=(kind,))
            for fault, kind in zip(faults, kinds, strict=True)
        }
        told = ", ".join(one.text for one in kinds)
        yield msgspec.structs.replace(
            scenario,
            title=_title(scenario.title, f"{scenario.title.plain}: {told}"),
            parts=tuple(chosen.get(one.id, one) for one in scenario.parts),
        )


def _title(title: Template, text: str) -> Template:
    chunk = Chunk(id=title.id, span=title.span, text=text)
    return msgspec.structs.replace(title, parts=(chunk,))
