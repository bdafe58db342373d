"""Which commands of a project's settings this user has looked at and trusts to be run.

Kept in the user's own state folder, never in one that the project names: what comes with a project must not be able to
trust itself.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rbengine.facts.atomic import replace_file
from rbengine.facts.profiles import Profile
from rbengine.facts.references import FromCommand
from rbengine.host.state_folder import make_folder, state_folder

_FOLDER = "trusted"


class Command(NamedTuple):
    """One command, and the setting that it is for."""

    profile: str
    setting: str
    reference: FromCommand


def commands_of(profiles: Mapping[str, Profile]) -> tuple[Command, ...]:
    """Every command that the settings name, in their order."""
    return tuple(
        Command(profile.name, setting, reference)
        for profile in profiles.values()
        for setting, reference in profile.settings.items()
        if isinstance(reference, FromCommand)
    )


def digest_of(commands: Sequence[Command], root: Path) -> str:
    """`sha256:…` of what they run, for what and for how long.

    A file of the project at `root` that a command names is part of what it runs: whoever can change the settings can
    change that too.
    """
    lines = [
        [
            *(one.profile, one.setting, one.reference.timeout.total_seconds()),
            [[word, _content(root, word)] for word in one.reference.words],
        ]
        for one in commands
    ]
    text = json.dumps(lines, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def files_of(commands: Sequence[Command], root: Path) -> tuple[str, ...]:
    """The files of the project that commands name, as they name them, each once."""
    words = (word for one in commands for word in one.reference.words)
    return tuple(dict.fromkeys(word for word in words if _content(root, word)))


def _content(root: Path, word: str) -> str:
    """The digest of the file of the project that `word` names; empty where it names none."""
    try:
        file = (root / word).resolve()
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            return ""
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ""


class Trust:
    """What this user trusts in the project at `root`."""

    def __init__(self, root: Path, environment: Mapping[str, str] = os.environ) -> None:
        place = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32]
        self._folder = state_folder(None, root, environment) / _FOLDER
        self._file = self._folder / f"{place}.json"
        self._root = str(root.resolve())

    def trusts(self, digest: str) -> bool:
        """Whether these very commands were trusted."""
        try:
            if {one.stat().st_uid for one in (self._folder, self._file)} != {os.geteuid()}:
                return False  # somebody else's word is not this user's
            found = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return False
        return isinstance(found, dict) and found == {"project": self._root, "commands": digest}

    def trust(self, digest: str) -> None:
        """From now on. Raises OSError."""
        make_folder(self._folder.parent)
        make_folder(self._folder)
        content = json.dumps({"project": self._root, "commands": digest}, indent=1)
        replace_file(self._file, f"{content}\n".encode())
