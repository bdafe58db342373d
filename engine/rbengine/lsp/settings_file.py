"""`rbengine.toml` in an editor: what is wrong with it as one types, what a key is, what could stand there.

It is read, and nothing in it is followed: no variable, no file, no command.
"""

import asyncio
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from lsprotocol import types
from pygls import uris

from rbengine.diagnostics import Diagnostic
from rbengine.facts.adapters import AdapterError, signatures
from rbengine.facts.offered_settings import Offered
from rbengine.facts.project import problems_of_settings, read_text
from rbengine.facts.setting_words import SettingWords
from rbengine.facts.settings import NAME
from rbengine.lsp import answers
from rbengine.lsp.convert import Positions
from rbengine.lsp.publishing import PAUSE, Send
from rbengine.lsp.settings_help import complete_at, hover_at
from rbengine.source import SourceFile


class SettingsFiles:
    """Those of one client. `encoding` gives what places are counted in."""

    def __init__(self, send: Send, encoding: Callable[[], str]) -> None:
        self._send = send
        self._encoding = encoding
        self._typed: dict[str, str] = {}
        self._sent: dict[str, list[types.Diagnostic]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def open(self, uri: str, text: str, *, pause: bool = False) -> bool:
        """A document was opened or typed into; False where it is no settings file."""
        if file_of(uri) is None:
            return False
        self._typed[uri] = text
        self._later(uri, PAUSE if pause else 0)
        return True

    def close(self, uri: str) -> bool:
        """A document was closed: what is on disk counts. False where it is no settings file."""
        if self._typed.pop(uri, None) is None:
            return False
        self._later(uri, 0)
        return True

    def look(self, root: Path) -> None:
        """A project was opened, or its settings were changed on disk; what is typed over them stays."""
        uri = uris.from_fs_path(str(root / NAME))
        known = {file_of(one) for one in self._typed}
        if uri is not None and (root / NAME).is_file() and root / NAME not in known:
            self._publish(uri)

    def stop(self) -> None:
        """Show nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def hover(self, uri: str, position: types.Position) -> types.Hover | None:
        """What the key there is; None where it is none, or no settings file."""
        if uri not in self._typed:
            return None
        source, positions = self._read(self._typed[uri])
        found = hover_at(source, positions.offset(position), self._words)
        return None if found is None else answers.hover(found, positions)

    def complete(self, uri: str, position: types.Position) -> types.CompletionList | None:
        """What could stand there; None where it is no settings file."""
        if uri not in self._typed:
            return None
        source, positions = self._read(self._typed[uri])
        found = complete_at(source, positions.offset(position), self._words)
        return answers.completion(found, positions)

    def actions(self, uri: str, range_: types.Range) -> list[types.CodeAction] | None:
        """The fixes of problems there; None where it is no settings file."""
        if uri not in self._typed:
            return None
        source, positions = self._read(self._typed[uri])
        here = answers.Here(lambda _: uri, lambda _: positions)
        return answers.actions(self._problems(uri, source), positions.span(range_), here)

    @cached_property
    def _words(self) -> SettingWords:
        try:
            return SettingWords(Offered(signatures()))
        except AdapterError:  # of another package: what it offers is not known
            return SettingWords(Offered(()))

    def _read(self, text: str) -> tuple[SourceFile, Positions]:
        source = SourceFile(NAME, text)
        return source, Positions(source, self._encoding())

    def _problems(self, uri: str, source: SourceFile) -> tuple[Diagnostic, ...]:
        file = file_of(uri)
        return () if file is None else problems_of_settings(file.parent, source)

    def _later(self, uri: str, pause: float) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(pause, self._publish, uri)

    def _publish(self, uri: str) -> None:
        text: str | Diagnostic | None = self._typed.get(uri)
        file = file_of(uri)
        if text is None and file is not None and file.is_file():
            text = read_text(NAME, file)
        found: list[types.Diagnostic] = []
        if isinstance(text, str):
            source, positions = self._read(text)
            here = answers.Here(lambda _: uri, lambda _: positions)
            found = answers.diagnostics(self._problems(uri, source), here)
        if self._sent.get(uri, []) != found or (uri in self._typed and uri not in self._sent):
            self._sent[uri] = found
            self._send(types.PublishDiagnosticsParams(uri=uri, diagnostics=found))


def file_of(uri: str) -> Path | None:
    """The settings file behind a URI; None for what is none."""
    path = uris.to_fs_path(uri) if uris.uri_scheme(uri) == "file" else None
    file = None if path is None else Path(path)
    return file if file is not None and file.name == NAME else None
