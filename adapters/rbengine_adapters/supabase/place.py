"""Where one project is: the host's clients, its reference, and what the settings say about it."""

import re

import httpx
from rbengine.contract.adapter import Connections

from rbengine_adapters.wire.settings import SettingError, maybe_setting, needed_setting

_REFERENCE = re.compile(r"[a-z]{20}")


class Place:
    """The host's clients `supabase` (the platform) and `supabase_project` (the project's host).

    Raises SettingError where `supabase.project` is missing or no project reference.
    """

    def __init__(self, connections: Connections) -> None:
        self.reference = needed_setting(connections, "supabase.project", "the project's reference")
        if _REFERENCE.fullmatch(self.reference) is None:
            raise SettingError("the setting `supabase.project` is 20 lower-case letters")
        self.platform: httpx.Client = connections.http("supabase")
        self.project: httpx.Client = connections.http("supabase_project")
        self._connections = connections

    def setting(self, name: str) -> str | None:
        """The setting `supabase.NAME`, or None."""
        return maybe_setting(self._connections, f"supabase.{name}")
