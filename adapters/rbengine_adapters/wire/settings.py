"""What the host's settings say to an adapter."""

from rbengine.contract.adapter import Connections


class SettingError(LookupError):
    """A setting is missing or cannot be understood; the text says which, what it is for, and a way out."""


def needed_setting(connections: Connections, name: str, purpose: str) -> str:
    """The setting `name`. Raises SettingError where the profile has none."""
    try:
        return connections.setting(name)
    except KeyError:
        raise SettingError(f"the setting `{name}` is missing: {purpose}") from None


def maybe_setting(connections: Connections, name: str) -> str | None:
    """The setting `name`, or None where the profile has none."""
    try:
        return connections.setting(name)
    except KeyError:
        return None
