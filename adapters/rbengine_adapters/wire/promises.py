"""Refusals as a signature promises them: what a provider never documented is no reason that a playbook could name."""

from rbengine.contract.operations import AdapterSignature
from rbengine.contract.outcomes import Outcome, RefusalKind, Refused

EVERY_CALL: frozenset[RefusalKind] = frozenset(
    {"unavailable", "rate_limited", "timeout", "unauthorized", "invalid"}
)
"""What any call may be refused with, declared or not: `invalid` where its arguments or the settings are wrong."""


def as_promised(signature: AdapterSignature, operation: str, outcome: Outcome) -> Outcome:
    """`outcome`; of a refusal whose kind the operation does not declare only that nothing happened."""
    promise = signature.operation(operation)
    if not isinstance(outcome, Refused) or promise is None:
        return outcome
    if outcome.kind in EVERY_CALL or outcome.kind in promise.refusals:
        return outcome
    return Refused("unavailable", outcome.text)
