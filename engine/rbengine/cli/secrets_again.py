"""Secrets that went with the process that held them: typed in again, where somebody sits at the terminal."""

import getpass
from collections.abc import Mapping

from rbengine.contract.values import SecretReference
from rbengine.report.text import visible

NO_SECRETS: Mapping[SecretReference, str] = {}


class SecretsAgain:
    """An `AskAgain`: what was `given` with the command first, then whoever sits here.

    What is typed counts only where its digest is that of the secret that was lost.
    """

    def __init__(self, given: Mapping[SecretReference, str], *, quiet: bool) -> None:
        """`quiet`: nobody sits here."""
        self._given = given
        self._quiet = quiet
        self._declined: set[SecretReference] = set()

    def __call__(self, reference: SecretReference) -> str | None:
        """The secret; None where nobody knows it."""
        if reference in self._given:
            return self._given[reference]
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
