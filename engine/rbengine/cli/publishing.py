"""The static site of a project, written beside what is there of it already."""

import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.rehearsing import runbooks
from rbengine.cli.usage import UsageError
from rbengine.facts.adapters import adapter_names, signature_of
from rbengine.facts.atomic import replace_file
from rbengine.report.site import SiteRunbook, build_site
from rbengine.syntax.nodes.runbook import Runbook
from rbengine.workspace.editor.colours import colours
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.outline import outline

OPTIONS = ("-o",)

_LANGUAGE = "rbengine_language"
"""The package in the wheel that holds the pages about the language."""
_MARK = "style.css"
"""A folder with it beside an index is a site of ours."""


def docs(arguments: Sequence[str]) -> int:
    """Build the site."""
    parser = Parser("docs", OPTIONS)
    parser.add_argument("what", metavar="build", choices=("build",))
    parser.add_argument("-o", metavar="DIR", dest="to", default="site")
    asked = parser.read(arguments)
    output = Output()
    folder = Path(asked.to)
    _refuse_what_is_not_ours(folder)
    with Ground.here(output) as ground:
        editor = Editor(ground.workspace)
        made = []
        for path in runbooks(ground, ()):
            tree = ground.workspace.tree(path)
            if isinstance(tree, Runbook):
                source = ground.workspace.source(path)
                made.append(
                    SiteRunbook(
                        outline=outline(source, tree),
                        worst=ground.at_worst(path),
                        source=source.text,
                        colours=colours(editor, path),
                    )
                )
        made.sort(key=lambda one: one.outline.card.id)
        name = ground.workspace.policy().name or ground.project.root.name
    signatures = [found for one in adapter_names() if (found := signature_of(one)) is not None]
    pages = build_site(f"Runbooks of {name}", made, signatures, _language())
    _write(folder, pages)
    output.row(f"{folder}: {len(made)} runbooks, {len(pages)} files")
    output.row(f"open {folder / 'index.html'}")
    return exit_codes.OK


def _language() -> dict[str, str]:
    """The pages about the language: from the wheel, else from the checkout that the engine runs from."""
    spec = find_spec(_LANGUAGE)
    if spec is not None and spec.submodule_search_locations:
        folder = Path(next(iter(spec.submodule_search_locations)))
    else:
        folder = Path(__file__).resolve().parents[3] / "docs" / "language"
    return {one.name: one.read_text("utf-8") for one in sorted(folder.glob("*.md"))}


def _refuse_what_is_not_ours(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise UsageError(
            "it holds something that this command did not write",
            place=str(folder),
            way_out="name another folder with `-o`",
        )


def _write(folder: Path, pages: dict[str, str]) -> None:
    try:
        for inside in ("runbooks", "language"):
            shutil.rmtree(folder / inside, ignore_errors=True)  # of runbooks that are gone
            (folder / inside).mkdir(parents=True)
        for path, told in pages.items():
            replace_file(folder / path, told.encode("utf-8"))
    except OSError as error:
        raise UsageError(
            f"the site cannot be written: {error.strerror}",
            place=str(folder),
            way_out="name another folder",
        ) from error
