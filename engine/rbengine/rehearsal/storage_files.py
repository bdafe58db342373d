"""Buckets and files of the simulated Storage: rows of the world's database, as the vendor keeps them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rbengine.rehearsal.company.exchange import Object

if TYPE_CHECKING:
    from rbengine.host.simulated_database import SimulatedDatabase

_BUCKETS = b"""\
SELECT id, name, coalesce(owner_id, '') AS owner, coalesce(public, false) AS public, file_size_limit,
       allowed_mime_types, created_at, updated_at
FROM storage.buckets
ORDER BY id"""

_CHANGE = b"""\
UPDATE storage.buckets
SET public = $2, file_size_limit = $3, allowed_mime_types = $4, updated_at = now()
WHERE id = $1"""

# The vendor's guard of its tables lets only those pass who say that they are the Storage API.
_ALLOW = b"SELECT set_config('storage.allow_delete_query', 'true', true)"
_REMOVE = b"DELETE FROM storage.objects WHERE bucket_id = $1 AND name = ANY($2) RETURNING name"


class StorageFiles:
    """`company.supabase.project_host.Files` on the world's database."""

    def __init__(self, database: "Callable[[], SimulatedDatabase]") -> None:
        self._database = database

    def buckets(self) -> Sequence[Object]:
        """All of them, by id."""
        cursor = self._connection().execute(_BUCKETS)
        names = [one.name for one in cursor.description or ()]
        return [
            {name: _written(value) for name, value in zip(names, row, strict=True)}
            for row in cursor.fetchall()
        ]

    def change_bucket(
        self, id_: str, public: bool, limit: int | None, types: list[str] | None
    ) -> None:
        """Let it take other files."""
        self._connection().execute(_CHANGE, (id_, public, limit, types))

    def remove(self, bucket: str, names: Sequence[str]) -> Sequence[str]:
        """Remove files; the names of those that were there, sorted."""
        connection = self._connection()
        with connection.transaction():
            connection.execute(_ALLOW)
            rows = connection.execute(_REMOVE, (bucket, list(names))).fetchall()
        return sorted(row[0] for row in rows)

    def _connection(self) -> Any:
        return self._database().sessions.connection


def _written(value: object) -> object:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
