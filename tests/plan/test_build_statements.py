"""Each kind of statement becomes the instructions that `plan/code.py` describes."""

from datetime import timedelta

import pytest
from rbengine.contract.values import Datum
from rbengine.plan import code
from rbengine.plan import expressions as ir
from rbengine.plan.build import build_plan
from rbengine.plan.program import Plan
from rbengine.semantics.catalogue.sample import sample
from support.check import analyse
from support.lenient import analysis_of, runbook

BROKEN = 'diagnose\n  finding broken "It is broken"\n    count(["a"]) > 0\n'


def resolve(body: str, *more: str, policy_role: str = "on_call") -> Plan:
    """The plan of a runbook whose one resolve has `body`."""
    indented = "".join(f"  {line}\n" if line else "\n" for line in body.strip("\n").split("\n"))
    text = runbook(BROKEN, f"resolve broken\n{indented}", *more)
    assert policy_role
    return build_plan(analysis_of(text))


def section(plan: Plan, kind: str = "resolve") -> list[code.Instruction]:
    """Its instructions, up to and including SectionEnd."""
    entry = next(one.entry for one in plan.sections if one.kind == kind)
    end = next(n for n in range(entry, len(plan.code)) if isinstance(plan.code[n], code.SectionEnd))
    return list(plan.code[entry : end + 1])


def names(instructions: list[code.Instruction]) -> list[str]:
    """Their kinds."""
    return [type(one).__name__ for one in instructions]


def constant(value: object) -> ir.Constant:
    return ir.Constant(Datum(value))  # type: ignore[arg-type]  # tests give values of the language


def test_a_step_puts_a_frame_around_its_statements() -> None:
    """Its timeout and retries hold for the calls inside, so they must stand where the machine sees them."""
    plan = resolve('step "Look", timeout 20s, retry 3 times every 5s doubling\n  note "looking"\n')
    begin, note, end, _ = section(plan)
    assert begin == code.StepBegin(
        label=constant("Look"),
        timeout=timedelta(seconds=20),
        retry=code.RetrySpec(times=3, every=timedelta(seconds=5), doubling=True),
    )
    assert note == code.TakeNote(constant("looking"))
    assert end == code.StepEnd()


def test_a_handler_guards_the_statements_above_it_in_its_block() -> None:
    """What stands below the handler runs either way."""
    plan = resolve(
        """
note "one"
note "two"
on failure conflict, timeout
  note "handled"
on failure invalid
  note "handled otherwise"
note "three"
"""
    )
    entry = plan.sections[1].entry
    body = section(plan)
    assert names(body) == [
        "TryBegin", "TakeNote", "TakeNote", "TryEnd", "TakeNote", "Jump", "TakeNote", "Jump", "TakeNote", "SectionEnd",
    ]  # fmt: skip
    assert body[0] == code.TryBegin(
        handlers=(
            code.FailureHandler(kinds=("conflict", "timeout"), entry=entry + 4),
            code.FailureHandler(kinds=("invalid",), entry=entry + 6),
        )
    )
    assert body[3] == code.TryEnd(entry + 8)
    assert (body[5], body[7]) == (code.Jump(entry + 8), code.Jump(entry + 8))


def test_a_later_handler_guards_the_earlier_one_too() -> None:
    """A failure inside the first handler is above the second one."""
    plan = resolve(
        """
note "one"
on failure conflict
  note "first"
note "two"
on failure timeout
  note "second"
"""
    )
    assert names(section(plan)) == [
        "TryBegin", "TryBegin", "TakeNote", "TryEnd", "TakeNote", "Jump", "TakeNote", "TryEnd", "TakeNote", "Jump",
        "SectionEnd",
    ]  # fmt: skip


def test_if_tests_each_branch_in_turn() -> None:
    """A test that does not hold goes on at the next branch; a branch that ran goes on behind the last one."""
    plan = resolve(
        """
if 1 > 2
  note "a"
else if 2 > 3
  note "b"
else
  note "c"
"""
    )
    entry = plan.sections[1].entry
    body = section(plan)
    assert names(body) == [
        "JumpUnless", "TakeNote", "Jump", "JumpUnless", "TakeNote", "Jump", "TakeNote", "SectionEnd",
    ]  # fmt: skip
    tests = [one for one in body if isinstance(one, code.JumpUnless)]
    assert [(one.to - entry, one.text) for one in tests] == [(3, "1 > 2"), (6, "2 > 3")]
    assert [one.to - entry for one in body if isinstance(one, code.Jump)] == [7, 7]


def test_an_if_alone_needs_no_jump() -> None:
    """Code is read by people too: no jump to the next instruction."""
    assert names(section(resolve('if 1 > 2\n  note "a"\n'))) == [
        "JumpUnless", "TakeNote", "SectionEnd",
    ]  # fmt: skip


