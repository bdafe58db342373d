"""What adapters promise, as the checker reads it."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from rbengine.conformance.fitting import misfit
from rbengine.contract import types
from rbengine.contract.operations import Operation
from rbengine.contract.values import Money, Row, SecretReference, SecretValue
from rbengine_adapters import names, signature_of
from support.peers import SimulatedPeer

HTTP_ADAPTERS = ("email", "http", "meta", "status", "stripe", "supabase", "twilio")
ON_A_DATABASE = ("cron", "postgres")
ADAPTERS = (*HTTP_ADAPTERS, *ON_A_DATABASE, "git", "imap", "realtime", "smtp")

VERBS = (
    "CREATE",
    "DELETE",
    "DROP",
    "EHLO;",
    "EXAMINE",
    "GET",
    "LOGIN",
    "PATCH",
    "POST",
    "PUT",
    "SELECT",
    "git",
    "wss:",
)
"""What a call begins with."""

OPERATIONS = [
    one
    for name in ADAPTERS
    for signature in [signature_of(name)]
    if signature is not None
    for one in signature.operations
]


def named(operation: Operation) -> str:
    """For the test's name."""
    return operation.full_name


def test_adapters_are_known_by_name() -> None:
    """The checker asks for names as playbooks write them."""
    assert set(ADAPTERS) <= set(names())
    assert list(names()) == sorted(names())
    assert signature_of("nonsense") is None


def test_every_name_leads_to_its_own_signature() -> None:
    """A wrong line in the table would check one adapter's calls by another's promises."""
    for name in names():
        signature = signature_of(name)
        assert signature is not None
        assert signature.name == name
        assert {one.adapter for one in signature.operations} <= {name}


def test_reading_a_signature_loads_no_client_library() -> None:
    """`check` runs at every keystroke."""
    heavy = (
        "httpx",
        "imaplib",
        "psycopg",
        "pydantic",
        "stripe",
        "twilio",
        "websockets",
        "rbengine_adapters.wire",
    )
    code = (
        "import sys, rbengine_adapters\n"
        f"for name in {ADAPTERS!r}: rbengine_adapters.signature_of(name)\n"
        f"print([one for one in {heavy!r} if one in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_every_operation_says_where_it_comes_from(operation: Operation) -> None:
    """The call behind it and its source are shown to operators."""
    assert operation.doc.endswith(".")
    assert operation.api.startswith(VERBS)
    assert operation.source.startswith("https://")


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_every_default_is_of_its_parameters_type(operation: Operation) -> None:
    """A default that does not fit would fail in an incident and nowhere else."""
    for parameter in operation.parameters:
        if parameter.default is not None:
            assert misfit(parameter.default.value, parameter.type, parameter.name) is None


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_a_changing_operation_says_how_it_is_settled(operation: Operation) -> None:
    """A key that stands in what was made is looked for; what only reads, or is the same twice, needs no look."""
    if operation.idempotency == "naturally":
        assert not operation.settles
    elif operation.idempotency == "by key":
        assert operation.settles or operation.key_window is not None
    if operation.effect == "observe":
        assert operation.idempotency == "naturally"


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.adapter not in ON_A_DATABASE], ids=named
)
def test_every_operation_is_there_live(operation: Operation) -> None:
    """A promise without code behind it would be found out at three in the morning."""
    peer = SimulatedPeer()
    peer.company.files = NoFiles
    samples: dict[str, object] = {
        "customer": "cus_1",
        "payment": "pi_1",
        "function": "sync",
        "to": "a@b.test",
    }
    arguments = {
        one.name: samples.get(one.name, _sample(one.type, peer))
        for one in operation.parameters
        if one.default is None
    }
    peer.call(operation.full_name, **arguments)  # type: ignore[arg-type]  # samples fit their names


class NoFiles:
    """A project without a bucket."""

    def buckets(self) -> list[dict[str, object]]:
        return []

    def change_bucket(
        self, id_: str, public: bool, limit: int | None, types: list[str] | None
    ) -> None:
        raise AssertionError(id_, public, limit, types)

    def remove(self, bucket: str, names: Sequence[str]) -> list[str]:
        raise AssertionError(bucket, names)


def test_an_operation_that_is_not_promised_is_a_defect() -> None:
    """The host never calls one; if it does, nothing may happen in silence."""
    peer = SimulatedPeer()
    adapter = peer.adapter("stripe")
    invocation = peer.invocation("stripe.customer", "key", {"customer": "cus_1"})
    wrong = type(invocation)(
        operation="nonsense",
        arguments=invocation.arguments,
        key=invocation.key,
        timeout=invocation.timeout,
        now=invocation.now,
    )
    with pytest.raises(ValueError, match="nonsense"):
        adapter.perform(wrong)


def _sample(type_: types.Type, peer: SimulatedPeer) -> object:
    match type_:
        case types.Scalar(name="instant"):
            return peer.now
        case types.ListOf(item=types.Scalar(name="email")):
            return ("a@b.test",)
        case types.ListOf(item=types.Record() as item):
            return (_sample(item, peer),)
        case types.ListOf():
            return ("a",)
        case types.Record():
            return Row({one.name: _sample(one.type, peer) or "x" for one in type_.fields})
        case types.Scalar(name="int"):
            return 993
        case types.Scalar(name="money"):
            return Money(1, "usd")
        case types.Secret():
            return SecretValue("s3cret", SecretReference("key", "digest"))
        case types.Enum(values=values):
            return values[0]
        case _:
            return None
