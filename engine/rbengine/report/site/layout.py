"""What every page of the site has: a head, a way to the others, a style."""

from html import escape

from rbengine.report.text import visible

STYLE = """\
:root { color-scheme: light dark; --ink: #1c2024; --quiet: #59646f; --paper: #ffffff; --rule: #d9dee3; --soft: #f4f6f8;
  --change: #0b6b78; --clock: #8a5a00; --wrong: #a8201a; --good: #176b3a; --word: #6b3fa0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --quiet: #9aa6b1; --paper: #14181c; --rule: #2c343b;
  --soft: #1b2025; --change: #6fcbd8; --clock: #f0c060; --wrong: #ff8f88; --good: #6fd39a; --word: #c3a5ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
nav.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding-bottom: .5rem;
  border-bottom: 1px solid var(--rule); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, ul { margin: .25rem 0; } ul { padding-left: 1.2rem; }
a { color: inherit; } nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
.quiet { color: var(--quiet); } .change { color: var(--change); } .clock { color: var(--clock); }
.wrong { color: var(--wrong); } .good { color: var(--good); }
.does { color: var(--quiet); }
ul.acts { list-style: none; padding-left: .75rem; }
ul.acts li { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
  padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--rule); }
td code { overflow-wrap: anywhere; }
td.id { white-space: nowrap; font-variant-numeric: tabular-nums; }
input[type=search] { width: 100%; padding: .5rem; font: inherit; color: inherit; background: var(--soft);
  border: 1px solid var(--rule); border-radius: .4rem; }
pre { background: var(--soft); padding: .75rem; border-radius: .4rem; overflow-x: auto;
  font: .82rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; }
pre a { color: var(--quiet); text-decoration: none; user-select: none; display: inline-block; min-width: 2.5rem; }
.keyword { color: var(--word); } .string { color: var(--good); } .comment { color: var(--quiet); }
.function, .method { color: var(--change); } .number, .enumMember { color: var(--clock); }
figure { margin: .5rem 0; overflow-x: auto; background: #ffffff; border: 1px solid var(--rule); border-radius: .4rem; }
figure svg { max-width: none; height: auto; display: block; }
@media print { nav.top, input { display: none; } }
"""


def page(title: str, body: list[str], *, depth: int = 0, name: str) -> str:
    """A whole page. `depth`: how many folders it is below the index; `name`: the project's."""
    up = "../" * depth
    rows = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text(title)}</title>",
        f'<link rel="stylesheet" href="{up}style.css"></head><body>',
        f'<nav class="top"><a href="{up}index.html"><b>{text(name)}</b></a>'
        f'<a href="{up}adapters.html">Adapters</a><a href="{up}language/index.html">Language</a></nav>',
        "<main>",
        *body,
        "</main>",
        "</body></html>",
    ]
    return "\n".join(rows) + "\n"


def text(told: str) -> str:
    """Text for a page: nothing in it acts, nothing unseen is in it."""
    return escape("\n".join(visible(one) for one in told.split("\n")))
