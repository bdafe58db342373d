"""One answer to one statement, taken apart into the rows that it is made of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from rbengine.contract.changes import SqlQuery
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.from_run.gathered import Gathered, gathered
from rbengine.rehearsal.from_run.known import Anything, Cell, Known, cell_of, joined
from rbengine.rehearsal.from_run.predicates import (
    All,
    Conditions,
    Is,
    Open,
    Predicate,
    Same,
    Some,
)
from rbengine.rehearsal.from_run.statement import Statement, conjuncts

Joint = dict[str, dict[str, Cell]]
"""What is known of the rows that one row of an answer is made of, by what the statement calls their tables."""

_MOST = 200
"""Rows that are made up for one answer."""


class _Rows(Protocol):
    """Where rows are kept."""

    known: dict[str, list[Known]]

    def put(
        self,
        table: str,
        cells: Mapping[str, Cell],
        *,
        taken: frozenset[int] = frozenset(),
        since: datetime | None = None,
        by: datetime | None = None,
    ) -> Known: ...

    def new_key(self, table: str, column: str) -> Value | Anything: ...


class Reading:
    """`since` is when rows came that are new; None: they were there before the run."""

    def __init__(
        self,
        rows: _Rows,
        parsed: Statement,
        query: SqlQuery,
        asked: datetime,
        since: datetime | None = None,
    ) -> None:
        self._rows = rows
        self._parsed = parsed
        self._parameters = [one.value.value for one in query.parameters]
        self._asked = asked
        self._since = since
        tables = parsed.tables
        self._alone = tables[0].alias if len(tables) == 1 else ""
        self._taken: dict[str, set[int]] = {one.alias: set() for one in tables}

    def explain(self, answers: Sequence[Row]) -> bool:
        """Let there be the rows that make these answers, and no others that would be among them."""
        if not self._parsed.tables:
            return any(self._lacking_ones(one) for one in answers)
        made = [
            self._computed(one) if self._parsed.computed else self._shown(one)
            for one in sorted(answers, key=self._is_new)
        ]
        if not all(made):
            return False
        at_most = self._parsed.at_most
        if (
            self._alone
            and len(self._parsed.sources) == 1
            and (at_most is None or len(answers) < at_most)
        ):
            self._leave_out_others(answers)
        return True

    def conditions(self, given: Mapping[tuple[str, str], Value] | None = None) -> Conditions:
        """The statement's, as it was asked."""
        return Conditions(self._parameters, self._asked, self._alone, given)

    def base(self, read: Conditions, lacking: frozenset[str] = frozenset()) -> list[Predicate]:
        """What holds of every row it is made of."""
        return [
            read.holds(one)
            for alias, condition in self._parsed.conditions
            if alias not in lacking
            for one in conjuncts(condition)
        ]

    def _is_new(self, answer: Row) -> bool:
        """Whether no row of that id is known: those that are known tell what the others belong to."""
        rows = self._rows.known.get(self._parsed.tables[0].table, [])
        return not any("id" in answer and one.cell("id").known == answer["id"] for one in rows)

    def _shown(self, answer: Row) -> bool:
        for given in self._lists():
            parts = self._parts(answer, given)
            if parts is not None:
                return self._place(parts, self._lacking(answer))
        return False

    def _parts(self, answer: Row, given: Mapping[tuple[str, str], Value]) -> list[Predicate] | None:
        """What holds of the rows that it is made of; None where it is not made of that item of the lists."""
        read = self.conditions(given)
        names = dict(self._parsed.answer)
        known = {name: read.constant(node) for name, node in names.items() if given}
        if any(
            not isinstance(one, Anything) and one != answer.get(name) for name, one in known.items()
        ):
            return None
        shown = [read.equal(node, answer.get(name)) for name, node in names.items()]
        # An item that a column must be equal to is another one where that column is shown as something else.
        parts = [*shown, *self.base(read, self._lacking(answer))]
        empty: Joint = {one.alias: {} for one in self._parsed.tables}
        return None if given and _satisfied(All(tuple(parts)), empty, []) is None else parts

    def _lacking(self, answer: Row) -> frozenset[str]:
        """Tables of outer joins of which there was no row."""
        from sqlglot import exp

        return frozenset(
            source.alias
            for source in self._parsed.tables
            if source.may_lack
            and all(
                answer.get(name) is None
                for name, expression in self._parsed.answer
                if any(one.table == source.alias for one in expression.find_all(exp.Column))
            )
        )

    def _lists(self) -> Iterator[dict[tuple[str, str], Value]]:
        """Columns of lists among the parameters, item by item; once nothing where there are none."""
        source = next((one for one in self._parsed.sources if not one.table), None)
        if source is None:
            yield {}
            return
        lists = [self.conditions().constant(one) for one in source.lists]
        for items in zip(*(one for one in lists if isinstance(one, tuple)), strict=False):
            named = dict(zip(source.columns, items, strict=False))
            yield {
                (alias, name): item for name, item in named.items() for alias in (source.alias, "")
            }

    def _computed(self, answer: Row) -> bool:
        """As many rows as were gathered, of which the same comes out."""
        read = self.conditions()
        what = gathered(self._parsed, answer, read)
        if what is None:
            return False
        lacking = frozenset(
            one.alias for one in self._parsed.tables if one.may_lack and one.alias not in what.needs
        )
        base = [*self.base(read, lacking), *what.group]
        what = self._without_settled(what, base)
        fan = what.alias or self._parsed.tables[0].alias
        return what.count <= _MOST and all(
            self._place([*base, *what.row(number)], lacking, fan) for number in range(what.count)
        )

    def _without_settled(self, what: Gathered, base: Sequence[Predicate]) -> Gathered:
        """What is left to be made of rows that are not known to be among those gathered already."""
        if not self._alone:
            return what
        for row in self._rows.known.get(self._parsed.tables[0].table, []):
            there = row.at is None or row.at <= self._asked
            if there and all(_says(one, {self._alone: row.cells}) for one in base):
                less = what.without(row)
                if less is not None:
                    self._taken[self._alone].add(id(row))
                    what = less
        return what

    def _lacking_ones(self, answer: Row) -> bool:
        """`count(*) FROM unnest(…) WHERE NOT EXISTS (…)`: of the items that are not counted there is a row."""
        count = next(iter(answer.values()), None)
        items = len(list(self._lists()))
        wanted = list(self.lacking())
        there = [
            cells for table, cells in wanted
            if any(
                all(row.cell(name).known == cell.known for name, cell in cells.items())
                for row in self._rows.known.get(table, [])
            )
        ]  # fmt: skip
        new = [one for one in wanted if one[1] not in there]
        missing = items - count - len(there) if isinstance(count, int) else -1
        for table, cells in new[: max(missing, 0)]:
            self._rows.put(table, cells, since=self._since, by=self._asked)
        return 0 <= missing <= len(new)

    def lacking(self) -> Iterator[tuple[str, dict[str, Cell]]]:
        """For each item of the lists the row without which it is counted."""
        from sqlglot import exp

        found = [one.find(exp.Exists) for _, one in self._parsed.conditions]
        select = found[0].this if len(found) == 1 and found[0] is not None else None
        table = None if select is None else select.args["from_"].this
        if not isinstance(table, exp.Table) or select is None or select.args.get("where") is None:
            return
        for given in self._lists():
            read = Conditions(self._parameters, self._asked, table.alias_or_name, given)
            holds = read.holds(select.args["where"].this)
            joint = _satisfied(holds, {table.alias_or_name: {}}, [])
            if joint is not None and joint[table.alias_or_name]:
                yield table.name, joint[table.alias_or_name]

    def rows_of(self, answer: Row) -> Joint | None:
        """What a shown row of the answer says of the rows that it is made of."""
        for given in self._lists():
            parts = self._parts(answer, given)
            if parts is not None:
                empty: Joint = {one.alias: {} for one in self._parsed.tables}
                return _satisfied(All(tuple(parts)), empty, [])
        return None

    def _place(self, parts: Sequence[Predicate], lacking: frozenset[str], fan: str = "") -> bool:
        """Let there be the rows of which that holds: one more of the table that is called `fan`."""
        links: list[Same] = []
        empty: Joint = {one.alias: {} for one in self._parsed.tables if one.alias not in lacking}
        joint = _satisfied(All(tuple(parts)), empty, links)
        if joint is None:
            return False
        self._join(joint, links)
        fan = fan or self._parsed.tables[0].alias
        placed: dict[str, Known] = {}
        sources = [one for one in self._parsed.tables if one.alias in joint]
        for source in sorted(sources, key=lambda one: one.alias == fan):
            _spread(joint, links)
            taken = frozenset(self._taken[source.alias]) if source.alias == fan else frozenset()
            row = self._rows.put(
                source.table, joint[source.alias], taken=taken, since=self._since, by=self._asked
            )
            joint[source.alias] = dict(row.cells)
            self._taken[source.alias].add(id(row))
            placed[source.alias] = row
        _spread(joint, links)
        for alias, row in placed.items():
            row.cells = joined(row.cells, joint[alias]) or row.cells
        return True

    def _join(self, joint: Joint, links: Sequence[Same]) -> None:
        """Let rows belong together whose keys nobody has read: by keys of rows that are known, else by new ones."""
        _spread(joint, links)
        tables = {one.alias: one.table for one in self._parsed.tables}
        for link in links:
            alias, column = link.one if link.one[1] == "id" else link.other
            if alias not in joint or not isinstance(
                joint[alias].get(column, Cell()).known, Anything
            ):
                continue
            keys = (one.cell(column).known for one in self._rows.known.get(tables[alias], []))
            known = [one for one in keys if one is not None and not isinstance(one, Anything)]
            for key in (*dict.fromkeys(known), self._rows.new_key(tables[alias], column)):
                if not isinstance(key, Anything) and self._may_be(joint, links, alias, column, key):
                    joint[alias][column] = cell_of(key)
                    _spread(joint, links)
                    break

    def _may_be(
        self, joint: Joint, links: Sequence[Same], alias: str, column: str, key: Value
    ) -> bool:
        """Whether nothing that is known speaks against it that the row is the one of that key."""
        trial = {name: dict(cells) for name, cells in joint.items()}
        trial[alias][column] = cell_of(key)
        for _ in links:
            _spread(trial, links)
            for source in self._parsed.tables:
                cells = trial.get(source.alias, {})
                id_ = cells.get("id", Cell()).known
                for row in self._rows.known.get(source.table, []):
                    if not isinstance(id_, Anything) and row.cell("id").known == id_:
                        both = joined(row.cells, cells)
                        if both is None:
                            return False
                        trial[source.alias] = both
        return True

    def _leave_out_others(self, answers: Sequence[Row]) -> None:
        """Rows that the answer is not made of do not meet its conditions; or what they show is shown already."""
        alias, read = self._alone, self.conditions()
        base = [one for _, condition in self._parsed.conditions for one in conjuncts(condition)]
        for row in self._rows.known.get(self._parsed.tables[0].table, []):
            joint: Joint = {alias: row.cells}
            if id(row) in self._taken[alias] or row.at is not None:
                continue
            if (
                self._parsed.distinct
                and answers
                and all(_says(read.holds(one), joint) for one in base)
            ):
                shown = (read.equal(one, answers[0].get(name)) for name, one in self._parsed.answer)
                alike = _satisfied(All(tuple(shown)), joint, [])
                row.cells = row.cells if alike is None else alike[alias]
                continue
            if any(_says(read.holds(one, False), joint) for one in base):
                continue
            for one in sorted(base, key=lambda node: _weight(read.holds(node))):
                found = _satisfied(read.holds(one, False), joint, [])
                if found is not None and found != joint:
                    row.cells = found[alias]
                    break


