"""The command that editors start."""

import os
import subprocess
import sys

WITHOUT = """
import sys
from importlib import util
found = util.find_spec
util.find_spec = lambda name, package=None: None if name in ("pygls", "lsprotocol") else found(name, package)
from rbengine.cli.main import main
sys.exit(main(["lsp"]))
"""


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """A Python process that ends by itself."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ,
    )  # fmt: skip


def test_without_its_packages_it_says_how_to_get_them() -> None:
    """Most people who install rbengine need no server; who does is told what to type."""
    done = ran("-c", WITHOUT)
    assert done.returncode == 2
    assert done.stdout == ""
    assert 'pip install "rbengine[lsp]"' in done.stderr


def test_it_takes_no_arguments() -> None:
    """Everything is said in the protocol."""
    done = ran("-m", "rbengine", "lsp", "--port", "1")
    assert done.returncode == 2
    assert "`rbengine lsp` has no option `--port`" in done.stderr


def test_it_ends_when_the_editor_goes_without_a_word() -> None:
    """A closed pipe is a goodbye too."""
    done = ran("-m", "rbengine", "lsp")
    assert done.returncode == 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_nothing_of_the_server_is_loaded_for_other_commands() -> None:
    """Its packages cost a fifth of a second."""
    code = (
        "import sys; from rbengine.cli.main import main; main(['help', 'lsp'])\n"
        "print(sorted(one for one in sys.modules if one.split('.')[0] in ('pygls', 'lsprotocol')))"
    )
    assert ran("-c", code).stdout.splitlines()[-1] == "[]"


def test_the_server_cannot_run_a_playbook() -> None:
    """What could is not even loaded by it; the command alone hands it the lines of worlds."""
    code = (
        "import sys, rbengine.lsp.server\n"
        "print([one for one in sys.modules if one.startswith(('rbengine.host', 'rbengine.runtime',"
        " 'rbengine.rehearsal', 'rbengine_adapters', 'psycopg', 'stripe', 'httpx'))])"
    )
    done = ran("-c", code)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
