"""The search: what it meets, in which order, and that it is the same every time."""

from collections import Counter

import pytest
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.build import build_plan
from rbengine.rehearsal.explore import explore as module
from rbengine.rehearsal.explore.candidates import Candidates
from rbengine.rehearsal.explore.domains import Domains
from rbengine.rehearsal.explore.leaves import answers_of
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.reads import Reads
from rbengine.rehearsal.explore.replay import replay
from rbengine.rehearsal.explore.search import Search
from rbengine.rehearsal.explore.starts import starts
from rbengine.rehearsal.explore.trail import Path
from rbengine.rehearsal.explore.ways import Ways
from rehearsal.explore.small import SOUND, built, explored, of_kind
from support.check import analyse


def walked(paths: int) -> tuple[Search, Points, list[Path]]:
    plan, analysis = built()
    answers = answers_of(plan, analysis)
    reads = Reads(plan, answers)
    candidates = Candidates(reads, Domains(reads, answers), answers)
    points = Points(plan)
    ways = Ways(plan, points, answers, candidates)
    search = Search(points, ways, starts(plan, points, candidates, "on_call"))
    found: list[Path] = []
    search.run(paths, found.append)
    return search, points, found


def test_two_explorations_say_the_same_bytes() -> None:
    """An author compares yesterday's with today's."""
    assert repr(explored(paths=700)) == repr(explored(paths=700))


def test_every_decision_is_met_before_paths_are_walked_for_their_length() -> None:
    """A few hundred paths suffice for all decisions of a small playbook."""
    _, points, found = walked(2000)
    seen = 0
    met_after = 0
    for number, path in enumerate(found, start=1):
        if path.mask & ~seen:
            met_after = number
        seen |= path.mask
    missing = [one.what for one in points.all if not one.value and not seen >> one.number & 1]
    assert missing == []
    assert met_after < 400


def test_every_call_ends_in_every_way() -> None:
    """Answered, refused with each kind, and, where it changes something, lost."""
    _, points, found = walked(2000)
    seen = 0
    for path in found:
        seen |= path.mask
    met = {one.what for one in points.all if seen >> one.number & 1}
    assert {
        "answered", "refused with unavailable", "refused with rate_limited", "refused with timeout",
        "refused with unauthorized", "refused with not_found", "applied", "the answer is lost",
        "it had been done", "it had not been done", "no evidence whether it was done",
        "what it changes has moved meanwhile", "approved", "refused", "nobody answers", "taken back",
    } <= met | {"taken back"}  # fmt: skip


def test_clocks_strike_before_and_after_people_answer() -> None:
    """An approval in time, one after the time to resolve ran out, and none at all."""
    _, _, found = walked(2000)
    manners: Counter[str] = Counter()
    for path in found:
        silent = 0
        for step in path.last.all():
            if step.about == "people" and step.way.words == "nobody answers":
                silent += 1
            elif step.about == "people" and step.way.words == "approved":
                manners["late" if silent else "in time"] += 1
    assert manners["late"]
    assert manners["in time"]


def test_a_path_is_a_legal_run_that_can_be_walked_again() -> None:
    """The example is made of it: it must end as it ended."""
    plan, _ = built()
    _, _, found = walked(300)
    for path in found[::7]:
        last = list(replay(plan, path))[-1].after
        assert last.course == path.state.course
        assert last.now == path.state.now
        assert not path.cut


def test_paths_share_their_beginnings() -> None:
    """A path costs what is new about it: about two steps, not a whole run of ten."""
    search, _, found = walked(2000)
    assert search.steps < sum(path.last.length for path in found) * 0.8


def test_what_is_waited_for_may_never_come() -> None:
    """A `within` runs out on some path, and is fulfilled on another."""
    plan, _ = built()
    _, points, found = walked(2000)
    until = next(n for n, one in enumerate(plan.code) if isinstance(one, c.Until))
    outcomes = {path.state.course.ending.outcome for path in found if path.state.course.ending}
    assert all(
        any(path.mask & points.side(until, holds=way) for path in found) for way in (True, False)
    )
    assert {"resolved", "escalated", "handed over"} <= outcomes


