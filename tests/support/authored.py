"""Playbooks that nobody wrote: every statement of the language with its options, as texts that the checker accepts."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from support.acting import Acting, Form, Place, Procedure

HEAD = """\
runbook RB-100 "Orders are slow"

use lib

severity P2
mttr {mttr}

input pause: duration = 2m "How long to wait"

diagnose
  step "Look"{clauses}
    row = query one timeout 9s
      SELECT id, email, frozen, credits, tier FROM accounts LIMIT 1
"""
FINDINGS = (
    ("slow", "row.frozen"),
    ("poor", "row.credits < 50"),
    ("unknown", 'seen is present\n    seen.status is "open"'),
)
CHEERS = 'message cheers(name: text) "Hi"\n  Hi {{ name }}\n'
KINDS = ("unavailable", "rate_limited", "timeout", "invalid", "conflict", "not_found")


class Author(Acting):
    """Writes steps, and in them statements of every kind."""

    def steps(self, place: Place, most: int = 3) -> list[str]:
        """Steps, some of them in an `all or nothing`."""
        lines: list[str] = []
        for _ in range(self._rng.randint(1, most)):
            if place.atomic and self._rng.random() < 0.4:
                inner = place.inside(atomic=False)
                lines += [f"{place.indent}all or nothing", *self.step(inner), *self.step(inner)]
            else:
                lines += self.step(place)
        return lines

    def step(self, place: Place) -> list[str]:
        """One, with any of its clauses, and handlers below."""
        rng, inner = self._rng, place.inside(atomic=False)
        clauses, repeated = self.clauses()
        lines = [f'{place.indent}step "{self.name("S")}"{clauses}']
        inner = inner._replace(repeated=repeated or place.repeated)
        lines += self.body(inner)
        if rng.random() < 0.5:
            lines += self._handlers(inner)
        return lines

    def clauses(self) -> tuple[str, bool]:
        """Those of a step, and whether it repeats."""
        rng, clauses, repeated = self._rng, "", False
        if rng.random() < 0.4:
            clauses += f", timeout {rng.randint(1, 60)}s"
        if rng.random() < 0.5:
            repeated, doubling = True, " doubling" if rng.random() < 0.5 else ""
            every = rng.choice([2, 9, 70, 200])
            clauses += f", retry {rng.randint(1, 3)} times every {every}s{doubling}"
        return clauses, repeated

    def _handlers(self, place: Place) -> list[str]:
        rng = self._rng
        kinds = rng.sample(KINDS, rng.randint(3, 6))
        call = self._call(place)  # so that there is what can fail in these ways
        inner = place._replace(depth=0).inside()
        lines = [*call, f"{place.indent}on failure {', '.join(kinds)}", *self.body(inner, most=1)]
        if len(kinds) < 6:
            rest = next(one for one in KINDS if one not in kinds)
            lines += [f"{place.indent}on failure {rest}", *self.body(inner, most=1)]
        if place.acts and rng.random() < 0.5:
            first = self.body(place._replace(depth=0), most=1)
            first.append(f'{place.indent}check {self._condition()} else "not so"')
            people = f"{place.indent}on failure refused, unanswered, too_many, check"
            lines = [*first, *lines, people, *self.body(inner, most=1)]
        return lines

    def body(self, place: Place, most: int = 2) -> list[str]:
        """Up to `most` statements."""
        lines: list[str] = []
        for _ in range(self._rng.randint(1, most)):
            lines += self._rng.choice(self._forms(place))(place)
        return lines

    def _forms(self, place: Place) -> list[Form]:
        if place.crowded:
            tell = [self._tell] * (place.acts and place.loop)
            return [self._call, self._call, self._try, self._query, self._text, *tell]
        forms: list[Form] = [
            self._call, self._try, self._query, self._text, self._check, self._note, self._within,
        ]  # fmt: skip
        if place.depth > 0:
            forms += [self._if, self._match, self._each, self._crowd, self._parallel, self._allow]
        if place.acts:
            change: list[Form] = [self._operation, self._sql, self._many, self._chosen]
            forms += [*change, *change, self._wait, self._question, self._choose, self._manual]
            forms += [self._approve, self._escalate, self._tell]
            forms += [self._procedure] * (2 * bool(self._procedures))
            forms += [self._tell_many] * (not place.repeated and not place.loop)
            forms += [self._clean] * (not place.procedure)
            forms += [self._stop] * (not place.loop and not place.procedure)
        return forms

    # -- reading ------------------------------------------------------------------------------

    def _call(self, place: Place) -> list[str]:
        return [f'{place.indent}{self.name()} = shop.orders(customer: "c")']

    def _try(self, place: Place) -> list[str]:
        return [f'{place.indent}{self.name()} = try shop.orders(customer: "c")']

    def _query(self, place: Place) -> list[str]:
        rng, name = self._rng, self.name("q")
        limit = f" timeout {rng.randint(2, 30)}s" if rng.random() < 0.4 else ""
        replica = " on replica" if rng.random() < 0.2 else ""
        kind, columns = rng.choice(
            [("maybe", "name"), ("one", "name"), ("all at most 20 rows", "id, name"), ("value", "count(*) AS n")]
        )  # fmt: skip
        kind, _, rows = kind.partition(" ")
        options = f"{replica}{' ' + rows if rows else ''}{limit}"
        tried = "try " if rng.random() < 0.2 else ""
        return [
            f"{place.indent}{name} = {tried}query {kind}{options}",
            f"{place.indent}  SELECT {columns} FROM accounts",
        ]

    def _text(self, place: Place) -> list[str]:
        return [f"{place.indent}{self.name('t')} = text", f"{place.indent}  As it stands."]

    def _check(self, place: Place) -> list[str]:
        condition = (
            self._rng.choice(["1 < 2", "1 < 2", "1 < 2", "2 < 1"]) if place.procedure else None
        )
        return [f'{place.indent}check {condition or self._likely()} else "not so"']

    def _within(self, place: Place) -> list[str]:
        rng, inner = self._rng, place.inside(acts=False, crowded=True)
        name, far = self.name(), rng.choice([f"{rng.randint(1, 9)}m", "pause"])
        far = "4m" if place.procedure else far
        more = self.body(inner, most=1) if rng.random() < 0.3 else []
        lines = [
            f"{place.indent}within {far} checking every {rng.randint(5, 90)}s",
            f'{inner.indent}{name} = shop.orders(customer: "c")',
            *more,
            f"{inner.indent}until {name} is not empty",
        ]
        if rng.random() < 0.5:
            lines += [f"{place.indent}else", *self.body(place._replace(depth=0).inside(), most=1)]
        return lines

    def acting(self, place: Place, count: int) -> list[str]:
        """Changes, and a message among them now and then."""
        forms: list[Form] = [self._operation, self._sql, self._many, self._operation, self._tell]
        return [line for _ in range(count) for line in self._rng.choice(forms)(place)]

    def crowds(self, place: Place) -> list[str]:
        """What runs side by side: branches, and the items of a loop, which may tell people."""
        lines: list[str] = []
        for _ in range(self._rng.randint(1, 3)):
            lines += self._rng.choice([self._parallel, self._crowd])(place)
        return lines

    # -- branches and loops ---------------------------------------------------------------------

    def _if(self, place: Place) -> list[str]:
        rng, inner = self._rng, place.inside()
        conditions = ["1 < 2", "2 < 1"] if place.procedure else []
        condition = rng.choice(conditions) if conditions else self._condition()
        lines = [f"{place.indent}if {condition}", *self.body(inner)]
        if rng.random() < 0.3 and not place.procedure:
            lines += [f"{place.indent}else if row.credits > 60", *self.body(inner)]
        if rng.random() < 0.5:
            lines += [f"{place.indent}else", *self.body(inner)]
        return lines

    def _allow(self, place: Place) -> list[str]:
        """Nobody is asked in it, so this handler would earn a warning."""
        inner = place.inside()
        return [
            f"{place.indent}if 1 < 2",
            *self._call(inner),
            f'{inner.indent}allow W705 "it does no harm"',
            f"{inner.indent}on failure refused",
            *self._note(inner.inside()),
        ]

    def _match(self, place: Place) -> list[str]:
        rng, name, inner = self._rng, self.name("m"), place.inside()
        when = f"{place.indent}  when"
        deeper = inner.inside()
        lines = [
            f'{place.indent}{name} = try shop.latest_order(customer: "c")',
            f"{place.indent}match {name}",
            f'{when} failed "timeout"',
            *self.body(deeper, most=1),
            f"{when} failed",
            *self.body(deeper, most=1),
            f"{when} absent",
            *self.body(deeper, most=1),
            f"{when} present",
        ]
        if rng.random() < 0.5:
            return [*lines, *self.body(deeper, most=1)]
        inside = f"{deeper.indent}  when"
        last = (
            [f"{deeper.indent}  otherwise"]
            if rng.random() < 0.5
            else [f'{inside} "cancelled"']
        )  # fmt: skip
        return [
            *lines,
            f"{deeper.indent}match {name}.status",
            f'{inside} "open", "paid"',
            *self.body(deeper.inside().inside(), most=1),
            *last,
            *self.body(deeper.inside().inside(), most=1),
        ]

    def _each(self, place: Place) -> list[str]:
        inner = place.inside(loop=True)
        head, item = self._head(place, "", gives=self._rng.random() < 0.4)
        lines = [head, *self.body(inner)]
        if self._rng.random() < 0.4:
            lines += [f"{inner.indent}if {item} > 1", f'{inner.indent}  skip "left to people"']
        if "=" in head.partition("for")[0]:
            lines.append(f"{inner.indent}give {item}")
        return lines

    def _crowd(self, place: Place) -> list[str]:
        inner = place.inside(crowded=True, loop=True)
        at_a_time = f", {self._rng.randint(2, 3)} at a time"
        gives = self._rng.random() < 0.4
        head, item = self._head(place, at_a_time, gives=gives)
        return [head, *self.body(inner), *([f"{inner.indent}give {item}"] if gives else [])]

    def _head(self, place: Place, more: str, *, gives: bool) -> tuple[str, str]:
        count, item = self._rng.randint(1, 5), self.name("i")
        items = ", ".join(map(str, range(count)))
        most = max(1, count - (self._rng.random() < 0.08) + (self._rng.random() < 0.3))
        bind = f"{self.name('l')} = " if gives else ""
        return f"{place.indent}{bind}for each {item} in [{items}], at most {most}{more}", item

    def _parallel(self, place: Place) -> list[str]:
        inner = place.inside(acts=False, crowded=True)
        branches = [
            self._rng.choice(self._forms(inner))(inner) for _ in range(self._rng.choice([2, 2, 3]))
        ]
        branches.append(self.step(inner))
        return [f"{place.indent}parallel", *(line for one in branches for line in one)]


def procedure(rng: random.Random, name: str, procedures: Sequence[Procedure]) -> Procedure:
    """One that may call those before it."""
    author = Author(rng, procedures, f"{name}_")
    gives = rng.random() < 0.6
    place = Place("  ", 1, acts=True, procedure=True)
    lines = author.body(place)
    if gives:
        lines += ["  if 1 < 2", "    give 1", "  give 2"] if rng.random() < 0.4 else ["  give 3"]
    called = [
        one
        for one in procedures
        if one.tells_many and any(f"call {one.name}()" in line for line in lines)
    ]
    tells_many = bool(called) or any("send_each" in one for one in lines)
    head = f"procedure {name}(){' gives int' if gives else ''}"
    return Procedure(name, gives, tells_many, (head, *lines))


class Written(NamedTuple):
    """A playbook and the library it uses."""

    text: str
    library: str


def written(rng: random.Random, *, at_once: bool = False, size: int = 2) -> Written:
    """A whole playbook: what is looked at, up to three findings, and every section that may follow.

    `at_once`: its severity's policy tells somebody at once.
    """
    procedures: list[Procedure] = []
    for name in ("one", "two"):
        procedures.append(procedure(rng, name, procedures))
    author = Author(rng, procedures)
    looking = Place("  ", 2)
    acting = Place("  ", 2, acts=True)
    target = rng.choice(["1s", "3m", "1h", *(["immediate"] * at_once)])
    head = HEAD.format(mttr=target, clauses=author.clauses()[0])
    lines = author.steps(looking, most=size - 1)
    findings = rng.sample(FINDINGS, rng.randint(1, 3))
    if any(name == "unknown" for name, _ in findings):
        lines += ['  step "See"', '    seen = shop.latest_order(customer: "c")']
    for name, line in findings:
        lines += [f'  finding {name} "{name}"', f"    {line}"]
    for name, _ in findings:
        lines += [f"resolve {name}", *author.steps(acting._replace(atomic=True), most=size)]
    lines += ["otherwise", *author.steps(acting, most=size), '  escalate "none"']
    if rng.random() < 0.7:
        lines += ["verify", *author.steps(looking, most=size - 1)]
    if rng.random() < 0.4:
        lines += ["recover", *author.steps(acting, most=size - 1)]
    if rng.random() < 0.5:
        lines += ["on breach", '  escalate "late" to manager', '  note "late"']
    return _with_library(head, lines, procedures)


def written_side_by_side(rng: random.Random) -> Written:
    """A playbook in which much runs at the same time, in the diagnosis, where it resolves, and in the proof."""
    author = Author(rng)
    looking = Place("    ", 2)
    acting = looking._replace(acts=True)
    lines = ['  step "Together", retry 1 times every 5s', *author.crowds(looking)]
    lines += ['  finding slow "slow"', "    row.frozen", "resolve slow"]
    lines += ['  step "Act", retry 1 times every 5s', *author.crowds(acting)]
    lines += ["otherwise", '  step "Act"', *author.crowds(acting), '  escalate "none"']
    if rng.random() < 0.5:
        lines += ["verify", '  step "Prove"', *author.crowds(looking)]
    return _with_library(HEAD.format(mttr="1h", clauses=""), lines, [])


def written_in_vain(rng: random.Random) -> Written:
    """Changes and messages in an `all or nothing` that comes to nothing at its end."""
    author = Author(rng)
    acting = Place("      ", 0, acts=True)
    lines = ['  finding slow "slow"', "    1 < 2", "resolve slow"]
    if rng.random() < 0.5:
        lines += ['  step "Before"', *author.acting(acting._replace(indent="    "), 1)]
    lines += ["  all or nothing", f'    step "Do"{author.clauses()[0]}']
    lines += author.acting(acting, rng.randint(2, 6))
    lines += ['    step "Look"', '      check 2 < 1 else "in vain"']
    lines += ["otherwise", '  escalate "none"']
    return _with_library(HEAD.format(mttr="1h", clauses=""), lines, [])


def _with_library(head: str, lines: list[str], procedures: Sequence[Procedure]) -> Written:
    lines.append(CHEERS)
    library = ['library lib "What is shared"', *(line for one in procedures for line in one.lines)]
    library.append(CHEERS.replace("cheers", "greeting"))
    return Written(head + "\n".join(lines), "\n".join(library))
