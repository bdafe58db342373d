"""Where runs are kept on this machine: the user's state folder, readable by its owner alone.

`RBENGINE_STATE`, else the setting `state`, else `rbengine` in `XDG_STATE_HOME`, else in `~/.local/state`.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from rbengine.host.errors import JournalError

JOURNAL = "journal.sqlite3"
_KEY = "secrets.key"
_NAMED = "RBENGINE_STATE"


def state_folder(
    setting: str | None, project: Path, environment: Mapping[str, str] = os.environ
) -> Path:
    """The folder as it is asked for. A setting that is no absolute path counts from the project's folder."""
    given = environment.get("RBENGINE_STATE", "")
    if given:
        return Path(given).expanduser().absolute()
    if setting is not None:
        return (project / Path(setting).expanduser()).absolute()
    state = environment.get("XDG_STATE_HOME", "")
    home = Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state"
    return home / "rbengine"


def ready_folder(folder: Path, *, shared: bool = False, setting: str = "") -> Path:
    """Make `folder` where it is missing, see that it is private, and give the journal's file in it.

    `shared`: its group may read and write too, which is for whoever keeps one journal for several users of a machine.
    `setting` is what names the folder, where that is not the user's own. Raises JournalError.
    """
    try:
        make_folder(folder, shared=shared)
        _refuse_open_door(folder, shared, setting)
        file = folder / JOURNAL
        make_file(file, shared=shared)
    except OSError as error:
        raise JournalError(
            f"runs cannot be kept here: {error.strerror}",
            place=str(folder),
            way_out=f"let {setting or _NAMED} name a folder that you may write to",
        ) from error
    return file


def make_folder(folder: Path, *, shared: bool = False) -> None:
    """A folder of our own, whatever mode the process gives new ones; one that is there stays as it is."""
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        folder.chmod(0o2770 if shared else 0o700)


def make_file(file: Path, *, shared: bool = False) -> None:
    """An empty file of our own, likewise. SQLite's own files beside a journal take its mode."""
    if file.exists():
        return
    mode = 0o660 if shared else 0o600
    number = os.open(file, os.O_RDWR | os.O_CREAT, mode)
    try:
        os.fchmod(number, mode)
    finally:
        os.close(number)


def secret_key(folder: Path, *, shared: bool = False) -> bytes:
    """With what the digests of live runs' secrets are made: random, of this folder, made when first asked for.

    Raises JournalError.
    """
    file = folder / _KEY
    try:
        make_folder(folder, shared=shared)
        if not file.exists():
            fresh = file.with_name(f"{_KEY}.{os.getpid()}")
            make_file(fresh, shared=shared)
            fresh.write_bytes(os.urandom(32))
            try:
                os.link(fresh, file)  # whoever comes second finds the first one's
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return file.read_bytes()
    except OSError as error:
        raise JournalError(
            f"the key of this folder's secrets cannot be read: {error.strerror}",
            place=str(file),
            way_out="it must be readable for whoever drives runs that are kept here",
        ) from error


def _refuse_open_door(folder: Path, shared: bool, setting: str) -> None:
    found = folder.stat()
    mode = stat.S_IMODE(found.st_mode)
    if shared:
        if mode & 0o007:
            raise JournalError(
                "journals hold what runs saw, in clear, and everybody on this machine may open this folder",
                place=str(folder),
                way_out=f"chmod 2770 {folder}",
            )
        return
    if found.st_uid != os.geteuid():
        raise JournalError(
            "this folder belongs to somebody else",
            place=str(folder),
            way_out=f"let {setting or _NAMED} name a folder of your own, or set `shared = true` "
            + ("beside it" if setting else "below `[state]`"),
        )
    if mode & 0o077:
        raise JournalError(
            "journals hold what runs saw, in clear, and others on this machine may open this folder",
            place=str(folder),
            way_out=f"chmod 700 {folder}",
        )
