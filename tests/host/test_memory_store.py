"""The store in memory keeps the contract of every store."""

import pytest
from host.conformance_store import StoreConformance, lives
from rbengine.host.journal import JournalStore
from rbengine.host.memory_store import MemoryStore


class TestMemoryStore(StoreConformance):
    """Nothing but the suite: it has no manners of its own."""

    @pytest.fixture
    def store(self) -> JournalStore:
        return MemoryStore(lives)
