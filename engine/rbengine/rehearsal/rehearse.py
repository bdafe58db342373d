"""One scenario, rehearsed: its world set up, its faults ordered, its run played, its expectations checked."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from rbengine.diagnostics import Diagnostic
from rbengine.host.driver import Observer
from rbengine.host.starting import MissingInputError
from rbengine.rehearsal.coverage import NOTHING
from rbengine.rehearsal.direction import direct
from rbengine.rehearsal.effects import Effects
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.excerpt import clock_text
from rbengine.rehearsal.expectations import Evidence, expanded, miss_of
from rbengine.rehearsal.mishaps import Mishaps
from rbengine.rehearsal.misses import AGAIN, MISHAP, NOT_SIMULATED, Miss, describe
from rbengine.rehearsal.people import PersonRule, ScriptedPeople
from rbengine.rehearsal.play import Played, Player
from rbengine.rehearsal.read_rows import ReadRows
from rbengine.rehearsal.result import Rehearsal
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.table_rows import TableRows
from rbengine.rehearsal.unnamed import unnamed
from rbengine.rehearsal.world import USUAL_START, Author, Setting
from rbengine.semantics.whole_worlds import whole_worlds
from rbengine.source import Span
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.expressions import Template

Through = tree.ExpectTheSame | None

_MOST_FAILURES = 3
"""Of the app, beside a miss."""

MakeStage = Callable[[Setting, Author], Stage]


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario with the world it plays in."""

    scenario: tree.Scenario
    world: tree.World
    expectations: tuple[tuple[tree.Expectation, Through], ...]
    """Those of `the same as` in its place."""


def read_script(scenarios: tree.Scenarios, scenario: tree.Scenario, author: Author) -> Script:
    """The scenario as it is to be played. Raises CannotRehearseError for a world or title nobody has."""
    worlds = whole_worlds(scenarios)
    titles = {one.title.plain: one for one in scenarios.parts if isinstance(one, tree.Scenario)}
    world = worlds.get(scenario.world.text)
    if world is None:
        problem = author.problem(scenario.world, f"there is no world `{scenario.world.text}`")
        raise CannotRehearseError(problem)
    seen: set[str] = {scenario.title.plain}

    def others(title: Template) -> Sequence[tree.Expectation]:
        name = title.plain
        if name not in titles:
            raise CannotRehearseError(author.problem(title, f'there is no scenario "{name}"'))
        if name in seen:
            raise CannotRehearseError(author.problem(title, f'"{name}" refers to itself'))
        seen.add(name)
        return expectations_of(titles[name])

    return Script(
        scenario=scenario,
        world=world,
        expectations=tuple(expanded(expectations_of(scenario), others)),
    )


def expectations_of(scenario: tree.Scenario) -> tuple[tree.Expectation, ...]:
    """The `expect` lines of a scenario."""
    return tuple(one for one in scenario.parts if isinstance(one, tree.Expectation))


def rehearse(
    scenarios: tree.Scenarios,
    scenario: tree.Scenario,
    *,
    author: Author,
    make_stage: MakeStage,
    setting_of: Callable[[tree.World], Setting],
    engine: str,
    observer: Observer | None = None,
) -> Rehearsal:
    """Play it and check it. What cannot be rehearsed is a miss as well; only defects of the engine raise."""
    setting: Setting | None = None
    try:
        script = read_script(scenarios, scenario, author)
        setting = setting_of(script.world)
        return _Rehearsing(script, setting, author, make_stage, engine).result(observer)
    except CannotRehearseError as error:
        return _not_played(scenario, setting, error.problem)


