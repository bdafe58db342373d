"""Code of a document as statements of a draft: SQL to `query` and `change`, a plain GET to `http.get`."""

import re

import msgspec

from rbengine.document.markdown import MarkdownBlock
from rbengine.document.writing import Names, comment, indented, plain, question, quoted

_SQL = {"sql", "postgresql", "postgres", "psql", "pgsql"}
_SHELL = {"bash", "sh", "shell", "console", "zsh"}
_COMMENT = re.compile(r"\s*--.*")
_READS = {"select", "with", "values", "table"}
_WRITES = {"insert", "update", "delete", "merge"}
_ACTS = re.compile(
    r"\b(pg_terminate_backend|pg_cancel_backend|cron\.\w+|net\.\w+|pg_reload_conf)\s*\(",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"'(?P<quoted>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|YOUR[-_ ][A-Za-z-_ ]+)'"
    r"|<(?P<angled>[A-Za-z][A-Za-z0-9_ -]*)>"
    r"|\$\{?(?P<shell>[A-Z][A-Z0-9_]+)\}?"
)
_TARGET = re.compile(r"\b(?:into|update|from)\s+([\w.]+)", re.IGNORECASE)
_COUNTED = re.compile(r"\b(\w+)\s*=\s*\1\s*[-+*/]")
_URL = re.compile(r"https?://[^\s\"'\\<>]+")
_NUMBERS = ("_pid", "_count", "_amount", "_limit", "_number", "_port")


class Written(msgspec.Struct, kw_only=True):
    """Statements of a draft, with the inputs that they need."""

    rows: list[str] = msgspec.field(default_factory=list)
    inputs: dict[str, str] = msgspec.field(default_factory=dict)
    """Name to `type "help"`."""
    runs: bool = False
    """Whether anything of it is a statement, and not all comment."""


def is_sql(block: MarkdownBlock) -> bool:
    """Whether a block is SQL, by its fence or its first word."""
    if block.language.lower() in _SQL:
        return True
    return block.language == "" and _keyword(block.text) in _READS | _WRITES and ";" in block.text


def is_command(block: MarkdownBlock) -> bool:
    """Whether a block is for a shell."""
    return block.language.lower() in _SHELL


def is_mail(block: MarkdownBlock) -> bool:
    """Whether a block is a text for people: its first line is a subject."""
    return block.text.lower().startswith("subject:")


def sql(block: MarkdownBlock, label: str, names: Names, *, reading: bool) -> Written:
    """The statements of a block. `reading`: only those that read may run here; the others stand as comments."""
    written = Written()
    for statement in split(block.text):
        keyword = _keyword(statement)
        text, inputs = _bound(statement)
        acts = _ACTS.search(text)
        if acts:
            _leave(written, statement, f"`{acts[1]}` acts: which operation does it?")
        elif keyword in _READS and "for update" not in text.lower():
            name = names.name("found", label)
            written.rows += [f"{name} = query all at most 100 rows", *indented(text.splitlines())]
            written.runs = True
            written.inputs |= inputs
        elif keyword in _WRITES and not reading and _is_bounded(keyword, text):
            target = _TARGET.search(_code(text))
            written.rows += _change(
                text, names.label(f"{label}, in {target[1]}" if target else label)
            )
            written.runs = True
            written.inputs |= inputs
        elif keyword in _WRITES and not reading:
            _leave(
                written, statement, "without WHERE it would touch every row: which ones are meant?"
            )
        elif keyword in _WRITES:
            _leave(
                written, statement, "a diagnosis only reads: in which `resolve` does this belong?"
            )
        else:
            _leave(
                written,
                statement,
                f"`{keyword or '…'}` is neither a query nor a change: what does it?",
            )
    return written


def command(block: MarkdownBlock, label: str, names: Names, *, reading: bool) -> Written:
    """A command: a GET is asked over HTTP, the rest stands as comments, with the question what does it."""
    written = Written()
    text = " ".join(block.text.replace("\\\n", " ").split())
    url = _URL.search(text)
    if (
        reading
        and text.startswith("curl ")
        and url
        and not re.search(r"\s(-X|-d|--data|-u|-H)\b", text)
    ):
        name = names.name("found", label)
        written.rows += [*comment(block.text), f'{name} = http.get(url: "{url[0]}")']
        written.runs = True
        return written
    _leave(
        written,
        block.text,
        "which operation does this?" if reading else "is there an operation that does this?",
    )
    return written


def mail(block: MarkdownBlock, name: str) -> list[str]:
    """A text for people as a message of the draft."""
    first, _, rest = block.text.partition("\n")
    subject = first.split(":", 1)[1].strip()
    body = [_jinja(one) for one in rest.strip("\n").splitlines()] or ["…"]
    return [
        *comment(first),
        question("who gets it, and which values stand where brackets are?"),
        f"message {name}() {quoted(subject)}",
        *indented(body),
    ]


def split(text: str) -> list[str]:
    """Statements, each with the comments above it. A `;` inside quotes or `$$` ends none."""
    statements: list[str] = []
    rows: list[str] = []
    dollars = 0
    for line in text.splitlines():
        rows.append(line)
        code = line.split("--")[0]
        dollars += code.count("$$")
        if dollars % 2 == 0 and code.rstrip().endswith(";") and code.count("'") % 2 == 0:
            statements.append("\n".join(rows))
            rows = []
    if any(one.strip() for one in rows):
        statements.append("\n".join(rows))
    return [one.strip("\n") for one in statements if one.strip()]


def _code(text: str) -> str:
    """The text without lines that are all comment."""
    return "\n".join(
        one for one in text.splitlines() if one.strip() and not _COMMENT.fullmatch(one)
    )


def _keyword(text: str) -> str:
    found = re.match(r"\s*([A-Za-z]+)", _code(text))
    return found[1].lower() if found else ""


def _is_bounded(keyword: str, text: str) -> bool:
    return keyword not in {"update", "delete"} or bool(re.search(r"\bwhere\b", text, re.IGNORECASE))


def _change(text: str, label: str) -> list[str]:
    rows = [
        question("how many rows may it touch? `expect 1 row` refuses any other number"),
        f"change {quoted(label)}",
        "  sql",
        *indented(text.splitlines(), 4),
        "  expect any number of rows",
    ]
    if _COUNTED.search(text):
        rows += ['  irreversible "the document does not say how it is taken back"']
    return rows


def _bound(statement: str) -> tuple[str, dict[str, str]]:
    """The statement with its placeholders as parameters, without the last `;`."""
    inputs: dict[str, str] = {}

    def parameter(found: re.Match[str]) -> str:
        told = found["quoted"] or found["angled"] or found["shell"]
        words = re.findall(r"[a-z0-9]+", told.lower())
        name = "_".join(words) if len(words) > 1 else f"the_{words[0]}"
        type_ = "int" if name.endswith(_NUMBERS) else "uuid" if name.endswith("_id") else "text"
        inputs[name] = f'{type_} "{plain(told)} in the document"'
        return f":{name}"

    text = _PLACEHOLDER.sub(parameter, statement)
    head, comma, tail = text.rpartition(";")
    if comma and not tail.split("--")[0].strip():
        text = head + tail
    return text.replace("{{", "{ {"), inputs


def _leave(written: Written, text: str, asked: str) -> None:
    written.rows += [question(asked), *comment(text)]


def _jinja(line: str) -> str:
    for one in ("{{", "{%", "{#"):
        line = line.replace(one, f"{one[0]} {one[1]}")
    return line
