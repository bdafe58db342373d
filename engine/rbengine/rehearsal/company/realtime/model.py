"""How Realtime does. What is published stands in the company's database, so the host is asked for that."""

from collections.abc import Callable
from datetime import datetime

from rbengine.rehearsal.company.supabase.model import SupabaseModel

PUBLIC_KEY = "simulated-public-key"


class RealtimeModel:
    """The vendor `realtime`, beside what the Management API keeps of it."""

    name = "realtime"

    def __init__(self, supabase: SupabaseModel, published: Callable[[str, str], bool]) -> None:
        self._supabase = supabase
        self._stuck_since: datetime | None = None
        self.refuses_key = False
        self.published = published
        """Whether a schema's table is in the publication."""

    def stick(self, since: datetime | None) -> None:
        """Channels can be joined and nothing comes, until all connections are closed; None: it is over."""
        self._stuck_since = since

    @property
    def is_stuck(self) -> bool:
        """Whether that is so now."""
        closed = self._supabase.realtime_closed_at
        since = self._stuck_since
        return since is not None and (closed is None or closed < since)

    @property
    def is_suspended(self) -> bool:
        """Whether the project's realtime takes no connections."""
        return bool(self._supabase.realtime["suspend"])
