"""The metrics of the database's machine: Prometheus text, as far as runbooks read it."""

import base64
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from rbengine.contract.adapter import Invocation
from rbengine.contract.values import Row, Value

from rbengine_adapters.supabase.calls import SupabaseCalls
from rbengine_adapters.wire.endings import CallEndedError, garbled

PATH = "/customer/v1/privileged/metrics"

_LINE = re.compile(
    r"""(?P<name>[A-Za-z_:][\w:]*)(?:\{(?P<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(?P<value>\S+)(?:\s+-?\d+)?"""
)
"""A sample; its moment, where it has one, does not matter."""
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

Sample = tuple[str, Mapping[str, str], Decimal]


def metrics(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - one form for all
    """`supabase.metrics`."""
    response = calls.at_project("GET", PATH, changes=False, headers=_basic(calls))
    found = list(_samples(response.text))
    cpu = [one for one in found if one[0] == "node_cpu_seconds_total"]
    busy = [one for one in cpu if one[1].get("mode") not in ("idle", "iowait")]
    disk = _biggest_disk(found)
    return Row(
        {
            "cpu_busy_ms": _milliseconds(busy),
            "cpu_ms": _milliseconds(cpu),
            "load": _value(found, "node_load1"),
            "cores": len({one[1].get("cpu") for one in cpu}),
            "memory_bytes": int(_value(found, "node_memory_MemTotal_bytes")),
            "memory_available_bytes": int(_value(found, "node_memory_MemAvailable_bytes")),
            "disk_bytes": int(_value(found, "node_filesystem_size_bytes", disk)),
            "disk_available_bytes": int(_value(found, "node_filesystem_avail_bytes", disk)),
        }
    )


def _samples(text: str) -> Iterator[Sample]:
    """Name, labels and value of every line; comments and what is no number (`NaN`) are passed over."""
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            continue
        try:
            value = Decimal(found["value"])
        except InvalidOperation:
            continue
        if value.is_finite():
            yield found["name"], dict(_LABEL.findall(found["labels"] or "")), value


def _milliseconds(samples: list[Sample]) -> int:
    if not samples:
        raise CallEndedError(garbled("Supabase", changes=False))
    return int(sum(one[2] for one in samples) * 1000)


def _biggest_disk(samples: list[Sample]) -> str | None:
    """Where the database's own disk is mounted: the machine's other file systems are small."""
    sizes = [one for one in samples if one[0] == "node_filesystem_size_bytes"]
    return max(sizes, key=lambda one: one[2])[1].get("mountpoint") if sizes else None


def _value(samples: list[Sample], name: str, mountpoint: str | None = None) -> Decimal:
    for one in samples:
        if one[0] == name and (mountpoint is None or one[1].get("mountpoint") == mountpoint):
            return one[2]
    raise CallEndedError(garbled("Supabase", changes=False))


def _basic(calls: SupabaseCalls) -> dict[str, str]:
    """The one place that takes the key as a password only."""
    key = calls.place.setting("service_key")
    if key is None:
        return {}
    words = base64.b64encode(f"service_role:{key}".encode()).decode("ascii")
    return {"authorization": f"Basic {words}"}
