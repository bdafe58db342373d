"""Secrets that went with the process that held them: named by the command, or typed in again at the terminal."""

import getpass
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from rbengine.cli.usage import UsageError
from rbengine.contract.values import SecretReference
from rbengine.facts.references import FromEnvironment, FromFile, reference_in
from rbengine.report.text import visible

NO_SECRETS: Mapping[SecretReference, str] = {}
NOBODY_NAMED: Mapping[str, str] = {}


class SecretsAgain:
    """An `AskAgain`: what was `given` with the command first, what it says by `named`, then whoever sits here.

    It counts only where its digest is that of the secret that was lost.
    """

    def __init__(
        self, given: Mapping[SecretReference, str], named: Mapping[str, str], *, quiet: bool
    ) -> None:
        """`quiet`: nobody sits here."""
        self._given = given
        self._named = dict(named)
        self._quiet = quiet
        self._declined: set[SecretReference] = set()

    def __call__(self, reference: SecretReference) -> str | None:
        """The secret; None where nobody knows it."""
        if reference in self._given:
            return self._given[reference]
        if reference.name in self._named:
            return self._named.pop(reference.name)  # what was wrong once is not tried again
        if self._quiet or reference in self._declined:
            return None
        name = visible(reference.name)
        try:
            typed = getpass.getpass(f"{name} was in memory only and is lost; again, or Enter: ")
        except EOFError:
            typed = ""
        if not typed:
            self._declined.add(reference)
            return None
        return typed


def read_secrets(typed: Sequence[str]) -> dict[str, str]:
    """`NAME=env:VARIABLE` or `NAME=file:PATH` for each: the secrets by name. Raises UsageError."""
    return dict(_read(one) for one in typed)


def _read(typed: str) -> tuple[str, str]:
    name, _, where = typed.rpartition("=")
    found = secret_at(where if name else "", f"--secret {visible(name or typed)}", "NAME=")
    return name, found


def secret_at(where: str, place: str, before: str = "") -> str:
    """What `env:VARIABLE` or `file:PATH` holds. Raises UsageError, also for a secret that was typed itself."""
    match reference_in(where) if where else None:
        case FromEnvironment(variable=variable):
            if variable not in os.environ:
                raise UsageError(f"the environment has no `{variable}`", place=place)
            return os.environ[variable]
        case FromFile(path=path):
            try:
                return Path(path).expanduser().read_text(encoding="utf-8").rstrip("\n")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(
                    f"`{visible(path)}` cannot be read: {error}", place=place
                ) from None
        case _:
            raise UsageError(
                f"a secret is {before}env:VARIABLE or {before}file:PATH",
                place=place,
                notes=["what stands in a command stands in the shell's history, and others see it"],
                way_out="put it into a variable, or into a file that you alone may read",
            )
