"""The names a fiber sees, as a persistent map: a copy with one more name costs the same at ten and at 100,000."""

from typing import TYPE_CHECKING, TypeAlias

from rpds import HashTrieMap

if TYPE_CHECKING:
    from rbengine.contract.values import Value

    Names: TypeAlias = HashTrieMap[str, Value]
else:
    # msgspec reads annotations at run time, and knows a plain class where it knows no generic one.
    Names = HashTrieMap

NO_NAMES: Names = HashTrieMap()