def _weight(predicate: Predicate) -> int:
    """What is best said of a row that is not meant: when it was, how many; then what it is; last whose it is."""
    if not isinstance(predicate, Is):
        return 1
    if isinstance(predicate.must.value, bool | tuple):
        return 1
    return 0 if isinstance(predicate.must.value, datetime | int) else 2


def _spread(joint: Joint, links: Sequence[Same]) -> None:
    """What columns that hold the same say of each other."""
    for link in (*links, *links):
        for here, there in ((link.one, link.other), (link.other, link.one)):
            if here[0] in joint and there[0] in joint:
                value: Any = joint[here[0]].get(here[1], Cell()).known
                if value is not None and not isinstance(value, Anything):
                    more = joined(joint[there[0]], {there[1]: cell_of(value)})
                    joint[there[0]] = more or joint[there[0]]


def _satisfied(predicate: Predicate, joint: Joint, links: list[Same]) -> Joint | None:
    """What is known where it holds as well; None where it cannot."""
    match predicate:
        case Same():
            links.append(predicate)
            return joint
        case Is(alias=alias, column=column, must=must) if alias in joint:
            more = joined(joint[alias], {column: Cell((must,))})
            return None if more is None else {**joint, alias: more}
        case All(parts=parts):
            found: Joint | None = joint
            for one in sorted(parts, key=lambda part: isinstance(part, Some)):
                found = None if found is None else _satisfied(one, found, links)
            return found
        case Some(parts=parts):
            if any(_says(one, joint) for one in parts):
                return joint
            ways = (_satisfied(one, joint, links) for one in parts if not isinstance(one, Open))
            chosen = next((one for one in ways if one is not None), None)
            return (
                joint if chosen is None and any(isinstance(one, Open) for one in parts) else chosen
            )
        case _:
            return joint


def _says(predicate: Predicate, joint: Mapping[str, Mapping[str, Cell]]) -> bool:
    """Whether it holds for certain."""
    match predicate:
        case Is(alias=alias, column=column, must=must):
            return alias in joint and joint[alias].get(column, Cell()).says(must) is True
        case All(parts=parts):
            return all(_says(one, joint) for one in parts)
        case Some(parts=parts):
            return any(_says(one, joint) for one in parts)
        case _:
            return False
