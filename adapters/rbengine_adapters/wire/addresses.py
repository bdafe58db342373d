"""Addresses that mail goes to."""

from rbengine.contract.values import Value

from rbengine_adapters.wire.endings import CallEndedError


def one_address(value: Value) -> str:
    """One address and nothing else: no list, no line break, no display name. Ends the call where it is none."""
    if (
        not isinstance(value, str)
        or value.count("@") != 1
        or any(character.isspace() or character in "<>,;" for character in value)
    ):
        shown = value if isinstance(value, str) else "this"
        raise CallEndedError.refused("invalid", f"`{shown}` is no e-mail address")
    return value