class _Rehearsing:
    """The work of one call of `rehearse`."""

    def __init__(
        self, script: Script, setting: Setting, author: Author, make_stage: MakeStage, engine: str
    ) -> None:
        self._script = script
        self._setting = setting
        self._author = author
        self._stage = make_stage(setting, author)
        self._player = Player(self._stage, engine)
        self._title = script.scenario.title.span

    def result(self, observer: Observer | None) -> Rehearsal:
        stage, setting = self._stage, self._setting
        stage.set_up(self._script.world.parts)
        direction = direct(stage, self._script.scenario)
        try:
            played = self._player.play(
                inputs=setting.values,
                people=direction.people,
                mishaps=direction.mishaps,
                observer=observer,
                around=direction.around,
            )
        except MissingInputError as missing:
            problem = self._author.problem(self._script.world.name, str(missing))
            raise CannotRehearseError(problem) from missing
        effects = Effects(played.turns, setting.began)
        misses = self._misses(
            played, effects, (*direction.rules, *setting.rules), direction.mishaps
        )
        return _rehearsal(self._script.scenario, setting, played, tuple(misses))

    def _misses(
        self, played: Played, effects: Effects, rules: Sequence[PersonRule], mishaps: Mishaps
    ) -> list[Diagnostic]:
        if played.stopped:
            stopped = Miss(
                code=NOT_SIMULATED, span=self._title,
                expected="a run that can be simulated", found=played.stopped,
            )  # fmt: skip
            return [self._described(stopped, effects, None)]
        scope = self._stage.scope()
        evidence = Evidence(
            effects=effects,
            letters=played.letters,
            changed=tuple(one.what for one in played.footprints),
            tables=TableRows(self._stage.database.get, scope),
            reads=ReadRows(self._stage.look, scope),
            scope=scope,
        )
        found: list[tuple[Miss, Span | None]] = []
        for node, through in self._script.expectations:
            miss = self._author.careful(node, partial(miss_of, node, evidence))
            if miss is not None:
                found.append((miss, None if through is None else through.span))
        expectations = [node for node, _ in self._script.expectations]
        found.extend(
            (miss, None)
            for miss in unnamed(self._title, expectations, rules, evidence, played.footprints)
        )
        found.extend(
            (
                Miss(
                    code=MISHAP, span=one.span, found="it was never applied",
                    expected=f'a crash during "{one.label}"',
                ),
                None,
            )
            for one in mishaps.crashes_to_come
        )  # fmt: skip
        found.extend(
            (
                Miss(
                    code=MISHAP, span=one.span, found="no such call was made",
                    expected=f'{one.words} during "{one.label}"',
                ),
                None,
            )
            for one in mishaps.faults_to_come
        )  # fmt: skip
        misses = [self._described(miss, effects, through) for miss, through in found]
        if misses:
            misses[0] = self._with_the_apps_failures(misses[0])
        if played.finish is not None and played.finish.outcome == "resolved":
            misses.extend(self._once_more(rules))
        return misses

    def _with_the_apps_failures(self, miss: Diagnostic) -> Diagnostic:
        """The run heard no more than `500`; the author of the app wants to know why."""
        failed = self._stage.program.failed
        began = self._setting.began
        lines = dict.fromkeys(f"app {name} failed: {text}" for _, name, text in failed)
        first = {f"app {name} failed: {text}": at for at, name, text in reversed(failed)}
        shown = tuple(f"{clock_text(first[one] - began):<9} {one}" for one in lines)
        return msgspec.structs.replace(miss, notes=(*miss.notes, *shown[:_MOST_FAILURES]))

    def _once_more(self, rules: Sequence[PersonRule]) -> list[Diagnostic]:
        """Run it again in the world it left: it must find nothing and change nothing."""
        people = ScriptedPeople((), rules, self._stage.person)
        again = self._player.play(inputs=self._setting.values, people=people, mishaps=Mishaps())
        effects = Effects(again.turns, again.started.began)
        found = [f"found {name}" for name in effects.found]
        found.extend(f'changed "{one.label}"' for one in effects.deeds if one.rows != 0)
        if again.stopped:
            found.append(again.stopped)
        if not found:
            return []
        miss = Miss(
            code=AGAIN, span=self._title, found=", ".join(dict.fromkeys(found)),
            expected="nothing to find or change when it is run once more in the world it left",
        )  # fmt: skip
        return [self._described(miss, effects, None)]

    def _described(self, miss: Miss, effects: Effects, through: Span | None) -> Diagnostic:
        return describe(miss, self._author.file, effects, through)


def _rehearsal(
    scenario: tree.Scenario, setting: Setting, played: Played, misses: tuple[Diagnostic, ...]
) -> Rehearsal:
    return Rehearsal(
        title=scenario.title.plain, run=played.started.run, incident=played.started.incident,
        began=setting.began, finish=played.finish, lines=played.lines, turns=played.turns,
        misses=misses, took=played.turns[-1].event.at - setting.began, coverage=played.coverage,
    )  # fmt: skip


def _not_played(scenario: tree.Scenario, setting: Setting | None, problem: Diagnostic) -> Rehearsal:
    began = USUAL_START if setting is None else setting.began
    return Rehearsal(
        title=scenario.title.plain, run="", incident="", began=began, finish=None, lines=(),
        turns=(), misses=(problem,), took=began - began,
        coverage=NOTHING,
    )  # fmt: skip