def test_match_knows_texts_states_and_kinds_of_failure() -> None:
    """An attempt is present, absent or failed, and a failure has a kind."""
    plan = resolve(
        """
answer = try stripe.customer(customer: "cus_1")
match answer
  when failed "not_found", failed "invalid"
    note "a"
  when failed
    note "b"
  when absent
    note "c"
  when present
    match answer.name
      when "Ann", "Bob"
        note "d"
      otherwise
        note "e"
"""
    )
    tests = [one for one in section(plan) if isinstance(one, code.JumpUnless)]
    answer = ir.Variable("answer")
    assert [one.condition for one in tests] == [
        ir.Matches(answer, failures=("not_found", "invalid")),
        ir.Matches(answer, failures=("",)),
        ir.Matches(answer, states=("absent",)),
        ir.Matches(answer, states=("present",)),
        ir.Matches(ir.FieldOf(answer, "name"), texts=("Ann", "Bob")),
    ]
    assert tests[0].text == 'answer is failed "not_found" or failed "invalid"'


def test_a_call_has_every_declared_argument() -> None:
    """The host and the journal see the whole call; nobody looks defaults up a second time."""
    plan = resolve('logs = supabase.function_logs(since: 1h ago, function: "sync")\n')
    invoke = section(plan)[0]
    assert isinstance(invoke, code.Invoke)
    assert [one.name for one in invoke.call.arguments] == [
        "function",
        "since",
        "matching",
        "at_most",
    ]
    assert invoke.call.arguments[3].value == constant(500)
    assert invoke.bind == "logs"
    assert invoke.place == "resolve broken/1"
    assert not invoke.tried
    assert invoke.call.text == 'supabase.function_logs(since: 1h ago, function: "sync")'


def test_a_loop_takes_the_policys_bound_where_it_has_none() -> None:
    """Every loop is bounded; with `give` it makes a list."""
    plan = resolve(
        """
for each x in ["a"]
  note "{{ x }}"
done = for each y in ["b"], at most 20, 4 at a time
  if y is "b"
    give y
  skip "not b"
"""
    )
    entry = plan.sections[1].entry
    body = section(plan)
    assert names(body) == [
        "EachBegin", "TakeNote", "EachEnd", "EachBegin", "JumpUnless", "GiveItem", "SkipItem", "EachEnd", "SectionEnd",
    ]  # fmt: skip
    first, second = (one for one in body if isinstance(one, code.EachBegin))
    assert (first.at_most, first.at_a_time, first.collect, first.end) == (500, 1, None, entry + 3)
    assert (second.at_most, second.at_a_time, second.collect) == (20, 4, "done")
    assert [one for one in body if isinstance(one, code.EachEnd)] == [
        code.EachEnd(entry),
        code.EachEnd(entry + 3),
    ]


def test_parallel_has_an_entry_for_each_branch() -> None:
    """Each branch is a fiber of its own; they meet behind the last one."""
    plan = resolve(
        """
parallel
  a = stripe.customer(customer: "cus_1")
  b = stripe.customer(customer: "cus_2")
note "both"
"""
    )
    entry = plan.sections[1].entry
    body = section(plan)
    assert names(body) == [
        "Fork", "Invoke", "BranchEnd", "Invoke", "BranchEnd", "TakeNote", "SectionEnd",
    ]  # fmt: skip
    assert body[0] == code.Fork(entries=(entry + 1, entry + 3), join=entry + 5)


def test_within_says_where_it_expires_and_where_it_is_done() -> None:
    """Without `else` it fails when the time is over, with it the else runs."""
    plan = resolve(
        """
within 10m checking every 30s
  now_there = stripe.customer(customer: "cus_1")
  until now_there is present
else
  note "never came"
within 1m checking every 5s
  until no finding holds
"""
    )
    entry = plan.sections[1].entry
    body = section(plan)
    assert names(body) == [
        "WithinBegin", "Invoke", "Until", "TakeNote", "WithinBegin", "Rediagnose", "Until", "SectionEnd",
    ]  # fmt: skip
    first, second = (one for one in body if isinstance(one, code.WithinBegin))
    assert (first.until, first.expired, first.done) == (entry + 2, entry + 3, entry + 4)
    assert (second.until, second.expired, second.done) == (entry + 6, None, entry + 7)
    until = body[6]
    assert isinstance(until, code.Until)
    assert (until.text, until.begin) == ("no finding holds", entry + 4)
    assert isinstance(body[5], code.Rediagnose)
    assert until.condition == ir.Variable(body[5].bind)


