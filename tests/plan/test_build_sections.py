"""The whole of a runbook: sections, findings, procedures, messages, digest."""

from datetime import timedelta
from pathlib import Path

from rbengine.contract.codec import from_line, to_line
from rbengine.contract.values import Datum, Money, Percent
from rbengine.plan import code
from rbengine.plan import expressions as ir
from rbengine.plan.build import build_plan
from rbengine.plan.program import ConditionSpec, Plan
from support.lenient import analysis_of, runbook

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"

TEXT = runbook(
    """
input who: text          "Whose"
input least: int = 3     "How many are few"

symptoms
  - It is slow
  - It is
    very slow

diagnose
  step "Look"
    customer = stripe.customer(customer: who)
    few = count(["a"]) < least
  finding gone "Nobody of that name"
    customer is absent
  finding poor "No money left"
    not gone
    either
      few
      any([customer] where it.delinquent)
""",
    'resolve poor\n  call shared_note(text: "x")\n',
    'resolve gone\n  note "gone"\n',
    'otherwise\n  note "fine"\n',
    "verify\n  within 1m checking every 5s\n    until no finding holds\n",
    'recover\n  email.send(to: "a@b.c", message: hello(who, times: 3))\n',
    'on breach\n  escalate "late"\n',
    "prevent\n  - Watch it\n",
    'message hello(who: text, times: int) "Hello {{ who }}"\n  Hello {{ who }},\n\n    bye.\n',
    head="severity P1\nmttr immediate\nuse shared\n",
)
LIBRARY = """library shared "Shared"

procedure unused(text: text)
  note "never"

procedure shared_note(text: text) gives text
  note "{{ text }}"
  email.send(to: "a@b.c", message: bye())
  give text

message bye() "Bye"
  Bye.
"""


def plan() -> Plan:
    """The runbook above."""
    return build_plan(analysis_of(TEXT, LIBRARY))


def test_sections_stand_in_the_order_in_which_they_run() -> None:
    """Resolves keep the order of the text: all findings that hold are resolved in it."""
    kinds = [(one.kind, one.finding) for one in plan().sections]
    assert kinds == [
        ("diagnose", ""), ("resolve", "poor"), ("resolve", "gone"), ("otherwise", ""), ("verify", ""),
        ("recover", ""), ("on breach", ""),
    ]  # fmt: skip


def test_each_section_begins_where_the_last_one_ended() -> None:
    """No instruction belongs to nobody, and each has its place in the text."""
    made = plan()
    entries = [one.entry for one in (*made.sections, *made.procedures)]
    ends = [n + 1 for n, one in enumerate(made.code) if isinstance(one, code.SectionEnd)]
    assert entries == [0, *ends]
    assert len(made.origins) == len(made.code)
    assert isinstance(made.code[-1], code.Return)


def test_a_finding_names_what_it_reads() -> None:
    """One of these unknown makes it not judged; an input never is."""
    gone, poor = plan().findings
    assert gone.needs == ("customer",)
    assert poor.needs == ("gone", "few", "customer")
    assert poor.conditions[0] == ConditionSpec(
        any_of=(ir.Not(ir.Variable("gone")),), texts=("not gone",)
    )
    assert poor.conditions[1].texts == ("few", "any([customer] where it.delinquent)")
    judged = [one.finding for one in plan().code if isinstance(one, code.Judge)]
    assert judged == [0, 1]


def test_only_procedures_that_are_called_are_in_the_plan() -> None:
    """Each once, with its library's name, so that two libraries may use one word."""
    made = plan()
    (procedure,) = made.procedures
    assert procedure.name == "shared.shared_note"
    assert isinstance(made.code[procedure.entry], code.TakeNote)
    call = next(one for one in made.code if isinstance(one, code.CallProcedure))
    assert (call.procedure, call.place) == ("shared.shared_note", "resolve poor/1")


def test_messages_are_templates_with_their_parameters_in_order() -> None:
    """Arguments are put in the declared order, by name or by place."""
    made = plan()
    assert [(one.name, one.parameters) for one in made.messages] == [
        ("hello", ("who", "times")),
        ("shared.bye", ()),
    ]
    assert made.messages[0].subject == "Hello {{ who }}"
    assert made.messages[0].body == "Hello {{ who }},\n\n  bye."
    sent = [one for one in made.code if isinstance(one, code.Invoke)][1]
    assert sent.call.arguments[1].value == ir.RenderMessage(
        "hello", (ir.Variable("who"), ir.Constant(Datum(3)))
    )


def test_the_head_and_the_prose_are_there() -> None:
    """What screens and reports show without reading the playbook again."""
    made = plan()
    assert (made.id, made.severity, made.mttr) == ("RB-900", "P1", None)
    assert [(one.name, one.default) for one in made.inputs] == [
        ("who", None),
        ("least", ir.Constant(Datum(3))),
    ]
    assert made.symptoms == ("It is slow", "It is very slow")
    assert made.prevent == ("Watch it",)
    assert [path for path, _ in made.texts] == ["test.rb", "library0.rb"]


def test_a_plan_survives_being_written_down() -> None:
    """A run may be taken up by another process, with the same plan."""
    made = plan()
    again = from_line(to_line(made), Plan)
    assert again == made
    assert again.digest == made.digest


def test_the_same_text_gives_the_same_digest_and_another_one_another() -> None:
    """A run is bound to its plan by the digest."""
    other = build_plan(analysis_of(TEXT.replace("< least", "<= least"), LIBRARY))
    assert plan().digest == plan().digest
    assert other.digest != plan().digest


def test_literals_keep_their_kind() -> None:
    """Money in minor units of its currency, percents as points."""
    text = runbook(
        'diagnose\n  finding x "x"\n    12.50 usd > 3 jpy\n    5% > 2.5%\n',
        'resolve x\n  note "x"\n',
    )
    (finding,) = build_plan(analysis_of(text)).findings
    sides = [
        side.value.value
        for line in finding.conditions
        for one in line.any_of
        if isinstance(one, ir.Comparison)
        for side in (one.left, one.right)
        if isinstance(side, ir.Constant)
    ]
    assert sides[:2] == [Money(1250, "usd"), Money(3, "jpy")]
    assert all(isinstance(one, Percent) for one in sides[2:])


def test_rb011_becomes_a_plan() -> None:
    """The first runbook of the company, whole."""
    text = (PLAYBOOKS / "rb011.rb").read_text(encoding="utf-8")
    made = build_plan(analysis_of(text, path="playbooks/rb011.rb"))
    assert (made.id, made.mttr) == ("RB-011", timedelta(minutes=20))
    assert [one.name for one in made.findings] == [
        "webhook_missed", "unknown_price", "collection_stopped", "first_payment_open", "cancelled_in_stripe",
    ]  # fmt: skip
    assert made.findings[0].needs == ("subscription", "account")
    places = [one.change.place for one in made.code if isinstance(one, code.MakeChange)]
    assert places == [
        "resolve webhook_missed/Sync from Stripe/1",
        "resolve webhook_missed/Trigger check-subscription/1",
        "resolve collection_stopped/Record Stripe's status/1",
        "resolve cancelled_in_stripe/Freeze the account/1",
    ]
    assert from_line(to_line(made), Plan) == made
