"""`rbengine lsp`: the language server over standard input and output.

Everything is answered on one thread, in the order in which it was asked; only PostgreSQL is started beside it.
Nothing of a project is executed: its SQL is described, and in a workspace that is not trusted not even the schema is
loaded.
"""

import os
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from rbengine import __version__
from rbengine.facts.settings import NAME
from rbengine.format import format_source
from rbengine.lsp import answers
from rbengine.lsp.project import FACTS, Builders, OpenProject
from rbengine.lsp.publishing import Publisher
from rbengine.lsp.schema_server import SchemaServer
from rbengine.lsp.session import Session
from rbengine.lsp.settings_file import SettingsFiles
from rbengine.lsp.settings_file import file_of as settings_file
from rbengine.workspace.editor.colours import colours
from rbengine.workspace.editor.completion import complete
from rbengine.workspace.editor.folding import folds
from rbengine.workspace.editor.hover import hover
from rbengine.workspace.editor.links import definitions_at, references_at
from rbengine.workspace.editor.rename import CannotBeRenamedError, name_to_change, rename

TRIGGERS = [".", ":", '"', "(", "|", "{"]
"""What brings up completion beside letters."""


class RunbookServer(LanguageServer):
    """One client's server. Whole texts are synchronised: a playbook is small, and lines are cut in one way only."""

    def __init__(self, builders: Builders) -> None:
        super().__init__(
            "rbengine", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full
        )
        self.session = Session(builders)
        self.postgres = SchemaServer(ready=self._ready, failed=self._say)
        send = self.text_document_publish_diagnostics
        self.publisher = Publisher(self.session, send, self._describe)
        self.settings = SettingsFiles(send, lambda: self.session.encoding)

    def close_all(self) -> None:
        """The client goes."""
        self.publisher.stop()
        self.settings.stop()
        self.session.close_all()
        self.postgres.close()

    def _describe(self, project: OpenProject) -> None:
        if self.session.trusted:
            self.postgres.want(project)

    def _ready(self, project: OpenProject) -> None:
        self.publisher.again(project)

    def _say(self, text: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))


def serve(builders: Builders) -> int:
    """Serve one client until it goes. `builders`: what a world may say about vendors, by full name."""
    # Whatever else writes to standard output would break the protocol: it goes to the log instead.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    make_server(builders).start_io(stdout=output)
    return 0


def make_server(builders: Builders) -> RunbookServer:
    """The server with everything it can answer."""
    server = RunbookServer(builders)
    _follow_session(server)
    _follow_texts(server)
    _answer_questions(server)
    _answer_changes(server)
    return server


def _follow_session(server: RunbookServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        options: Any = params.initialization_options
        is_trusted = options.get("trusted", True) if isinstance(options, dict) else True
        server.session.trusted = is_trusted is not False
        server.session.encoding = str(server.workspace.position_encoding or "utf-16")

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        watched = server.client_capabilities.workspace
        files = watched.did_change_watched_files if watched else None
        if files is None or not files.dynamic_registration:
            return
        patterns = ("**/*.rb", "**/*.sql", f"**/{NAME}", f"**/{FACTS}")
        options = types.DidChangeWatchedFilesRegistrationOptions(
            watchers=[types.FileSystemWatcher(glob_pattern=one) for one in patterns]
        )
        server.client_register_capability(
            types.RegistrationParams(
                registrations=[
                    types.Registration(
                        id="files",
                        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                        register_options=options,
                    )
                ]
            )
        )

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.close_all()


def _follow_texts(server: RunbookServer) -> None:
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        uri, text = params.text_document.uri, params.text_document.text
        if server.settings.open(uri, text):
            return
        touched = session.open(uri, text)
        if touched is not None:
            server.publisher.now(*touched)
            server.settings.look(touched.project.project.root)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        text = server.workspace.get_text_document(uri).source
        if server.settings.open(uri, text, pause=True):
            return
        touched = session.open(uri, text)
        if touched is not None:
            server.publisher.soon(*touched)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        if server.settings.close(params.text_document.uri):
            return
        touched = session.close(params.text_document.uri)
        if touched is not None:
            server.publisher.now(*touched)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        file = settings_file(params.text_document.uri)
        project = None if file is None else session.projects.holding(file.resolve())
        if project is not None:
            project.reload()
            server.publisher.again(project)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(params: types.DidChangeWatchedFilesParams) -> None:
        for one in params.changes:
            path = uris.to_fs_path(one.uri)
            file = None if path is None else Path(path).resolve()
            project = None if file is None else session.projects.holding(file)
            if file is None or project is None:
                continue
            if file.suffix != ".rb":
                project.reload()
                server.publisher.again(project)
                server.settings.look(project.project.root)
            elif (shown := project.shown(file)) is not None:
                server.publisher.soon(project, project.read_again(shown))


def _answer_questions(server: RunbookServer) -> None:
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return server.settings.hover(params.text_document.uri, params.position)
        found = hover(asked.editor, asked.path, asked.positions.offset(params.position))
        return None if found is None else answers.hover(found, asked.positions)

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS)
    )
    def completed(params: types.CompletionParams) -> types.CompletionList | None:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return server.settings.complete(params.text_document.uri, params.position)
        offset = asked.positions.offset(params.position)
        tables = asked.project.describer.tables()
        return answers.completion(
            complete(asked.editor, asked.path, offset, tables), asked.positions
        )

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def defined(params: types.DefinitionParams) -> list[types.Location]:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return []
        offset = asked.positions.offset(params.position)
        places = definitions_at(asked.editor, asked.path, offset)
        return answers.locations(places, session.here(asked.project))

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def referred(params: types.ReferenceParams) -> list[types.Location]:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return []
        offset = asked.positions.offset(params.position)
        places = references_at(
            asked.editor,
            asked.path,
            offset,
            with_definitions=params.context.include_declaration,
        )
        return answers.locations(places, session.here(asked.project))

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        asked = session.asked(params.text_document.uri)
        return [] if asked is None else answers.folding(folds(asked.editor, asked.path))

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, answers.LEGEND)
    def coloured(params: types.SemanticTokensParams) -> types.SemanticTokens:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return types.SemanticTokens(data=[])
        return answers.tokens(colours(asked.editor, asked.path), asked.positions)


def _answer_changes(server: RunbookServer) -> None:
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def preparing(params: types.PrepareRenameParams) -> types.Range | None:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return None
        offset = asked.positions.offset(params.position)
        span = name_to_change(asked.editor, asked.path, offset)
        return None if span is None else asked.positions.range(span)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return None
        offset = asked.positions.offset(params.position)
        try:
            places = rename(asked.editor, asked.path, offset, params.new_name)
        except CannotBeRenamedError as error:
            raise JsonRpcInvalidParams(str(error)) from error
        return answers.renaming(places, params.new_name, session.here(asked.project))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def acting(params: types.CodeActionParams) -> list[types.CodeAction]:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return server.settings.actions(params.text_document.uri, params.range) or []
        wanted = asked.positions.span(params.range)
        problems = asked.project.problems(asked.path)
        return answers.actions(problems, wanted, session.here(asked.project))

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatted(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        asked = session.asked(params.text_document.uri)
        if asked is None:
            return None
        source = asked.editor.source(asked.path)
        after = format_source(source).text
        return None if after is None else answers.rewriting(source.text, after)