@pytest.mark.parametrize("paths", [1, 2, 50])
def test_no_more_paths_than_asked_for(paths: int) -> None:
    """`--paths` is a bound."""
    assert explored(paths=paths).paths == paths


def test_a_small_playbook_is_walked_to_its_end() -> None:
    """Where there are no more paths, that is said."""
    text = SOUND[SOUND.index("diagnose\n") : SOUND.index("otherwise\n")]
    small = 'diagnose\n  step "Look"\n    row = query one\n      SELECT frozen FROM accounts WHERE id = :account\n\n'
    small += '  finding frozen "Frozen"\n    row.frozen\n\nresolve frozen\n  step "Say so"\n    note "frozen"\n\n'
    plan, analysis = built({text: small, SOUND[SOUND.index("verify\n") :]: ""})
    found = module.explore(plan, analysis, paths=1000)
    assert found.exhausted
    assert found.paths == 6  # frozen, not frozen, and the four refusals of its query


def test_no_path_is_walked_twice() -> None:
    """Twenty thousand paths are twenty thousand ways to go."""
    _, _, found = walked(2500)
    walks = {tuple((one.counter, one.way_number) for one in path.last.all()) for path in found}
    assert len(walks) == len(found) == 2500


def test_what_needs_several_answers_at_once_is_met() -> None:
    """Absent and empty everywhere is one world of those walked first: no pair of answers leads there."""
    changes = {
        '  finding gone "The order was cancelled"\n    order is present\n    order.status is "cancelled"\n': (
            '  step "Read more"\n    more = shop.orders(customer: "c")\n    lines = logs.lines(since: 1h ago)\n\n'
            '  finding gone "Nothing is there"\n    order is absent\n    more is empty\n    lines is empty\n'
        ),
        'escalate "Somebody cancelled {{ order.id }}"': 'escalate "Nothing is there"',
    }
    found = explored(changes, paths=60)
    assert [
        one.text for one in found.remarks if "`gone`" in one.text and one.kind == "unreachable"
    ] == []


LIBRARY = """\
library common "What several need"

record standing
  says: optional text

procedure standing_of(customer: text) gives standing
  order = try shop.latest_order(customer: customer)
  match order
    when present
      give {says: order.plan}
    otherwise
      give {says: "no order"}
"""


def test_what_a_procedure_gives_leads_back_to_the_answer_it_came_from() -> None:
    """Else no condition on it would ever be met from both sides."""
    text = SOUND.replace("mttr     20m\n", "mttr     20m\nuse      common\n").replace(
        "    order = shop.latest_order(customer: row.customer)\n",
        "    order = shop.latest_order(customer: row.customer)\n"
        "    found = call standing_of(customer: row.customer)\n",
    )
    analysis = analyse(text, {"common": LIBRARY})
    plan = build_plan(analysis)
    origins = Reads(plan, answers_of(plan, analysis)).origins
    says = origins.leaves(ex.FieldOf(ex.Variable("found"), "says"))
    assert {one.path for one in says} == {("plan",)}


def test_a_question_for_a_secret_comes_to_an_end() -> None:
    """What people type is put away before a run sees it; as a plain text it would be no answer, for ever."""
    found = explored(
        {
            '    change "Cancel the order"\n      shop.cancel(order: order.id)\n'
            '      irreversible "a cancelled order stays cancelled"\n': (
                '    key = ask "The key?": secret text within 10m by on_call\n'
                '    change "Set the key"\n'
                '      shop.set_secret(name: "api", value: key)\n'
                '      irreversible "the old key was leaked"\n'
            )
        },
        paths=300,
    )
    assert of_kind(found, "endless") == []
