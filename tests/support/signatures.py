"""Small adapters for tests of the language: a shop, its mail, its functions and its logs."""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.types import (
    BOOL,
    EMAIL,
    INSTANT,
    INT,
    JSON,
    MONEY,
    TEXT,
    Enum,
    FieldType,
    ListOf,
    Record,
    Secret,
    Type,
    optional,
)
from rbengine.contract.values import Datum

ORDER_STATUS = Enum(("open", "paid", "cancelled"), "shop.order_status")
ORDER = Record(
    (
        FieldType("id", TEXT),
        FieldType("status", ORDER_STATUS),
        FieldType("price", MONEY),
        FieldType("items", INT),
        FieldType("plan", optional(TEXT)),
        FieldType("placed", INSTANT),
        FieldType("metadata", JSON),
    ),
    "shop.order",
)


def parameter(name: str, type_: Type, **more: object) -> Parameter:
    return Parameter(name=name, type=type_, doc=name, **more)  # type: ignore[arg-type]


def operation(adapter: str, name: str, *parameters: Parameter, **more: object) -> Operation:
    return Operation(adapter=adapter, name=name, doc=name, parameters=parameters, **more)  # type: ignore[arg-type]


SHOP = AdapterSignature(
    name="shop",
    title="Shop",
    version="1",
    records=(ORDER,),
    operations=(
        operation("shop", "latest_order", parameter("customer", TEXT), effect="observe", result=optional(ORDER)),
        operation(
            "shop", "orders",
            parameter("customer", TEXT),
            parameter("since", INSTANT, default=Datum(None)),
            parameter("status", optional(ORDER_STATUS), default=Datum(None)),
            effect="observe", result=ListOf(ORDER),
        ),
        operation(
            "shop", "cancel", parameter("order", TEXT), effect="change", result=ORDER, idempotency="by key"
        ),
        operation("shop", "run", parameter("name", TEXT), effect="change", idempotency="no", runs="name"),
        operation("shop", "restore", parameter("order", TEXT), effect="change"),
        operation("shop", "set_secret", parameter("name", TEXT), parameter("value", Secret(TEXT)), effect="change"),
    ),
)  # fmt: skip
MAIL = AdapterSignature(
    name="mail",
    title="Mail",
    version="1",
    operations=(
        operation(
            "mail", "send", parameter("to", EMAIL), parameter("message", JSON, message=True),
            effect="tell", idempotency="by key",
        ),
        operation(
            "mail", "send_each", parameter("to", ListOf(EMAIL)), parameter("message", JSON, message=True),
            effect="tell", idempotency="no",
        ),
        operation("mail", "ping", parameter("loud", BOOL, default=Datum(False)), effect="observe"),
    ),
)  # fmt: skip
LOGS = AdapterSignature(
    name="logs",
    title="Logs",
    version="1",
    operations=(
        operation(
            "logs", "lines", parameter("since", INSTANT), effect="observe", may_lose_entries=True,
            result=ListOf(Record((FieldType("text", TEXT), FieldType("at", INSTANT)), "logs.line")),
        ),
    ),
)  # fmt: skip

SIGNATURES = {one.name: one for one in (SHOP, MAIL, LOGS)}
