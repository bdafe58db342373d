"""A language client of a few lines, over the pipes of a real server. It waits for messages, never for time."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

DEADLINE = 30.0
"""Seconds after which a message that does not come is a failure."""

Message = dict[str, Any]


class LspClient:
    """Starts `rbengine lsp` in `folder`. Use it in a `with`."""

    def __init__(
        self,
        folder: Path,
        *,
        options: Mapping[str, object] | None = None,
        capabilities: Mapping[str, object] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self._options = options
        self._capabilities = capabilities or {}
        self._environment = environment
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._kept: list[Message] = []
        self._number = 0
        self.capabilities: Message = {}

    def __enter__(self) -> "LspClient":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rbengine", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=None if self._environment is None else dict(self._environment),
        )
        self._log: list[bytes] = []
        self._threads = [
            threading.Thread(target=one, daemon=True) for one in (self._read, self._read_log)
        ]
        for one in self._threads:
            one.start()
        answer = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": self.folder.as_uri(),
                "capabilities": self._capabilities,
                "initializationOptions": self._options,
            },
        )
        self.capabilities = answer["capabilities"]
        self.notify("initialized", {})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        process = self._process
        try:
            if kind is None:
                self.request("shutdown", None)
                self.notify("exit", None)
                process.wait(DEADLINE)
        finally:
            process.kill()
            process.wait()
            for one in self._threads:
                one.join(DEADLINE)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

    @property
    def code(self) -> int | None:
        """The exit code, once it has ended."""
        return self._process.returncode

    @property
    def log(self) -> str:
        """What the server wrote to standard error."""
        return b"".join(self._log).decode()

    def uri(self, path: str) -> str:
        """The URI of a file below the folder."""
        return (self.folder / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        """Open a file, with another text than on disk where one is given."""
        its = (self.folder / path).read_text(encoding="utf-8") if text is None else text
        document = {"uri": self.uri(path), "languageId": "rbengine", "version": 1, "text": its}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def type(self, path: str, text: str, version: int = 2) -> None:
        """Replace the text of an open file, unsaved."""
        document = {"uri": self.uri(path), "version": version}
        change = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", change)

    def close(self, path: str) -> None:
        """Close a file without saving it."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(path)}})

    def ask(self, what: str, path: str, place: tuple[int, int], **more: object) -> Any:
        """`textDocument/WHAT` at a zero-based line and character."""
        position = {"line": place[0], "character": place[1]}
        return self.request(
            f"textDocument/{what}", {**self._document(path), "position": position, **more}
        )

    def ask_all(self, what: str, path: str, **more: object) -> Any:
        """`textDocument/WHAT` of a whole file."""
        return self.request(f"textDocument/{what}", {**self._document(path), **more})

    def problems(
        self, path: str, wanted: Callable[[list[Message]], bool] | None = None
    ) -> list[Message]:
        """The next problems published for a file, or the next that are as `wanted`."""
        uri = self.uri(path)

        def is_it(message: Message) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics":
                return False
            its = message["params"]
            return its["uri"] == uri and (wanted is None or wanted(its["diagnostics"]))

        found: list[Message] = self.wait_for(is_it)["params"]["diagnostics"]
        return found

    def request(self, method: str, params: object) -> Any:
        """The result. Raises LspError where the server refuses."""
        self._number += 1
        number = self._number
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        answer = self.wait_for(lambda one: one.get("id") == number and "method" not in one)
        if "error" in answer:
            raise LspError(answer["error"]["message"])
        return answer["result"]

    def notify(self, method: str, params: object) -> None:
        """A message without an answer."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def answer(self, method: str) -> Message:
        """Wait for a request of the server, and agree to it."""
        asked = self.wait_for(lambda one: one.get("method") == method and "id" in one)
        self._send({"jsonrpc": "2.0", "id": asked["id"], "result": None})
        return asked

    def kept(self, method: str) -> list[Message]:
        """Messages of one kind that came and that nobody waited for; complete once the server has ended."""
        while not self._messages.empty():
            message = self._messages.get()
            if message is not None:
                self._kept.append(message)
        return [one for one in self._kept if one.get("method") == method]

    def wait_for(self, wanted: Callable[[Message], bool]) -> Message:
        """The first message that is as `wanted`; those before it are kept for others."""
        for index, one in enumerate(self._kept):
            if wanted(one):
                return self._kept.pop(index)
        while True:
            try:
                message = self._messages.get(timeout=DEADLINE)
            except queue.Empty:
                raise AssertionError(f"no such message came; the log says: {self.log}") from None
            if message is None:
                raise AssertionError(f"the server ended; its log says: {self.log}")
            if wanted(message):
                return message
            self._kept.append(message)

    def _document(self, path: str) -> Message:
        return {"textDocument": {"uri": self.uri(path)}}

    def _send(self, message: Message) -> None:
        data = json.dumps(message).encode()
        stream = self._process.stdin
        assert stream is not None, "the process has a pipe"
        stream.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        stream.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None, "the process has a pipe"
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                self._messages.put(None)
                return
            self._messages.put(json.loads(stream.read(length)))

    def _read_log(self) -> None:
        stream = self._process.stderr
        assert stream is not None, "the process has a pipe"
        for line in stream:
            self._log.append(line)


class LspError(Exception):
    """The server refused a request, in its own words."""
