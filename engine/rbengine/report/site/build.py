"""All pages of the site, from what the project is made of."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from rbengine.contract.operations import AdapterSignature
from rbengine.report.adapters import adapters_page
from rbengine.report.shelf import target
from rbengine.report.site.layout import STYLE, page, text
from rbengine.report.site.runbook import prose, runbook_body
from rbengine.semantics.worst import AtWorst
from rbengine.workspace.editor.colours import Coloured
from rbengine.workspace.outline import Outline

_SEARCH = """\
<script>
const box = document.getElementById("search"), rows = [...document.querySelectorAll("tbody tr")];
box.hidden = false;
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const row of rows) row.hidden = !words.every((word) => row.dataset.words.includes(word));
});
</script>"""
_LINK = re.compile(r'href="(?!https?:|#|mailto:)([^"#]*?)\.md(#[^"]*)?"')
_OUTSIDE = re.compile(r'<a href="\.\./(?!language/|adapters)[^"]*">(.*?)</a>', re.DOTALL)


class SiteRunbook(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a runbook is made of."""

    outline: Outline
    worst: AtWorst
    source: str
    colours: tuple[Coloured, ...]


def build_site(
    name: str,
    runbooks: Sequence[SiteRunbook],
    signatures: Sequence[AdapterSignature],
    language: Mapping[str, str],
) -> dict[str, str]:
    """The files of the site by their path. `language` are pages in Markdown by their name (`index.md`).

    Equal projects give equal bytes.
    """
    pages = {
        "style.css": STYLE,
        "index.html": page(name, list(_index(name, runbooks)), name=name),
        "adapters.html": page("Adapters", [_markdown(adapters_page(signatures))], name=name),
    }
    for one in runbooks:
        card = one.outline.card
        body = runbook_body(one.outline, one.worst, one.source, one.colours)
        pages[f"runbooks/{_file(card.id)}.html"] = page(
            f"{card.id} {card.title}", body, depth=1, name=name
        )
    for file, told in language.items():
        title = told.lstrip().splitlines()[0].lstrip("# ") if told.strip() else file
        rendered = _OUTSIDE.sub(r"\1", _markdown(told))
        path = f"language/{file.removesuffix('.md')}.html"
        pages[path] = page(title, [rendered], depth=1, name=name)
    return pages


def _index(name: str, runbooks: Sequence[SiteRunbook]) -> Iterator[str]:
    yield f"<h1>{text(name)}</h1>"
    yield (
        '<input type="search" id="search" hidden aria-label="Search runbooks" '
        'placeholder="What is wrong? frozen banner, webhook, …">'
    )
    heads = "".join(f"<th>{one}</th>" for one in ("id", "runbook"))
    yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
    for one in runbooks:
        card = one.outline.card
        symptoms = "".join(
            f'<br><span class="quiet">{prose(each)}</span>' for each in card.symptoms
        )
        facts = " · ".join(one for one in (card.severity, target(card)) if one)
        yield (
            f'<tr data-words="{text(_words(one.outline))}"><td class="id">{text(card.id)}'
            f'<br><span class="quiet">{text(facts)}</span></td>'
            f'<td><a href="runbooks/{_file(card.id)}.html">{text(card.title)}</a>{symptoms}</td></tr>'
        )
    yield "</tbody></table></div>"
    yield _SEARCH


def _words(outline: Outline) -> str:
    """What a runbook is searched by, in lower case."""
    card = outline.card
    every = (
        card.id,
        card.title,
        *card.symptoms,
        *card.alerts,
        *card.tags,
        *card.findings,
        *card.steps,
    )
    return " ".join(" ".join(every).lower().split())


def _file(code: str) -> str:
    return re.sub(r"[^a-z0-9]", "", code.lower())


def _markdown(told: str) -> str:
    """Markdown as HTML, its links to other pages as links to their HTML. HTML in it is text."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    rendered = parser.render(told)
    rendered = re.sub(
        r"<h([23])>(.*?)</h\1>",
        lambda found: f'<h{found[1]} id="{_anchor(found[2])}">{found[2]}</h{found[1]}>',
        rendered,
    )
    rendered = rendered.replace("<table>", '<div class="scroll"><table>').replace(
        "</table>", "</table></div>"
    )
    return _LINK.sub(lambda found: f'href="{found[1]}.html{found[2] or ""}"', rendered)


def _anchor(heading: str) -> str:
    """As readers of Markdown on the web name them."""
    bare = re.sub(r"<[^>]*>", "", heading).lower()
    return re.sub(r"[^\w -]", "", bare).strip().replace(" ", "-")
