"""Statements to instructions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rbengine.contract.policy import PolicyModel
from rbengine.plan import code
from rbengine.plan import expressions as ir
from rbengine.plan.build.absence import tells_absence
from rbengine.plan.build.calls import operation, query, question
from rbengine.plan.build.changes import change
from rbengine.plan.build.expressions import constant, expression, template
from rbengine.plan.build.failures import Guarded, guarded
from rbengine.plan.build.places import Places
from rbengine.plan.build.reading import Reading
from rbengine.plan.build.tape import Tape
from rbengine.syntax.nodes import Node
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import Argument, OperationCall, Template

CLEAN = "no finding holds"
"""Where a diagnosis read again leaves its verdict; no binding can have a name with blanks."""


Called = Callable[[str, bool], str]
"""Takes a procedure's name as written and whether it is reached because something is not there; sees to its
code and gives its key."""


class StatementBuilder:
    """Writes one body after the other of one file onto a tape. A section or procedure gets its own."""

    def __init__(self, tape: Tape, reading: Reading, policy: PolicyModel, called: Called) -> None:
        self._tape = tape
        self._reading = reading
        self._policy = policy
        self._called = called
        self._places = Places()
        self._collecting: list[bool] = []
        self._by_absence = False

    def section(self, name: str, body: tree.Body, *, by_absence: bool = False) -> None:
        """The statements of the section or procedure `name`; `by_absence`: reached because something is not there."""
        with self._place(name), self._reached(by_absence):
            self.body(body)

    def step(self, node: tree.Step) -> None:
        """A step, for sections that mix steps with other things."""
        origin = self._reading.origin(node)
        retry = node.retry
        self._tape.add(
            code.StepBegin(
                label=template(node.label, self._reading),
                timeout=None if node.timeout is None else node.timeout.value,
                retry=None
                if retry is None
                else code.RetrySpec(
                    times=retry.times, every=retry.every.value, doubling=retry.doubling
                ),
            ),
            origin,
        )
        with self._place(self._reading.text(node.label.span).strip('"')):
            self.body(node.body)
        self._tape.add(code.StepEnd(), origin)

    def in_section(self, name: str, step: tree.Step) -> None:
        """`step` as a part of section `name`."""
        with self._place(name):
            self.step(step)

    def body(self, body: tree.Body) -> None:
        """The statements of one block; what an `on failure` guards is put between its TryBegin and TryEnd."""
        before = self._by_absence
        split = guarded(body)
        if split is None:
            for statement in body:
                self._statement(statement)
        else:
            self._guard(split)
        self._by_absence = before  # a `check` speaks of the rest of its own block only

    def _guard(self, split: Guarded) -> None:
        origin = self._reading.origin(split.handlers[0])
        begin = self._tape.reserve(origin)
        self.body(split.before)
        end = self._tape.reserve(origin)
        handlers: list[code.FailureHandler] = []
        jumps: list[int] = []
        for node in split.handlers:
            handlers.append(code.FailureHandler(kinds=split.kinds(node), entry=self._tape.here))
            self.body(node.body)
            jumps.append(self._tape.reserve(self._reading.origin(node)))
        after = self._tape.here
        self._tape.fill(begin, code.TryBegin(handlers=tuple(handlers)))
        self._tape.fill(end, code.TryEnd(after))
        for jump in jumps:
            self._tape.fill(jump, code.Jump(after))
        for statement in split.after:
            self._statement(statement)

    def _statement(self, node: tree.Statement) -> None:
        origin = self._reading.origin(node)
        match node:
            case tree.Step():
                self.step(node)
            case tree.Bind():
                self._value(node.name.text, node.value, node)
            case tree.Perform():
                self._value(None, node.value, node)
            case Change():
                self._change(None, node, node)
            case tree.If():
                self._if(node)
            case tree.Match():
                self._match(node)
            case tree.ForEach():
                self._each(None, node)
            case tree.Parallel():
                self._parallel(node)
            case tree.Within():
                self._within(node)
            case tree.AllOrNothing():
                self._tape.add(code.AtomicBegin(), origin)
                self.body(node.body)
                self._tape.add(code.AtomicEnd(), origin)
            case tree.OnFailure() | tree.ErrorStatement():
                raise AssertionError(f"{type(node).__name__} is no statement of its own")
            case tree.Allow():
                pass  # spoke to the checker
            case _:
                self._tape.add(self._simple(node), origin)

    def _simple(
        self,
        node: tree.Approve | tree.Escalate | tree.Note | tree.Check | tree.Stop | tree.Skip
        | tree.Give | tree.Wait,
    ) -> code.Instruction:  # fmt: skip
        """Statements that are one instruction."""
        match node:
            case tree.Approve():
                return code.Pose(bind=None, question=question(node, self._reading, self._policy))
            case tree.Escalate():
                return code.EscalateTo(
                    reason=self._text(node.reason),
                    to=tuple(one.text for one in node.to),
                    impact=None if node.impact is None else self._text(node.impact),
                    next=None if node.next is None else self._text(node.next),
                )
            case tree.Note():
                return code.TakeNote(self._text(node.text))
            case tree.Check():
                return self._check(node)
            case tree.Stop():
                return code.StopRun(outcome=node.outcome, reason=self._text(node.reason))
            case tree.Skip():
                return code.SkipItem(self._text(node.reason))
            case tree.Give():
                value = expression(node.value, self._reading)
                in_list = bool(self._collecting) and self._collecting[-1]
                return code.GiveItem(value) if in_list else code.Return(value)
            case tree.Wait():
                return code.Sleep(expression(node.duration, self._reading))

    def _check(self, node: tree.Check) -> code.CheckThat:
        written = self._reading.text(node.condition.span)
        self._by_absence = self._by_absence or tells_absence(node.condition)
        return code.CheckThat(
            condition=expression(node.condition, self._reading),
            otherwise=constant(f"it does not hold that {written}")
            if node.otherwise is None
            else self._text(node.otherwise),
            text=written,
        )

    def _value(self, name: str | None, value: tree.BindValue, node: Node) -> None:
        """`name = value`, or the value for its own sake."""
        tried = isinstance(value, tree.Try)
        call = value.value if isinstance(value, tree.Try) else value
        made: code.Instruction
        match call:
            case OperationCall():
                made = code.Invoke(
                    bind=name,
                    call=operation(call, self._reading),
                    place=self._places.next(),
                    tried=tried,
                )
            case tree.ProcedureCall():
                made = code.CallProcedure(
                    bind=name,
                    procedure=self._called(call.procedure.text, self._by_absence),
                    arguments=self._named(call.arguments),
                    tried=tried,
                    place=self._places.next(),
                )
            case tree.Query():
                spec = query(call, self._reading, self._policy.limits)
                made = code.Read(bind=name, query=spec, tried=tried)
            case tree.Ask() | tree.Choose() | tree.Manual():
                spec_asked = question(call, self._reading, self._policy)
                made = code.Pose(bind=name, question=spec_asked)
            case Change():
                self._change(name, call, node)
                return
            case tree.ForEach():
                self._each(name, call)
                return
            case tree.TextBlock():
                made = code.Let(name=name or "", value=constant(call.block.text))
            case _:
                made = code.Let(name=name or "", value=expression(call, self._reading))
        self._tape.add(made, self._reading.origin(node))

    def _change(self, name: str | None, node: Change, whole: Node) -> None:
        spec = change(
            node,
            self._reading,
            self._policy.limits,
            place=self._places.next(),
            never_free=self._by_absence,
        )
        self._tape.add(code.MakeChange(bind=name, change=spec), self._reading.origin(whole))

    def _if(self, node: tree.If) -> None:
        jumps: list[int] = []
        otherwise_by_absence = False
        for number, branch in enumerate(node.branches):
            origin = self._reading.origin(branch)
            test = self._tape.reserve(origin)
            with self._reached(otherwise_by_absence or tells_absence(branch.condition)):
                self.body(branch.body)
            if number + 1 < len(node.branches) or node.otherwise is not None:
                jumps.append(self._tape.reserve(origin))
            self._tape.fill(
                test,
                code.JumpUnless(
                    condition=expression(branch.condition, self._reading),
                    to=self._tape.here,
                    text=self._reading.text(branch.condition.span),
                ),
            )
            if tells_absence(branch.condition, holds=False):
                otherwise_by_absence = True
        if node.otherwise is not None:
            with self._reached(otherwise_by_absence):
                self.body(node.otherwise)
        for jump in jumps:
            self._tape.fill(jump, code.Jump(self._tape.here))

    def _match(self, node: tree.Match) -> None:
        subject = expression(node.subject, self._reading)
        written = self._reading.text(node.subject.span)
        jumps: list[int] = []
        for case in node.cases:
            origin = self._reading.origin(case)
            test = self._tape.reserve(origin)
            with self._reached(all(one.state == "absent" for one in case.patterns)):
                self.body(case.body)
            jumps.append(self._tape.reserve(origin))
            self._tape.fill(
                test,
                code.JumpUnless(
                    condition=_fits(subject, case.patterns),
                    to=self._tape.here,
                    text=f"{written} is {' or '.join(_words(one) for one in case.patterns)}",
                ),
            )
        if node.otherwise is not None:
            self.body(node.otherwise)
        for jump in jumps:
            self._tape.fill(jump, code.Jump(self._tape.here))

    def _each(self, collect: str | None, node: tree.ForEach) -> None:
        origin = self._reading.origin(node)
        begin = self._tape.reserve(origin)
        self._collecting.append(collect is not None)
        self.body(node.body)
        self._collecting.pop()
        self._tape.add(code.EachEnd(begin), origin)
        self._tape.fill(
            begin,
            code.EachBegin(
                name=node.name.text,
                items=expression(node.items, self._reading),
                at_most=self._policy.limits.loop if node.at_most is None else node.at_most,
                at_a_time=1 if node.at_a_time is None else node.at_a_time,
                end=self._tape.here,
                collect=collect,
            ),
        )

    def _parallel(self, node: tree.Parallel) -> None:
        origin = self._reading.origin(node)
        fork = self._tape.reserve(origin)
        entries: list[int] = []
        for branch in node.branches:
            entries.append(self._tape.here)
            self._statement(branch)
            self._tape.add(code.BranchEnd(), self._reading.origin(branch))
        self._tape.fill(fork, code.Fork(entries=tuple(entries), join=self._tape.here))

    def _within(self, node: tree.Within) -> None:
        origin = self._reading.origin(node)
        begin = self._tape.reserve(origin)
        self.body(node.body)
        condition: ir.Expr
        if isinstance(node.until, tree.NoFindingHolds):
            self._tape.add(code.Rediagnose(bind=CLEAN), self._reading.origin(node.until))
            condition = ir.Variable(CLEAN)
        else:
            condition = expression(node.until, self._reading)
        until = self._tape.add(
            code.Until(condition=condition, begin=begin, text=self._reading.text(node.until.span)),
            self._reading.origin(node.until),
        )
        expired = None if node.otherwise is None else self._tape.here
        if node.otherwise is not None:
            self.body(node.otherwise)
        self._tape.fill(
            begin,
            code.WithinBegin(
                duration=expression(node.duration, self._reading),
                every=expression(node.every, self._reading),
                expired=expired,
                done=self._tape.here,
                until=until,
            ),
        )

    def _named(self, arguments: tuple[Argument, ...]) -> tuple[ir.NamedExpr, ...]:
        return tuple(
            ir.NamedExpr(one.name.text, expression(one.value, self._reading))
            for one in arguments
            if one.name is not None
        )

    def _text(self, node: Template) -> ir.Expr:
        return template(node, self._reading)

    @contextmanager
    def _place(self, name: str) -> Iterator[None]:
        self._places.enter(name)
        yield
        self._places.leave()

    @contextmanager
    def _reached(self, by_absence: bool) -> Iterator[None]:
        before = self._by_absence
        self._by_absence = before or by_absence
        yield
        self._by_absence = before


def _fits(subject: ir.Expr, patterns: tuple[tree.Pattern, ...]) -> ir.Matches:
    return ir.Matches(
        of=subject,
        texts=tuple(one.text or "" for one in patterns if one.state == "value"),
        states=tuple(one.state for one in patterns if one.state in ("present", "absent")),
        failures=tuple(one.text or "" for one in patterns if one.state == "failed"),
    )


def _words(pattern: tree.Pattern) -> str:
    match pattern.state:
        case "value":
            return f'"{pattern.text}"'
        case "failed" if pattern.text:
            return f'failed "{pattern.text}"'
        case _:
            return pattern.state
