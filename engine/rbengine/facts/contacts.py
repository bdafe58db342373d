"""Ways to people in `rbengine.toml`: the address itself, or a reference to it."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.policy import CHANNELS
from rbengine.facts.references import Reference, reference_in
from rbengine.facts.setting_problems import Problems
from rbengine.facts.toml_places import Path

AS_COMMAND = '`{ command = ["program", "argument"] }`'


def read_channels(
    channels: Mapping[str, Any], keys: Path, problems: Problems
) -> dict[str, Reference]:
    """The channels of one contact, by kind."""
    known: dict[str, Reference] = {}
    for kind, address in channels.items():
        if kind not in CHANNELS:
            problems.unknown((*keys, kind), CHANNELS)
            continue
        if not isinstance(address, str) or not address:
            example = "+393331234567" if kind == "sms" else "somebody@example.com"
            way_out = f'`{kind} = "{example}"` or `{kind} = "env:NAME"`'
            problems.add("E562", (*keys, kind), "an address is a text in quotes", way_out)
            continue
        found = reference_in(address)
        if found is None:
            no_reference((*keys, kind), problems, "env:NAME", command=False)
        else:
            known[kind] = found
    return known


def no_reference(keys: Path, problems: Problems, example: str, *, command: bool = True) -> None:
    """A text that begins as a reference and is none. It is not repeated: it may be a secret.

    `command`: one could stand there too.
    """
    from rbengine.facts.toml_writing import written_key

    key = written_key(keys[-1])
    ways = [f'`{key} = "{example}"`', '`"file:PATH"`', *([AS_COMMAND] if command else [])]
    told = f"`{key}` refers to nothing that can be followed"
    problems.add("E566", keys, told, f"{', '.join(ways[:-1])} or {ways[-1]}")
