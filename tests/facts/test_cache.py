"""The committed file of facts."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from rbengine.contract.types import INT, TEXT, FieldType, Record, Type
from rbengine.facts.cache import CachedDescriber, redescribe
from rbengine.semantics.sql_facts import ColumnFacts, SqlQuestion, SqlRefusal, StatementFacts

QUESTION = SqlQuestion(sql="SELECT id FROM t", parameter_types=())
OTHER = SqlQuestion(sql="SELECT x FROM t", parameter_types=("uuid",))


class Answers:
    """A describer that counts how often it is asked."""

    def __init__(self, type_: Type = INT) -> None:
        self.asked: list[str] = []
        self._type = type_

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        self.asked.append(question.sql if reading else f"{question.sql} (changing)")
        if "x" in question.sql:
            return SqlRefusal(reason='column "x" does not exist', rule="postgres", offset=7)
        return StatementFacts(kind="select", columns=(ColumnFacts(name="id", type=self._type),))

    def table(self, name: str) -> Type | None:
        self.asked.append(f"table {name}")
        return Record((FieldType("id", self._type),), name) if name == "t" else None

    def schema_name(self) -> str:
        return "schema.sql"


def _cached(path: Path, answers: Answers, schema: str = "CREATE TABLE t") -> CachedDescriber:
    return CachedDescriber(path, schema, "schema.sql", lambda: answers)


def test_what_is_written_is_never_asked_again(tmp_path: Path) -> None:
    """So a check of unchanged SQL needs no server."""
    path, first, second = tmp_path / "facts.json", Answers(), Answers()
    writer = _cached(path, first)
    answers = [writer.describe(one, reading=True) for one in (QUESTION, OTHER)]
    tables = [writer.table(name) for name in ("t", "none")]
    assert writer.missed
    assert writer.save(whole=True)
    reader = _cached(path, second)
    assert [reader.describe(one, reading=True) for one in (QUESTION, OTHER)] == answers
    assert [reader.table(name) for name in ("t", "none")] == tables
    assert second.asked == []
    assert not reader.missed
    assert not reader.save(whole=True)


def test_each_entry_has_its_own_line_in_a_fixed_order(tmp_path: Path) -> None:
    """The file is read in reviews; the order of asking must not show."""
    texts = []
    for order in ((QUESTION, OTHER), (OTHER, QUESTION)):
        cached = _cached(tmp_path / f"{len(texts)}.json", Answers())
        for one in order:
            cached.describe(one, reading=True)
        cached.table("t")
        cached.save(whole=True)
        texts.append((tmp_path / f"{len(texts)}.json").read_bytes())
    assert texts[0] == texts[1]
    assert texts[0].count(b"\n") == 8
    assert msgspec.json.decode(texts[0])["tables"]["t"]["name"] == "t"


def test_reading_and_changing_and_types_are_different_questions(tmp_path: Path) -> None:
    """The same text may be judged differently."""
    answers = Answers()
    cached = _cached(tmp_path / "facts.json", answers)
    cached.describe(QUESTION, reading=True)
    cached.describe(QUESTION, reading=False)
    cached.describe(SqlQuestion(sql=QUESTION.sql, parameter_types=("int8",)), reading=True)
    cached.describe(QUESTION, reading=True)
    assert len(answers.asked) == 3


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"digest":"of another schema","statements":{},"tables":{}}']
)
def test_a_file_that_does_not_fit_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    """A merge conflict or another schema must not give wrong answers."""
    path, answers = tmp_path / "facts.json", Answers()
    path.write_bytes(content)
    cached = _cached(path, answers)
    cached.describe(QUESTION, reading=True)
    cached.save(whole=True)
    assert answers.asked == [QUESTION.sql]
    assert _cached(path, Answers()).describe(QUESTION, reading=True) is not None


def test_a_check_of_the_whole_project_drops_what_is_not_used(tmp_path: Path) -> None:
    """Old statements must not gather; a check of one file knows nothing of the others."""
    path = tmp_path / "facts.json"
    both = _cached(path, Answers())
    both.describe(QUESTION, reading=True)
    both.describe(OTHER, reading=True)
    both.save(whole=True)
    part = _cached(path, Answers())
    part.describe(QUESTION, reading=True)
    part.save(whole=False)
    assert OTHER.sql.encode() in path.read_bytes()
    part.save(whole=True)
    assert OTHER.sql.encode() not in path.read_bytes()


def test_describing_anew_names_what_differs(tmp_path: Path) -> None:
    """CI trusts no file: it asks PostgreSQL again."""
    path = tmp_path / "facts.json"
    cached = _cached(path, Answers())
    cached.describe(QUESTION, reading=True)
    cached.table("t")
    cached.save(whole=True)
    assert redescribe(path, "CREATE TABLE t", Answers()) == ()
    changed = redescribe(path, "CREATE TABLE t", Answers(TEXT))
    assert [one.what for one in changed] == [QUESTION.sql, "table t"]
    assert [one.what for one in redescribe(path, "CREATE TABLE u", Answers())] == [
        "the schema of facts.json"
    ]


def test_reading_the_file_loads_no_database_driver(tmp_path: Path) -> None:
    """A check of a file whose SQL is known has 100 ms in all."""
    path = tmp_path / "facts.json"
    cached = _cached(path, Answers())
    cached.describe(QUESTION, reading=True)
    cached.save(whole=True)
    code = (
        "import sys; from pathlib import Path; from rbengine.facts.cache import CachedDescriber;"
        "from rbengine.semantics.sql_facts import SqlQuestion;"
        f"c = CachedDescriber(Path({str(path)!r}), 'CREATE TABLE t', 's', lambda: 1 / 0);"
        "c.describe(SqlQuestion(sql='SELECT id FROM t', parameter_types=()), reading=True);"
        "print(sorted({'psycopg', 'sqlglot'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
