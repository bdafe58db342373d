"""git with a bare repository and a checkout of it, used as a live run uses them."""

from rbengine.contract.values import Value
from rbengine.host.live.connections import LiveConnections
from support.live import LiveBench
from support.peer_programs import found


class GitPeer(LiveBench):
    """The adapter, the program, and repositories that the company's own git has made."""

    def __init__(self, connections: LiveConnections) -> None:
        found("git", "git", "git")
        super().__init__(connections)

    def can(self, ability: str) -> bool:
        """No faults: it is well."""
        return ability != "faults"

    def arrange(self, line: str, **arguments: Value) -> None:
        """The world lines of `git`."""
        assert line.startswith("git."), f"this peer has no {line}"
        super().arrange(line, **arguments)

    def setting(self, name: str) -> str:
        """Where the checkouts are."""
        folder = self.company.setting(name)
        return super().setting(name) if folder is None else folder