def test_questions_take_the_policys_time_and_role() -> None:
    """No question waits for ever, and each has somebody who may answer it."""
    plan = resolve(
        """
amount = ask "How much?": money within 5m by tech_lead or cto
way = choose "Which way?"
  left  "To the left"
  right "To the right"
manual "Turn it off and on"
  give off: bool "Is it off?"
approve "Go on?" by cto
"""
    )
    ask, choose, manual, approve = (
        one.question for one in section(plan) if isinstance(one, code.Pose)
    )
    assert (ask.kind, ask.by, ask.within) == (
        "ask",
        ("tech_lead", "cto"),
        constant(timedelta(minutes=5)),
    )
    assert (choose.by, choose.within) == (("on_call",), constant(timedelta(minutes=30)))
    assert [one.name for one in choose.choices] == ["left", "right"]
    assert [one.name for one in manual.gives] == ["off"]
    assert (approve.kind, approve.by) == ("approve", ("cto",))


def test_short_statements_are_one_instruction_each() -> None:
    """Waiting, telling, checking, stopping."""
    plan = resolve(
        """
wait 3m
escalate "Nobody knows" to cto
  impact "All"
  next "Look"
check 1 > 2
check 1 > 2
  else "One is not more than two"
stop handed over "Enough"
"""
    )
    assert section(plan)[:-1] == [
        code.Sleep(constant(timedelta(minutes=3))),
        code.EscalateTo(
            reason=constant("Nobody knows"),
            to=("cto",),
            impact=constant("All"),
            next=constant("Look"),
        ),
        code.CheckThat(
            condition=ir.Comparison(">", constant(1), constant(2)),
            otherwise=constant("it does not hold that 1 > 2"),
            text="1 > 2",
        ),
        code.CheckThat(
            condition=ir.Comparison(">", constant(1), constant(2)),
            otherwise=constant("One is not more than two"),
            text="1 > 2",
        ),
        code.StopRun(outcome="handed over", reason=constant("Enough")),
    ]


def test_all_or_nothing_is_a_frame() -> None:
    """What fails inside unwinds what was applied inside."""
    plan = resolve('all or nothing\n  step "A"\n    note "a"\n')
    assert names(section(plan)) == [
        "AtomicBegin", "StepBegin", "TakeNote", "StepEnd", "AtomicEnd", "SectionEnd",
    ]  # fmt: skip


def test_text_and_queries_are_bound() -> None:
    """A query has the policy's row bound, the statement's parameters in order, and a table for the screen."""
    plan = resolve(
        """
command = text
  SELECT 1;
row = query one timeout 5s
  SELECT id FROM things WHERE id = :broken.id AND name = :name
rows = query all on replica at most 20 rows
  SELECT id FROM things
few = query all
  SELECT id FROM things
"""
    )
    let, one, bounded, unbounded, _ = section(plan)
    assert let == code.Let(name="command", value=constant("SELECT 1;"))
    assert isinstance(one, code.Read)
    assert (one.query.kind, one.query.at_most, one.query.table) == ("one", 1, "things")
    assert one.query.timeout == timedelta(seconds=5)
    assert one.query.arguments == (
        code.SqlArgument(
            name="broken.id", value=ir.FieldOf(ir.Variable("broken"), "id"), type="text"
        ),
        code.SqlArgument(name="name", value=ir.Variable("name"), type="text"),
    )
    assert isinstance(bounded, code.Read)
    assert (bounded.query.at_most, bounded.query.replica) == (20, True)
    assert isinstance(unbounded, code.Read)
    assert unbounded.query.at_most == 1000


def test_a_step_that_failed_the_checker_is_never_planned() -> None:
    """A plan of something wrong could run."""
    import msgspec
    from rbengine.diagnostics import Code, Diagnostic, Label
    from rbengine.source import Span

    analysis = analysis_of(runbook(BROKEN))
    problem = Diagnostic(
        code=Code("E201"),
        message="nothing here is called `x`",
        primary=Label("test.rb", Span(0, 1)),
    )
    with pytest.raises(ValueError, match="nothing here is called"):
        build_plan(msgspec.structs.replace(analysis, problems=(problem,)))


def test_a_sum_says_what_none_are_together() -> None:
    """No durations are no plain 0, and no amounts have no currency."""
    plan = build_plan(
        analyse(
            sample(
                """
                resolve stale
                  a = sum([1.00 usd] where it > 5.00 usd)
                  b = sum([1m] where it > 5m)
                  c = sum([1])
                """
            )
        )
    )
    sums = [
        one.value.arguments[1:]
        for one in section(plan)
        if isinstance(one, code.Let) and isinstance(one.value, ir.Function)
    ]
    assert sums == [(constant(None),), (constant(timedelta(0)),), ()]
