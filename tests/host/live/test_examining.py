"""Adapters of a profile are looked at before a run: by one read each, and what is told holds no secret."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from rbengine.contract.adapter import Invocation, Whereabouts
from rbengine.contract.operations import AdapterSignature, HttpProvider, Setting
from rbengine.contract.outcomes import Outcome, Refused, Unsettled
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.examining import Examined, Examiner
from rbengine.host.live.hidden import Hidden
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.resolving import Resolved, Unresolved
from rbengine.host.live.to_write import settings_lines
from rbengine.host.live.unlocated import unlocated

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CANARY = "hunter2-canary"
KLAXON = AdapterSignature(
    name="klaxon",
    title="Klaxon",
    version="2026-10-28",
    operations=(),
    settings=(
        Setting(name="klaxon.key", doc="", example="env:KLAXON_KEY", secret=True, required=True),
        Setting(name="klaxon.team", doc="", required=True, says_where=True),
        Setting(name="klaxon.site", doc="", required=True, says_where=True),
        Setting(name="klaxon.floor", doc="", says_where=True),
        Setting(name="klaxon.door.*", doc="", says_where=True),
    ),
    providers=(HttpProvider(name="klaxon", url="https://{klaxon.site}.test"),),
)
WHOLE = {"klaxon.key": CANARY, "klaxon.site": "eu", "klaxon.team": "shop"}
THERE = {"klaxon.team": "shop", "klaxon.site": "eu"}

Located = Whereabouts | Refused | Unsettled


class Klaxon:
    """Says where it is; everything else would be too much."""

    def __init__(self, answer: Callable[[], Located]) -> None:
        self._answer = answer

    def locate(self, timeout: timedelta) -> Located:
        assert timeout <= timedelta(seconds=10)
        return self._answer()

    def perform(self, invocation: Invocation) -> Outcome:
        raise AssertionError(f"nobody may call {invocation.operation}")

    def settle(self, invocation: Invocation) -> Outcome | None:
        raise AssertionError(f"nobody may settle {invocation.operation}")


def examined(
    answer: Callable[[], Located],
    settings: Mapping[str, str] = WHOLE,
    unresolved: tuple[Unresolved, ...] = (),
) -> Examined:
    profile = LiveProfile(name="staging", settings=settings, secrets=frozenset({"klaxon.key"}))
    examiner = Examiner(
        Resolved(profile=profile, unresolved=unresolved),
        lambda _: Klaxon(answer),
        Hidden((CANARY,)).text,
        lambda: NOON,
    )
    (found,) = examiner.examine((KLAXON,))
    assert CANARY not in repr(found)
    return found


def told(found: Examined) -> list[tuple[str, str]]:
    return [(one.state, one.text) for one in found.remarks]


def at(
    facts: Mapping[str, str] = THERE, version: str = "", skew: float = 0.0
) -> Callable[[], Located]:
    clock = NOON + timedelta(seconds=skew)
    return lambda: Whereabouts(facts=facts, version=version, clock=clock)


def test_one_that_is_where_it_must_be() -> None:
    """It says what it is, by the names of the settings."""
    found = examined(
        at({**THERE, "klaxon.door.front": "1"}, version="2026-10-28"),
        {**WHOLE, "klaxon.door.front": "1"},
    )
    assert (found.state, found.took) == ("ok", timedelta(0))
    assert told(found) == [("ok", "team shop"), ("ok", "site eu"), ("ok", "door.front 1")]


def test_one_that_is_elsewhere_is_wrong() -> None:
    """With what it is and what it must be."""
    found = examined(at({**THERE, "klaxon.team": "other"}))
    assert ("wrong", "somewhere else: klaxon.team is other, and must be shop") in told(found)


def test_a_place_that_nobody_wrote_down_is_told() -> None:
    """So that it can be; a needed one stops a run until it is."""
    without = {name: value for name, value in WHOLE.items() if name != "klaxon.team"}
    found = examined(at({**THERE, "klaxon.floor": "3"}), without)
    (unsaid,) = (one for one in found.remarks if one.state != "ok")
    text = "klaxon.team is shop, klaxon.floor is 3, and the profile does not say which it must be"
    assert (unsaid.state, unsaid.text) == ("wrong", text)
    assert unsaid.lines == ("[profiles.staging.klaxon]", 'team = "shop"', 'floor = "3"')
    whole = examined(at({**THERE, "klaxon.floor": "3"}))
    assert [one.state for one in whole.remarks] == ["ok", "ok", "look"]


def test_a_needed_place_that_nobody_knows_stops_a_run() -> None:
    """Neither the profile nor the provider says it: what `exec` refuses `doctor` calls wrong."""
    without = {name: value for name, value in WHOLE.items() if name != "klaxon.team"}
    found = examined(at({"klaxon.site": "eu"}), without)
    assert ("wrong", "klaxon.team: not set, and it does not say") in told(found)


def test_one_that_does_not_say_a_place_is_to_be_looked_at() -> None:
    """Nobody can tell then."""
    found = examined(at({"klaxon.team": "shop"}))
    assert (found.state, "does not say its klaxon.site" in found.remarks[-1].text) == ("look", True)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, "klaxon.key, klaxon.site: not set"),
        ({"klaxon.key": CANARY}, "klaxon.site: not set"),
    ],
)
def test_one_whose_settings_are_not_complete_is_not_asked(
    settings: Mapping[str, str], text: str
) -> None:
    """It could not answer; the way out is to be pasted."""

    def never() -> Located:
        raise AssertionError("asked")

    found = examined(never, settings)
    assert (found.state, found.took) == ("wrong", None)
    assert told(found) == [("wrong", text)]
    header, *rows = found.remarks[0].lines
    assert header == "[profiles.staging.klaxon]"
    assert len(rows) == text.count("klaxon.")


def test_references_that_lead_nowhere_are_told_as_themselves() -> None:
    """And not as settings that are missing; variables together."""
    lost = (
        Unresolved("klaxon.key", "env:KLAXON_KEY", "the variable KLAXON_KEY is not set", "export"),
        Unresolved("klaxon.door.a", "file:a", "a: No such file", "see"),
        Unresolved("klaxon.floor", "env:FLOOR", "the variable FLOOR is empty", "export"),
        Unresolved("stripe.key", "env:STRIPE_KEY", "the variable STRIPE_KEY is not set", "export"),
    )
    settings = {name: value for name, value in WHOLE.items() if name != "klaxon.key"}
    assert told(examined(at(), settings, lost)) == [
        ("wrong", "2 variables are not in the environment"),
        ("wrong", "klaxon.door.a (file:a): a: No such file"),
    ]
    assert examined(at(), settings, lost).remarks[0].lines == (
        "export KLAXON_KEY=…  # klaxon.key",
        "export FLOOR=…       # klaxon.floor",
    )


def settings_pasted(lines: Sequence[str], before: str = "") -> object:
    """What a profile says once the lines stand in it."""
    return tomllib.loads("\n".join([before, *lines]))["profiles"]["staging"]


def test_what_is_to_be_pasted_is_what_was_meant() -> None:
    """Whatever a place is called, also where its table is there already."""
    door = KLAXON.settings[-1]
    lines = settings_lines(
        "staging",
        ("klaxon.door",),
        [("klaxon.team", None, 'a "b"\\'), ("klaxon.door.a@b", door, "true")],
    )
    assert lines[2] == "# below [profiles.staging.klaxon.door]"
    whole = settings_lines(
        "staging", (), [("klaxon.door.a@b", door, "true"), ("klaxon.team", None, 'a "b"\\')]
    )
    assert settings_pasted(whole) == {"klaxon": {"door": {"a@b": True}, "team": 'a "b"\\'}}


ROWS = AdapterSignature(
    name="rows",
    title="Rows",
    version="1",
    operations=(),
    settings=(
        Setting(
            name="rows.login.*", doc="a login, by its address", example="env:LOGIN", secret=True
        ),
    ),
)


@pytest.mark.parametrize(
    ("hosts", "settings", "states"),
    [
        ((), {}, ["look", "look"]),
        (("mail.test",), {"rows.login.a@b.test": CANARY}, ["ok", "ok"]),
    ],
)
def test_one_without_a_place_tells_what_it_may_reach_and_open(
    hosts: Sequence[str], settings: Mapping[str, str], states: list[str]
) -> None:
    """That it is well would be more than anybody knows."""
    profile = LiveProfile(name="staging", hosts=frozenset(hosts), settings=settings)
    found = tuple(unlocated(ROWS, profile, ()))
    assert [one.state for one in found] == states
    assert CANARY not in repr(found)
    told = " ".join(one.text for one in found)
    assert ("a@b.test" in told, "mail.test" in told) == (bool(settings), bool(hosts))


def test_one_inside_another_is_where_that_is() -> None:
    """pg_cron in its database."""
    inside = AdapterSignature(
        name="inside", title="", version="", operations=(), settings=KLAXON.settings
    )
    (found,) = unlocated(inside, LiveProfile(name="staging"), ())
    assert (found.state, found.text) == ("ok", "is where klaxon is")


@pytest.mark.parametrize("skew", [42.0, -42.0])
def test_a_clock_that_is_off_is_told(skew: float) -> None:
    """On which side."""
    found = examined(at(skew=skew))
    side = "ahead of" if skew > 0 else "behind"
    assert told(found)[-1] == ("look", f"its clock is 42 s {side} this machine's")
    assert examined(at(skew=9)).state == "ok"


@pytest.mark.parametrize(
    ("version", "state"),
    [("2026-10-28", "ok"), ("2027-01-01", "look"), ("", "ok"), ("mx.test ESMTP ready", "ok")],
)
def test_another_version_is_told(version: str, state: str) -> None:
    """A greeting is none."""
    assert examined(at(version=version)).state == state


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (
            Refused("unauthorized", f"key {CANARY} is not known"),
            "unauthorized: key (hidden) is not known",
        ),
        (Unsettled("no answer"), "unavailable: no answer"),
    ],
)
def test_one_that_cannot_say_is_wrong(ending: Located, text: str) -> None:
    """With its reason, without what it repeats, and with a way out."""
    found = examined(lambda: ending)
    assert told(found) == [("wrong", text)]
    assert found.remarks[0].way_out


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (CannotGoOnError(f"{CANARY} cannot be sent"), "(hidden) cannot be sent"),
        (RuntimeError(CANARY), "it broke: RuntimeError: (hidden)"),
    ],
)
def test_one_that_breaks_breaks_nothing_else(problem: Exception, text: str) -> None:
    """The others are looked at all the same."""

    def broken() -> Located:
        raise problem

    assert told(examined(broken)) == [("wrong", text)]


def test_one_that_is_not_live_is_not_asked() -> None:
    """Its company is somewhere else."""
    profile = LiveProfile(name="staging", backends={"klaxon": "simulated"})

    def never(_: str) -> Klaxon:
        raise AssertionError("built")

    (found,) = Examiner(Resolved(profile=profile), never, str, lambda: NOON).examine((KLAXON,))
    assert (found.backend, found.remarks, found.took) == ("simulated", (), None)
