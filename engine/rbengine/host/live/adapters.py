"""Adapters of a live run: used only where each must be."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from rbengine.contract.adapter import Adapter, Connections
from rbengine.contract.operations import AdapterSignature
from rbengine.contract.outcomes import Outcome, Refused, Unsettled
from rbengine.contract.values import Value
from rbengine.host.adapters import Adapters
from rbengine.host.live.proof import Proof, demand_all
from rbengine.host.secrets import SecretBox


class LiveAdapters(Adapters):
    """`Adapters` that prove where they are before their first call."""

    def __init__(
        self,
        signature: Callable[[str], AdapterSignature | None],
        connections: Connections,
        secrets: SecretBox,
        proof: Proof,
    ) -> None:
        super().__init__(signature, connections, secrets)
        self._signatures = signature
        self._proof = proof

    def perform(
        self, operation: str, arguments: Value, key: str, timeout: timedelta, now: datetime
    ) -> Outcome:
        """As everywhere; a live adapter that cannot say where it is refuses. Raises ElsewhereError."""
        unproven = self.unproven(operation.partition(".")[0])
        if unproven is not None:
            return unproven
        return super().perform(operation, arguments, key, timeout, now)

    def settle(
        self, operation: str, arguments: Value, key: str, timeout: timedelta, now: datetime
    ) -> Outcome:
        """As everywhere; nothing can be told by an adapter that cannot say where it is. Raises ElsewhereError."""
        unproven = self.unproven(operation.partition(".")[0])
        if unproven is not None:
            return Unsettled(unproven.text)
        return super().settle(operation, arguments, key, timeout, now)

    def unproven(self, name: str) -> Refused | None:
        """Why the adapter `name` cannot be used yet; None where it can. Raises ElsewhereError."""
        signature = self._signatures(name)
        if signature is None:
            return None
        adapter, _ = self.adapter(f"{name}.")
        return self._proof.demand(signature, adapter)

    def prove(self, names: Iterable[str]) -> Mapping[str, Refused]:
        """Let all of `names` say where they are; those that could not. Raises ElsewhereError."""
        found: list[tuple[AdapterSignature, Adapter]] = []
        for name in names:
            signature = self._signatures(name)
            if signature is not None:
                found.append((signature, self.adapter(f"{name}.")[0]))
        return demand_all(self._proof, found)
