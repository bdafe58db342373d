"""The store on disk keeps the contract of every store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from host.conformance_store import StoreConformance, lives
from rbengine.host.journal import JournalStore
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import ready_folder


class TestSqliteStore(StoreConformance):
    """The suite on a file in a folder of its own."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[JournalStore]:
        store = SqliteStore(ready_folder(tmp_path / "state"), lives)
        yield store
        store.close()
