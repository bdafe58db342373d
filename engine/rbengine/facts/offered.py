"""Whether any installed package offers something under a group of entry points, told without loading what reads them.

`importlib.metadata` costs 60 ms to import, and hardly any machine has a package that brings adapters.
"""

import os
import sys
from functools import cache


def is_offered(group: str) -> bool:
    """Whether some package names the group. Whatever cannot be looked into counts as one that may."""
    return _looked(group, tuple(dict.fromkeys(sys.path)))


@cache
def _looked(group: str, folders: tuple[str, ...]) -> bool:
    head = f"[{group}]".encode()
    for folder in folders:
        try:
            entries = os.listdir(folder or ".")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True
        for entry in entries:
            if not entry.endswith((".dist-info", ".egg-info")):
                continue
            try:
                with open(os.path.join(folder, entry, "entry_points.txt"), "rb") as file:
                    if head in file.read().replace(b" ", b""):
                        return True
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                return True
    return False
