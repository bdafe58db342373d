"""dovecot with mailboxes of its own: found where Debian puts it, started on loopback; one password opens them all."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from rbengine.contract.adapter import Stream
from rbengine.contract.values import Value
from rbengine.host.live.connections import LiveConnections
from support.live import LiveBench
from support.peer_programs import found, free_port, listens, running

PASSWORD = "canary-of-a-mailbox"
USERS = ("a@club.test", "b@club.test", "copies@simulated.test")

_CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/homes/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class ImapServer:
    """Where it is, and what is in it."""

    def __init__(self, folder: Path, port: int, uid: int, gid: int) -> None:
        self.folder = folder
        self.port = port
        self._owner = (uid, gid)
        self._arrived = 0
        self._names: set[str] = set()

    def open(self, name: str) -> None:
        """There is a mailbox of that name, as it was left."""
        self._names.add(name)
        home = self.folder / "homes" / name
        for part in ("cur", "new", "tmp"):
            (home / "Maildir" / part).mkdir(parents=True, exist_ok=True)
        for path in (home, home / "Maildir", *(home / "Maildir").iterdir()):
            os.chown(path, *self._owner)

    def forget(self) -> None:
        """Every mailbox is empty."""
        for name in self._names:
            maildir = self.folder / "homes" / name / "Maildir"
            for part in ("cur", "new"):
                for one in (maildir / part).glob("*"):
                    one.unlink()

    def mails(self, name: str) -> dict[str, tuple[str, bytes]]:
        """Each mail of `name`: its flags and content, as they lie on the disk."""
        maildir = self.folder / "homes" / name / "Maildir"
        return {
            one.name.partition(":")[0]: (one.name.partition(",")[2], one.read_bytes())
            for part in ("cur", "new")
            for one in (maildir / part).glob("*")
        }

    def arrives(self, name: str, content: bytes, at: datetime) -> None:
        """A mail is in the mailbox of `name` since `at`."""
        self._arrived += 1
        file = self.folder / "homes" / name / "Maildir" / "new" / f"{self._arrived}.test.here"
        file.write_bytes(content)
        os.utime(file, (at.timestamp(), at.timestamp()))
        os.chown(file, *self._owner)


@contextmanager
def imap_server(names: Sequence[str] = USERS) -> Iterator[ImapServer]:
    """dovecot with the mailboxes `names` until the end of the block."""
    program = found("dovecot", "dovecot-imapd", "/usr/sbin/dovecot", "dovecot")
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        folder.chmod(0o755)
        uid, gid = (65534, 65534) if os.geteuid() == 0 else (os.getuid(), os.getgid())
        server = ImapServer(folder, free_port(), uid, gid)
        for name in names:
            server.open(name)
        (folder / "homes").mkdir(exist_ok=True)
        os.chown(folder / "homes", uid, gid)
        (folder / "configuration").write_text(_configuration(server, uid, gid))
        command = [str(program), "-F", "-c", str(folder / "configuration")]
        with running(command, partial(listens, server.port), log=folder / "output"):
            yield server
    finally:
        shutil.rmtree(folder)


def _configuration(server: ImapServer, uid: int, gid: int) -> str:
    us = pwd.getpwuid(os.getuid()).pw_name
    internal, login = ("dovecot", "dovenull") if os.geteuid() == 0 else (us, us)
    return _CONFIGURATION.format(
        folder=server.folder, password=PASSWORD, port=server.port, uid=uid, gid=gid, internal=internal, login=login,
        group="dovecot" if os.geteuid() == 0 else "$default_internal_user",
    )  # fmt: skip


class ImapPeer(LiveBench):
    """The adapter and that server. What the company calls by its own names is this machine."""

    def __init__(self, connections: LiveConnections, server: ImapServer) -> None:
        super().__init__(connections)
        self.server = server
        self._locked: set[str] = set()

    def can(self, ability: str) -> bool:
        """No faults: it is well."""
        return ability != "faults"

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:  # noqa: ARG002
        """As a live host hands it out."""
        return super().stream(provider, "127.0.0.1", self.server.port, timeout)

    def setting(self, name: str) -> str:
        """As a live host hands it out."""
        return "canary-that-is-wrong" if name in self._locked else super().setting(name)

    def arrange(self, line: str, **arguments: Value) -> None:
        """The world lines of `imap`."""
        match line:
            case "imap.message":
                at = arguments["at"]
                assert isinstance(at, datetime)
                heads = {"From": "from", "Subject": "subject", "Message-ID": "id"}
                lines = [
                    f"{head}: {arguments[name]}" for head, name in heads.items() if arguments[name]
                ]
                content = "\r\n".join([*lines, "", "Hello", ""]).encode()
                self.server.arrives(str(arguments["mailbox"]), content, at)
            case "imap.mailbox":
                # The server knows another password than the profile.
                self._locked.add(f"imap.password.{arguments['email']}")
            case _:
                raise AssertionError(f"this peer has no {line}")


def imap_settings() -> dict[str, str]:
    """What a profile says of it."""
    return {f"imap.password.{one}": PASSWORD for one in USERS}
