"""A drill: the simulated world served to a person, on the real clock or a faster one."""

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.dialogue import Dialogue, Talk
from rbengine.cli.ground import Ground
from rbengine.cli.keyboard import Keyboard, Stdin
from rbengine.cli.output import Output
from rbengine.cli.running import (
    check_inputs,
    choose_world,
    code_of,
    read_inputs,
    supplied,
)
from rbengine.cli.usage import UsageError
from rbengine.diagnostics import did_you_mean
from rbengine.host.driver import Turn
from rbengine.host.pace import Said
from rbengine.host.people import Acknowledgement, NobodyAnswers, Reply
from rbengine.plan.program import Plan
from rbengine.rehearsal.drill import Lived, lived
from rbengine.rehearsal.errors import CannotRehearseError
from rbengine.rehearsal.session import RehearsalSession
from rbengine.report.drill import drill_rows
from rbengine.report.durations import since
from rbengine.report.screen import Screen
from rbengine.report.text import visible
from rbengine.runtime.commands import AskPeople, Show, Withdraw
from rbengine.runtime.events import Person, Started
from rbengine.runtime.notices import Escalated, WasAnswered
from rbengine.syntax.nodes.scenarios import Scenario

OPTIONS = ("--world", "--scenario", "--input", "--speed", "--seed", "--width", "--no-colour")

_INDENT = " " * 8
_TICK = 0.25  # seconds between two looks at the clock on a terminal
_ACKNOWLEDGES = "ack"


def drill(arguments: Sequence[str]) -> int:
    """Serve what `arguments` name to the person at the terminal."""
    parser = Parser("drill", OPTIONS)
    parser.add_argument("playbook", metavar="PLAYBOOK")
    parser.add_argument("--world", metavar="NAME")
    parser.add_argument("--scenario", metavar="TEXT")
    parser.add_argument("--input", metavar="NAME=VALUE", action="append", default=[])
    parser.add_argument("--speed", type=_speed, default=1, metavar="TIMES")
    parser.add_argument("--seed", type=int, default=0, metavar="NUMBER")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    if found.world is not None and found.scenario is not None:
        raise UsageError(
            "--world and --scenario cannot be together",
            notes=["a scenario has its own world"],
            way_out="leave one of them out",
        )
    output = Output(width=found.width, plain=found.no_colour)
    with Ground.here(output) as ground:
        path = ground.playbook(found.playbook)
        plan = ground.plan(path)
        if plan is None:
            return exit_codes.PROBLEMS
        session = ground.session(found.seed)
        scenario = _scenario(session, path, found.scenario)
        name = found.world if scenario is None else scenario.world.text
        world = choose_world(name, session.worlds(path), path)
        inputs = read_inputs(found.input, plan)
        check_inputs(plan, inputs, supplied(ground.workspace, path, world))
        execute = partial(session.execute, path, world=name, scenario=scenario, inputs=inputs)
        try:
            # The rehearsal goes first: what is wrong with the world is told before anybody begins.
            rehearsal = execute()
            rehearsed = lived(rehearsal.turns, rehearsal.began)
            drilled = Drill(output, plan, Stdin(), found.speed)
            code = exit_codes.INTERRUPTED
            try:
                mine = execute(people=NobodyAnswers(), pace=drilled, observer=drilled.turn)
                code = code_of(mine)
            except KeyboardInterrupt:
                output.row()
            drilled.end(rehearsed)
        except CannotRehearseError as error:
            ground.draw([error.problem])
            return exit_codes.PROBLEMS
        return code


