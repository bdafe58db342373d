"""A whole third-party adapter in a few lines: what a host must live with."""

from datetime import datetime

from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.outcomes import Outcome, Succeeded
from rbengine.contract.types import TEXT, Secret
from rbengine.contract.values import Datum, Row, SecretReference, SecretValue

REFERENCE = SecretReference("whsec", "d1")


def operation(name: str, effect: str = "change", **more: object) -> Operation:
    """One operation of the adapter `small`."""
    return Operation(adapter="small", name=name, doc="", parameters=(), effect=effect, **more)


SIGNATURE = AdapterSignature(
    name="small",
    title="Small",
    version="1",
    operations=(
        operation("breaks"),
        operation("rotates", result=Secret(TEXT)),
        Operation(
            adapter="small", name="uses", doc="", effect="change",
            parameters=(Parameter(name="secret", type=Secret(TEXT), doc=""),),
        ),
        operation("keyed", idempotency="by key"),
        operation("natural", idempotency="naturally"),
    ),
    factory="host.small_adapter:factory",
)  # fmt: skip

MAIL = AdapterSignature(
    name="email",
    title="Mail",
    version="1",
    operations=(
        Operation(
            adapter="email", name="send", doc="", effect="tell", idempotency="by key",
            parameters=(
                Parameter(name="to", type=TEXT, doc=""),
                Parameter(name="message", type=TEXT, doc=""),
            ),
        ),
    ),
    factory="host.small_adapter:factory",
)  # fmt: skip


TEXTS = AdapterSignature(
    name="twilio",
    title="Text messages",
    version="1",
    operations=(
        Operation(
            adapter="twilio", name="send", doc="", effect="tell", idempotency="no", settles=True,
            parameters=MAIL.operations[0].parameters,
        ),
    ),
    factory="host.small_adapter:factory",
)  # fmt: skip


class SmallAdapter:
    """Says of each call what its name says."""

    def __init__(self) -> None:
        self.seen: list[Invocation] = []
        self.looked_from: list[datetime] = []

    def perform(self, invocation: Invocation) -> Outcome:
        self.seen.append(invocation)
        match invocation.operation:
            case "breaks":
                raise ZeroDivisionError("a defect")
            case "rotates":
                return Succeeded(Datum(Row({"secret": SecretValue("hunter2", REFERENCE)})))
            case "uses":
                secret = invocation.arguments["secret"]
                assert isinstance(secret, SecretValue)
                return Succeeded(Datum(secret.reveal() == "hunter2"))
            case _:
                return Succeeded(Datum(None))

    def settle(self, invocation: Invocation) -> Outcome | None:
        self.looked_from.append(invocation.now)
        return Succeeded(Datum("found")) if invocation.operation == "send" else None


BUILT: list[SmallAdapter] = []


def factory(connections: Connections) -> Adapter:
    """Keeps what it builds where a test can see it."""
    connections.setting("small")
    BUILT.append(SmallAdapter())
    return BUILT[-1]
