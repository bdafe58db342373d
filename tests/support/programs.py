"""Plans written by hand, for tests of the machine: what the plan builder would make of a small playbook."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rbengine.contract.policy import (
    ApprovalRule,
    Contact,
    ContactChannel,
    EscalationRung,
    PolicyModel,
    SeverityPolicy,
)
from rbengine.contract.values import Datum, Value
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import (
    ConditionSpec,
    FindingSpec,
    InputSpec,
    MessageSpec,
    Plan,
    ProcedureSpec,
    SectionSpec,
)

ORIGIN = c.Origin("test.rb", 1, 0, 1)

POLICY = PolicyModel(
    name="test",
    contacts=(
        Contact(name="on_call", title="On call", is_role=True),
        Contact(
            name="manager",
            title="Manager",
            channels=(ContactChannel("email", "manager@example.test"),),
        ),
        Contact(name="lead", title="Lead", channels=(ContactChannel("email", "l@example.test"),)),
    ),
    severities=(
        SeverityPolicy(
            name="P2",
            title="Medium",
            rungs=(EscalationRung(when="after", after=timedelta(hours=2), to=("lead",)),),
            approvals=(ApprovalRule(about="changes", by=("on_call",)),),
        ),
    ),
)


def k(value: Value) -> ex.Constant:
    """A constant."""
    return ex.Constant(Datum(value))


def v(path: str) -> ex.Expr:
    """`account.name`."""
    first, *rest = path.split(".")
    expr: ex.Expr = ex.Variable(first)
    for name in rest:
        expr = ex.FieldOf(expr, name)
    return expr


def is_(left: ex.Expr, right: ex.Expr) -> ex.Comparison:
    return ex.Comparison("is", left, right)


def say(text: str) -> ex.Text:
    """`hello {{ name }}`: holes are paths."""
    parts: list[ex.Chunk | ex.Slot] = []
    rest = text
    while "{{" in rest:
        before, _, rest = rest.partition("{{")
        inside, _, rest = rest.partition("}}")
        if before:
            parts.append(ex.Chunk(before))
        parts.append(ex.Slot(v(inside.strip())))
    if rest or not parts:
        parts.append(ex.Chunk(rest))
    return ex.Text(tuple(parts))


def read(bind: str, *, tried: bool = False, sql: str = "SELECT 1") -> c.Read:
    return c.Read(
        bind=bind,
        query=c.QuerySpec(kind="maybe", sql=sql, arguments=(), at_most=1),
        tried=tried,
    )


def call(
    operation: str,
    bind: str | None = None,
    *,
    effect: Any = "observe",
    tried: bool = False,
    **arguments: ex.Expr,
) -> c.Invoke:
    spec = c.OperationSpec(
        operation=operation,
        arguments=tuple(ex.NamedExpr(name, value) for name, value in arguments.items()),
        effect=effect,
        idempotency="by key" if effect != "observe" else "naturally",
        text=f"{operation}(…)",
    )
    return c.Invoke(bind=bind, call=spec, place=f"call {operation}", tried=tried)


def step(label: str, *body: c.Instruction, **clauses: Any) -> list[c.Instruction]:
    return [c.StepBegin(label=k(label), **clauses), *body, c.StepEnd()]


def sql(*arguments: c.SqlArgument, text: str = "UPDATE things SET state = 'new'") -> c.SqlPart:
    return c.SqlPart(sql=text, arguments=arguments, bound=c.RowBound(at_least=k(1), at_most=k(1)))


def operation(name: str, **arguments: ex.Expr) -> c.OperationPart:
    return c.OperationPart(
        call=c.OperationSpec(
            operation=name,
            arguments=tuple(ex.NamedExpr(one, value) for one, value in arguments.items()),
            effect="change",
            idempotency="by key",
            text=f"{name}(…)",
        )
    )


def change(
    label: str,
    *parts: c.ChangePart,
    bind: str | None = None,
    undo: c.DerivedUndo | c.WrittenUndo | c.IrreversibleUndo | None = None,
    approve_by: tuple[str, ...] = (),
) -> c.MakeChange:
    return c.MakeChange(
        bind=bind,
        change=c.ChangeSpec(
            label=k(label),
            place=f"place of {label}",
            parts=parts or (sql(),),
            undo=undo or c.DerivedUndo(),
            approve_by=approve_by,
        ),
    )


def finding(name: str, *lines: ex.Expr, needs: Sequence[str] = ()) -> FindingSpec:
    return FindingSpec(
        name=name,
        title=k(f"title of {name}"),
        conditions=tuple(
            ConditionSpec(any_of=(one,), texts=(f"line {number}",))
            for number, one in enumerate(lines, start=1)
        ),
        needs=tuple(needs),
        origin=ORIGIN,
    )


def program(
    *,
    diagnose: Sequence[c.Instruction] = (),
    findings: Sequence[FindingSpec] = (),
    resolves: "dict[str, Sequence[c.Instruction]] | None" = None,
    otherwise: Sequence[c.Instruction] | None = None,
    verify: Sequence[c.Instruction] | None = None,
    recover: Sequence[c.Instruction] | None = None,
    on_breach: Sequence[c.Instruction] | None = None,
    procedures: "dict[str, Sequence[c.Instruction]] | None" = None,
    messages: Sequence[MessageSpec] = (),
    inputs: Sequence[InputSpec] = (),
    policy: PolicyModel = POLICY,
    severity: str = "P2",
    mttr: timedelta | None = timedelta(minutes=20),
) -> Plan:
    """Lay the sections one after another; every jump inside a section counts from the section's first instruction.

    Findings are judged at the end of `diagnose`, unless it holds Judge instructions of its own.
    """
    code: list[c.Instruction] = []
    sections: list[SectionSpec] = []

    def lay(body: Sequence[c.Instruction], end: c.Instruction) -> int:
        entry = len(code)
        code.extend(_shifted(one, entry) for one in body)
        code.append(end)
        return entry

    body = list(diagnose)
    if not any(isinstance(one, c.Judge) for one in body):
        body.extend(c.Judge(number) for number in range(len(findings)))
    sections.append(SectionSpec(kind="diagnose", entry=lay(body, c.SectionEnd())))
    for name, steps in (resolves or {}).items():
        sections.append(SectionSpec(kind="resolve", entry=lay(steps, c.SectionEnd()), finding=name))
    rest: list[tuple[Any, Sequence[c.Instruction] | None]] = [
        ("otherwise", otherwise),
        ("verify", verify),
        ("recover", recover),
        ("on breach", on_breach),
    ]
    for kind, steps_or_none in rest:
        if steps_or_none is not None:
            sections.append(SectionSpec(kind=kind, entry=lay(steps_or_none, c.SectionEnd())))
    made = [
        ProcedureSpec(name=name, entry=lay(steps, c.Return()))
        for name, steps in (procedures or {}).items()
    ]
    return Plan(
        id="RB-900",
        title="Something is wrong",
        severity=severity,
        mttr=mttr,
        inputs=tuple(inputs),
        findings=tuple(findings),
        sections=tuple(sections),
        procedures=tuple(made),
        messages=tuple(messages),
        code=tuple(code),
        origins=(ORIGIN,) * len(code),
        symptoms=(),
        prevent=("Look at it again",),
        policy=policy,
        texts=(),
    )


_TARGETS = ("to", "end", "begin", "expired", "done", "until", "join")


def _shifted(instruction: c.Instruction, by: int) -> c.Instruction:
    """Targets are written from the section's start; the code wants them from its own."""
    if by == 0:
        return instruction
    import msgspec

    fields: dict[str, Any] = {}
    for name in _TARGETS:
        value = getattr(instruction, name, None)
        if isinstance(value, int) and not isinstance(value, bool):
            fields[name] = value + by
    if isinstance(instruction, c.Fork):
        fields["entries"] = tuple(one + by for one in instruction.entries)
    if isinstance(instruction, c.TryBegin):
        fields["handlers"] = tuple(
            c.FailureHandler(kinds=one.kinds, entry=one.entry + by) for one in instruction.handlers
        )
    return msgspec.structs.replace(instruction, **fields) if fields else instruction
