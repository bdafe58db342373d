"""A run that is only thought of: its names, and what is known of answers, as far as it matters later."""

from collections.abc import Mapping

from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.thought.blocks import Block, Blocks, Region
from rbengine.rehearsal.explore.thought.facts import Facts, Judgement
from rbengine.rehearsal.explore.thought.forms import Key
from rbengine.rehearsal.explore.thought.standing import Env, Standing
from rbengine.rehearsal.explore.thought.terms import MAYBE, UNSEEN, Given, Terms
from rbengine.runtime.layout import layout


class Knowing:
    """What a thought run of one plan knows at each place."""

    def __init__(self, plan: Plan, terms: Terms, judgement: Judgement) -> None:
        self._plan = plan
        self._code = tuple(plan.code)
        self._terms = terms
        self._judgement = judgement
        self._blocks = Blocks(plan)
        self._layout = layout(plan)
        self._base = {one.name: terms.number(ex.Variable(one.name)) for one in plan.inputs}
        sections = self._layout.sections
        self._closing_regions = tuple(
            self._blocks.region(sections[one].entry)
            for one in ("verify", "recover")
            if one in sections
        )
        self._later_regions = tuple(
            self._blocks.region(one.entry)
            for one in plan.sections
            if one.kind not in ("diagnose", "on breach")
        )
        self._known: dict[
            tuple[Env, tuple[Region, ...]], tuple[frozenset[Key], frozenset[str]]
        ] = {}
        self._restrictions: dict[tuple[Env, tuple[Region, ...]], Env] = {}

    def answer_at(self, here: Standing) -> str:
        """The name of the answer that is given at `here`."""
        return self._given(here).name

    def _given(self, here: Standing) -> Given:
        reading = "" if not here.reading else "first" if here.reading == "first" else "again"
        return Given(here.pc, reading, tuple(call for call, _ in here.calls))

    def _bound(
        self, here: Standing, bind: str | None, value: int | None, *, answered: bool
    ) -> Standing:
        """Past the statement, with what it binds. `answered`: a new answer, so what was known of the last is gone."""
        instruction = self._code[here.pc]
        there = here
        names: dict[str, int] = {}
        if answered and value is None:
            given = self._given(here)
            value = self._terms.answer(given)
            there = self._forgotten(there, given.name)
            if isinstance(instruction, c.Pose):
                for one in instruction.question.gives:
                    names[one.name] = self._terms.field(value, one.name)
        if bind is not None:
            names[bind] = UNSEEN if value is None else value
        env = put(there.env, names) if names else there.env
        return there._replace(pc=here.pc + 1, env=env)

    def _forgotten(self, here: Standing, answer: str) -> Standing:
        """An answer is given anew: what was made of the one before is a value that nothing is known about."""

        def forget(env: Env) -> Env:
            if not any(answer in self._terms.sources(term) for _, term in env):
                return env
            return tuple(
                (name, UNSEEN if answer in self._terms.sources(term) else term)
                for name, term in env
            )

        outer = here.outer
        if outer is not None:
            outer = outer[0], forget(outer[1]), tuple((at, forget(env)) for at, env in outer[2])
        return here._replace(
            env=forget(here.env),
            calls=tuple((at, forget(env)) for at, env in here.calls),
            outer=outer,
            first=forget(here.first),
            facts=frozenset(one for one in here.facts if answer not in self._terms.sources(one[0])),
        )

    def _left(self, env: Env, block: Block) -> Env:
        """The names as they were before `block`, as far as that is known."""
        inside = self._blocks.bound_in(block)
        kept: dict[str, int] = {}
        for name, term in env:
            if name not in inside:
                kept[name] = term
            elif self._blocks.bound_elsewhere(name, block):
                kept[name] = MAYBE
        for name in inside - kept.keys():
            if self._blocks.bound_elsewhere(name, block):
                kept[name] = MAYBE
        return tuple(sorted(kept.items()))

    def _kept(self, here: Standing) -> Standing:
        """Without the names that nothing reads from here on, and without facts about anything else."""
        env = self._restricted(here.env, self._regions(here, here.pc, not here.calls))
        calls = tuple(
            (at, self._restricted(names, self._regions(here, at, number == 0)))
            for number, (at, names) in enumerate(here.calls)
        )
        outer = here.outer
        if outer is not None:
            outer = (
                outer[0],
                self._restricted(outer[1], (self._blocks.region(outer[0]),)),
                tuple(
                    (at, self._restricted(names, (self._blocks.region(at),)))
                    for at, names in outer[2]
                ),
            )
        first = self._restricted(here.first, ((0, 0), *self._closing_regions))
        known = here._replace(env=env, calls=calls, outer=outer, first=first)
        return known._replace(facts=self._that_matter(known)) if known.facts else known

    def _that_matter(self, here: Standing) -> Facts:
        """The facts that a later condition may ask for."""
        keys: set[Key] = set()
        sources: set[str] = set()

        def ask(env: Env, regions: tuple[Region, ...]) -> None:
            known = self._known.get((env, regions))
            if known is None:
                known = self._known[env, regions] = self._asked_from(dict(env), regions)
            keys.update(known[0])
            sources.update(known[1])

        for number, (at, names) in enumerate(here.calls):
            ask(names, self._regions(here, at, number == 0))
        ask(here.env, self._regions(here, here.pc, not here.calls))
        ask(here.first, self._closing_regions)
        if here.outer is not None:
            ask(here.outer[1], (self._blocks.region(here.outer[0]),))
            for at, names in here.outer[2]:
                ask(names, (self._blocks.region(at),))
        facts = here.facts
        if sources:
            keys.update(
                key
                for term, _ in facts
                if self._terms.sources(term) & sources
                for key in self._judgement.asks(term)
            )
        return self._judgement.near(facts, frozenset(keys))

    def _asked_from(
        self, names: dict[str, int], regions: tuple[Region, ...]
    ) -> tuple[frozenset[Key], frozenset[str]]:
        """What conditions in `regions` ask of what is known; and answers that may be asked for in other words."""
        keys: set[Key] = set()
        sources: set[str] = set()
        for region in regions:
            for expr in self._blocks.conditions(region):
                for one in self._judgement.parts(expr):
                    term = self._terms.of(one, names)
                    if term >= 0:
                        keys |= self._judgement.asks(term)
                    elif term == MAYBE:
                        sources |= self._sources(one, names)
            for expr in self._blocks.values(region):
                sources |= self._sources(expr, names)
        return frozenset(keys), frozenset(sources)

    def _sources(self, expr: ex.Expr, names: dict[str, int]) -> set[str]:
        return {
            source
            for name in self._terms.names(expr)
            if name in names
            for source in self._terms.sources(names[name])
        }

    def _regions(self, here: Standing, counter: int, outermost: bool) -> tuple[Region, ...]:
        own = self._blocks.region(counter)
        if not here.reading or not outermost:
            return (own,)
        match here.reading:
            case "first":
                return (own, *self._later_regions)
            case "turn":
                section = self._layout.resolve_of[here.turn]
                return (own,) if section is None else (own, self._blocks.region(section.entry))
            case "manual":
                assert here.outer is not None
                return own, self._blocks.region(here.outer[0])
            case _:
                return (own,)

    def _restricted(self, env: Env, regions: tuple[Region, ...]) -> Env:
        """Of the names those that something reads; what those stand for that decide nothing is of no matter."""
        key = (env, regions)
        found = self._restrictions.get(key)
        if found is None:
            deciding, every = self._blocks.read_in(regions)
            _, own = self._blocks.read_in(regions[:1])
            kept = {
                name: term if name in deciding or term == MAYBE else UNSEEN
                for name, term in env
                if name in deciding or name in own
            }
            if self._terms.coarse:
                kept = dict.fromkeys(deciding | own, MAYBE)
            # What later sections only write down may be known or not: that is no matter.
            later = every - deciding - own
            kept.update(dict.fromkeys(later, MAYBE))
            found = self._restrictions[key] = tuple(sorted(kept.items()))
        return found


def put(env: Env, names: Mapping[str, int]) -> Env:
    """The names with others beside or instead of them."""
    return tuple(sorted({**dict(env), **names}.items())) if names else env
