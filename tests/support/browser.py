"""A real browser, without a window: pages are measured and pictured as a reader sees them."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars",
)  # fmt: skip
_SECONDS = 60
_ASK = """<!DOCTYPE html><html><body><pre id="told"></pre><script>
const pages = %s, width = %d, told = [];
async function look() {
  for (const page of pages) {
    const frame = document.createElement("iframe");
    frame.style = `width:${width}px;height:800px;border:0`;
    frame.src = page;
    const loaded = new Promise((done) => { frame.onload = done; });
    document.body.append(frame);
    await loaded;
    const inside = frame.contentDocument;
    told.push((%s)(inside));
    frame.remove();
  }
  document.getElementById("told").textContent = JSON.stringify(told);
}
look();
</script></body></html>"""


def browser() -> str:
    """The browser's program; a test without one is skipped by name, and fails where CI may install it."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    text = f"no browser: none of {', '.join(NAMES)} is installed"
    if os.environ.get("CI") == "true" and os.geteuid() == 0:
        pytest.fail(text)
    pytest.skip(text)


def asked(folder: Path, pages: Sequence[str], question: str, width: int) -> list[Any]:
    """What the JavaScript function `question` says of the document of each page, shown `width` pixels wide."""
    program = browser()
    (folder / "_ask.html").write_text(_ASK % (json.dumps(list(pages)), width, question), "utf-8")
    with _served(folder) as address:
        done = subprocess.run(
            [program, *_FLAGS, "--virtual-time-budget=20000", "--dump-dom", f"{address}/_ask.html"],
            capture_output=True, text=True, timeout=_SECONDS, check=True,
        )  # fmt: skip
    (folder / "_ask.html").unlink()
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-2000:]
    answers: list[Any] = json.loads(unescape(found[1]))
    return answers


def pictured(page: Path, to: Path, width: int, height: int) -> bytes:
    """A PNG of the page, at `to` for whoever wants to look."""
    subprocess.run(
        [browser(), *_FLAGS, f"--window-size={width},{height}", f"--screenshot={to}", page.as_uri()],
        capture_output=True, timeout=_SECONDS, check=True,
    )  # fmt: skip
    return to.read_bytes()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's own name)
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
