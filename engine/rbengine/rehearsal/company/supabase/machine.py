"""The database's machine as its metrics show it: counters that go up with time, at the use a world gives it."""

from collections.abc import Iterator
from datetime import datetime

_GIB = 1024**3


class Machine:
    """Two cores that have been up since a while before the run."""

    cores = 2
    memory_bytes = 1 * _GIB
    disk_bytes = 8 * _GIB

    def __init__(self, began: datetime) -> None:
        self._changed = began
        self._busy_seconds = 0.0
        self._idle_seconds = 0.0
        self.cpu = 12
        """Percent of all cores in use."""
        self.memory = 55
        self.disk = 40

    def use(self, now: datetime, *, cpu: int, memory: int, disk: int) -> None:
        """From now on it is used like that, in percent."""
        self._count(now)
        self.cpu, self.memory, self.disk = cpu, memory, disk

    def written(self, now: datetime) -> str:
        """The metrics in the text that Prometheus reads."""
        self._count(now)
        return "\n".join(self._lines()) + "\n"

    def _count(self, now: datetime) -> None:
        seconds = (now - self._changed).total_seconds() * self.cores
        self._busy_seconds += seconds * self.cpu / 100
        self._idle_seconds += seconds * (100 - self.cpu) / 100
        self._changed = now

    def _lines(self) -> Iterator[str]:
        yield "# HELP node_cpu_seconds_total Seconds the CPUs spent in each mode."
        yield "# TYPE node_cpu_seconds_total counter"
        for core in range(self.cores):
            idle, busy = self._idle_seconds / self.cores, self._busy_seconds / self.cores
            yield f'node_cpu_seconds_total{{cpu="{core}",mode="idle"}} {idle:.2f}'
            yield f'node_cpu_seconds_total{{cpu="{core}",mode="user"}} {busy:.2f}'
        yield f"node_load1 {self.cores * self.cpu / 100:.2f}"
        yield f"node_memory_MemTotal_bytes {self.memory_bytes}"
        yield f"node_memory_MemAvailable_bytes {self.memory_bytes * (100 - self.memory) // 100}"
        for mount, size in (("/", 2 * _GIB), ("/data", self.disk_bytes)):
            left = size * (100 - self.disk) // 100
            yield f'node_filesystem_size_bytes{{mountpoint="{mount}"}} {size}'
            yield f'node_filesystem_avail_bytes{{mountpoint="{mount}"}} {left}'
