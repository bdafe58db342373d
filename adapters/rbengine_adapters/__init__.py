"""Adapters: what each provider can do, and the code that does it.

The checker reads signatures only; a signature imports nothing but the contract. Live code is imported by the
name that stands in the signature, when a run needs it.
"""

from importlib import import_module

from rbengine.contract.operations import AdapterSignature

_SIGNATURES = {
    "cron": "rbengine_adapters.signatures.cron",
    "email": "rbengine_adapters.signatures.email",
    "git": "rbengine_adapters.signatures.git",
    "http": "rbengine_adapters.signatures.http",
    "imap": "rbengine_adapters.signatures.imap",
    "meta": "rbengine_adapters.signatures.meta",
    "postgres": "rbengine_adapters.signatures.postgres",
    "realtime": "rbengine_adapters.signatures.realtime",
    "status": "rbengine_adapters.signatures.status",
    "smtp": "rbengine_adapters.signatures.smtp",
    "stripe": "rbengine_adapters.signatures.stripe",
    "supabase": "rbengine_adapters.signatures.supabase",
    "twilio": "rbengine_adapters.signatures.twilio",
}
"""Adapter to the module whose `SIGNATURE` it is."""


def names() -> tuple[str, ...]:
    """Every adapter that comes with the engine, sorted."""
    return tuple(sorted(_SIGNATURES))


def signature_of(name: str) -> AdapterSignature | None:
    """The signature of adapter `name`, or None where there is no such adapter."""
    module = _SIGNATURES.get(name)
    if module is None:
        return None
    signature: AdapterSignature = import_module(module).SIGNATURE
    return signature
