"""A file is replaced whole or not at all: who reads it meanwhile sees the old text or the new one."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in the place of what `path` holds; its mode stays, and a link still points to it.

    A new file gets the mode that the process gives new files. Raises OSError where that is not possible; then the file
    is as it was.
    """
    target = Path(os.path.realpath(path))
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else _mode_of_new_files()
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "it is read-only", str(target))
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with open(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _mode_of_new_files() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