class Drill:
    """The person at the keyboard: sees the run, answers while its clocks run. A `host.pace.Pace`.

    Only what is waited for takes time: what the engine and its database need to compute does not count.
    """

    def __init__(self, output: Output, plan: Plan, keyboard: Keyboard, speed: int) -> None:
        self._output = output
        self._plan = plan
        self._keyboard = keyboard
        self._speed = speed
        self._screen = Screen(plan, width=output.width, colour=output.colour)
        self._turns: list[Turn] = []
        self._began: datetime | None = None
        self._open: dict[int, AskPeople] = {}
        self._answered: dict[int, int] = {}
        self._talk: tuple[int, Talk] | None = None
        self._prompt = ""
        """What stands on the screen, waiting for a line; empty where rows came behind it."""
        self._shown = ""
        self._paged: tuple[str, ...] = ()

    def turn(self, turn: Turn) -> None:
        """Show it, and keep what it asks for."""
        self._turns.append(turn)
        if isinstance(turn.event, Started):
            self._began = turn.event.began
        rows = self._screen.lines(turn.event, turn.commands)
        if rows and self._prompt and not self._output.moves:
            self._output.row()
        self._output.rows(rows)
        if rows:
            self._prompt = ""
        for command in turn.commands:
            match command:
                case AskPeople():
                    self._open[command.question] = command
                case Withdraw(question=number) | Show(notice=WasAnswered(question=number)):
                    self._open.pop(number, None)
                case Show(notice=Escalated(to=to)):
                    self._paged = to
                case _:
                    continue

    def wait(self, now: datetime, until: datetime | None) -> Said | Acknowledgement | None:
        """Let the clock run and take what is typed meanwhile."""
        lived_so_far = timedelta(0)
        while not self._keyboard.ended and self._attends():
            talk = self._ask()
            left = None if until is None else (until - now - lived_so_far) / self._speed
            if left is not None and left <= timedelta(0):
                return None
            began = self._keyboard.seconds()
            typed = self._keyboard.line(self._patience(left, now + lived_so_far))
            lived_so_far += timedelta(seconds=self._keyboard.seconds() - began) * self._speed
            if until is not None:
                lived_so_far = min(lived_so_far, until - now)
            if typed is None:
                continue
            if not self._keyboard.person:
                # Nobody saw these keys being pressed: what was answered must stand in the log.
                self._output.row(f"{_INDENT}{self._shown}{visible(typed)}")
            self._prompt = ""
            done = self._typed(typed.strip(), talk)
            if isinstance(done, Acknowledgement):
                return Acknowledgement(after=lived_so_far, person=done.person)
            if isinstance(done, Said):
                reply = Reply(
                    after=lived_so_far, person=done.reply.person, answer=done.reply.answer
                )
                return Said(question=done.question, reply=reply)
        return None

    def end(self, rehearsed: Lived) -> None:
        """The last rows: how it went beside the rehearsal, also where it was broken off."""
        self._output.status("")
        self._output.rows(self._screen.closing())
        if self._began is None:
            return
        self._output.rows(
            drill_rows(
                lived(self._turns, self._began),
                rehearsed,
                self._plan.mttr,
                speed=self._speed,
                width=self._output.width,
                colour=self._output.colour,
            )
        )

    def _attends(self) -> bool:
        """Whether there is anything to wait for: a pipe is read only where something is asked."""
        return self._keyboard.person or bool(self._open)

    def _patience(self, left: timedelta | None, now: datetime) -> float | None:
        """Real seconds until the next look at the clock."""
        seconds = None if left is None else left.total_seconds()
        if not self._keyboard.person or self._open:
            return seconds
        if self._began is not None:
            self._output.status(f"{since(now - self._began)}  {_ACKNOWLEDGES} acknowledges a page")
        return _TICK if seconds is None else min(seconds, _TICK)

    def _ask(self) -> Talk | None:
        """The dialogue about the oldest open question, its prompt shown."""
        number = next(iter(self._open), None)
        if number is None:
            self._talk = None
            return None
        if self._talk is None or self._talk[0] != number:
            question = self._open[number]
            talk = Dialogue(question, self._person(question), self._plan.policy.timezone, self._say)
            self._talk = number, talk.talk()
            self._show(next(self._talk[1]))
        elif not self._prompt:
            # Rows came between the prompt and its answer.
            self._show(self._shown)
        return self._talk[1]

    def _typed(self, typed: str, talk: Talk | None) -> Said | Acknowledgement | None:
        if typed.lower() == _ACKNOWLEDGES:
            return self._acknowledged()
        if talk is None or self._talk is None:
            return None
        number = self._talk[0]
        try:
            self._show(talk.send(typed))
        except StopIteration as over:
            self._talk = None
            reply: Reply | None = over.value
            if reply is None:
                return None
            self._answered[number] = self._answered.get(number, 0) + 1
            return Said(question=self._open[number], reply=reply)
        return None

    def _acknowledged(self) -> Acknowledgement | None:
        if not self._paged:
            self._say("nobody was paged so far")
            return None
        return Acknowledgement(after=timedelta(0), person=self._as(self._paged[0]))

    def _person(self, question: AskPeople) -> Person:
        """Whoever may answer; where several must, one after the other."""
        roles = question.by or ("operator",)
        return self._as(roles[min(self._answered.get(question.question, 0), len(roles) - 1)])

    def _as(self, role: str) -> Person:
        known = self._plan.policy.contact(role)
        return Person(id=role, name=role if known is None else known.title, role=role)

    def _show(self, prompt: str) -> None:
        self._shown = prompt
        if not self._keyboard.person:
            return
        self._prompt = _INDENT + prompt
        if self._output.moves:
            self._output.status(self._prompt)
        else:
            self._output.raw(self._prompt)

    def _say(self, text: str) -> None:
        self._output.row(_INDENT + text)


def _scenario(session: RehearsalSession, path: str, text: str | None) -> Scenario | None:
    """The one scenario with `text` in its title. Raises UsageError."""
    if text is None:
        return None
    scenarios = session.scenarios(path)
    titles = [one.title.plain for one in scenarios]
    exact = [one for one in scenarios if one.title.plain == text]
    found = exact or [one for one in scenarios if text.lower() in one.title.plain.lower()]
    if len(found) == 1:
        return found[0]
    shown = titles if not found else [one.title.plain for one in found]
    raise UsageError(
        f"{'no scenario has' if not found else 'several scenarios have'} `{visible(text)}` in the title",
        place=f"--scenario {visible(text)}",
        notes=["\n".join(["there are:", *(visible(one) for one in shown)])] if shown else [],
        way_out=did_you_mean(text, titles) or "give as much of a title as no other has",
    )


def _speed(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 3600:
        raise argparse.ArgumentTypeError(f"`{text}` is no speed: a whole number from 1 to 3600")
    return int(text)
