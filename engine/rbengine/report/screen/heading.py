"""The top of a screen: what runs, for which incident, on what, and which clocks are running."""

from datetime import timedelta

from rbengine.contract.policy import EscalationRung
from rbengine.plan.program import Plan
from rbengine.report.durations import duration, instant
from rbengine.report.screen.line import BLANK, Line, heading, line
from rbengine.report.values import in_words
from rbengine.runtime.events import Environment, Started

SIMULATED = "SIMULATED: nothing real was read or changed"
RECORDED = "RECORDED: answers of a run that is over; nothing real was read or changed"


def banner(environment: Environment) -> Line:
    """Which adapters are not live: the first and the last line of every screen."""
    kinds = sorted(set(environment.backends.values()) or {"simulated"})
    if kinds == ["live"]:
        return heading((f"LIVE: profile {environment.profile}", "wrong"))
    if kinds == ["simulated"]:
        return heading((SIMULATED, "strong"))
    if kinds == ["recorded"]:
        return heading((RECORDED, "strong"))
    told = [
        f"{kind}: {', '.join(sorted(a for a, k in environment.backends.items() if k == kind))}"
        for kind in kinds
    ]
    return heading((f"profile {environment.profile} · " + " · ".join(told), "strong"))


def top(plan: Plan, started: Started, *, brief: bool = False) -> list[Line]:
    """Title, severity and clocks, then a line for each thing one must know before the first step.

    `brief`: only where it is and which incident, as for whoever takes a run up again.
    """
    zone = plan.policy.timezone
    facts: list[tuple[str, str]] = []
    if started.environment.world:
        recorded = set(started.environment.backends.values()) == {"recorded"}
        facts.append(("recording" if recorded else "world", started.environment.world))
    facts.extend(("where", where) for where in _places(started.environment))
    began = instant(started.began, zone)
    late = started.at - started.began
    if late > timedelta(0):
        began += f", {duration(late)} ago"
    facts.append(("incident", f"{started.incident}, began {began}"))
    if not brief:
        facts.extend((name, in_words(datum.value, zone)) for name, datum in started.inputs.items())
        facts.extend(("clock", text) for text in _rungs(plan))
    widest = max(len(name) for name, _ in facts)
    return [
        banner(started.environment),
        BLANK,
        heading((plan.title, "strong"), margin=plan.id, right=_right(plan, started)),
        *(
            line((name.ljust(widest) + "  ", "quiet"), text, hang=widest + 2)
            for name, text in facts
        ),
    ]


def _right(plan: Plan, started: Started) -> str:
    mttr = "MTTR immediate" if plan.mttr is None else f"MTTR {duration(plan.mttr)}"
    parts = [plan.severity, mttr]
    if started.diagnose_only:
        parts.append("reading only")
    return " · ".join(parts)


def _rungs(plan: Plan) -> list[str]:
    severity = plan.policy.severity(plan.severity)
    told = [rung_text(one) for one in severity.rungs] if severity else []
    return ["; ".join(told)] if told else []


def rung_text(rung: EscalationRung) -> str:
    """Whom it tells when: `tech_lead after 2h`."""
    who = ", ".join(rung.to) + (" (a note)" if rung.as_note else "")
    match rung.when:
        case "at once":
            return f"{who} at once"
        case "after":
            return f"{who} after {duration(rung.after)}"
        case "again after":
            return f"{who} again after {duration(rung.after)} without progress"
        case "next business day":
            return f"{who} on the next business day" + (f" at {rung.time}" if rung.time else "")


def _places(environment: Environment) -> list[str]:
    """Where live adapters said they were, one line for each adapter."""
    by: dict[str, list[str]] = {}
    for setting, said in environment.places.items():
        adapter, _, name = setting.partition(".")
        by.setdefault(adapter, []).append(f"{name} {said}")
    return [f"{adapter}: {', '.join(told)}" for adapter, told in by.items()]


def section(name: str) -> Line:
    """The line that opens a section."""
    return heading((name, "strong"))
