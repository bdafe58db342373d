"""A playbook to begin with, and scenarios that rehearse it, fitted to the project's policy."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.contract.policy import PolicyModel
from rbengine.diagnostics import did_you_mean
from rbengine.facts.atomic import replace_file
from rbengine.facts.project import ProjectError
from rbengine.facts.settings import NAME
from rbengine.format import format_source
from rbengine.report.text import visible
from rbengine.source import SourceFile

OPTIONS = ("--severity",)

_ID = re.compile(r"([A-Za-z]+)-?([0-9]+)")
_USUAL_SEVERITY = "P2"
_MTTR = {"P0": "15m", "P1": "30m", "P2": "2h"}
_MTTR_OF_OTHERS = "1d"

_PLAYBOOK = """\
runbook {code} {title}

severity {severity}
mttr {mttr}

input failures: int = 0 "Jobs that failed since yesterday"

symptoms
  - Write down what people see, one line each

diagnose
  # A step looks: `query one` and SQL below it, or an operation such as `stripe.latest_subscription(customer: ...)`.
  step "Look at the jobs"
    many = failures > 10

  # Every line of a finding must hold.
  finding jobs_fail "Jobs fail"
    failures > 0

resolve jobs_fail
  # A `change` shows what it will do, is approved, done, and can be taken back.
  step "Say what was found"
    note "{{{{ failures }}}} jobs failed, too many to look at each: {{{{ many }}}}"
    stop handed over "Nobody has written yet how failing jobs are repaired"

otherwise
  note "Every job went well"

verify
  within 1m checking every 15s
    until no finding holds

prevent
  - Write down what would keep this from happening again
"""

_SCENARIOS = """\
scenarios for {code}

world failing "Three jobs failed" default
  failures = 3
{contacts}
world quiet "Nothing failed"
  failures = 0
{contacts}
scenario "jobs fail" in failing
  expect found jobs_fail
  expect nothing changed
  expect handed over within 5m
{told}
scenario "nothing failed" in quiet
  expect not found jobs_fail
  expect nothing changed
  expect resolved within 5m
{told}"""


class _Place(NamedTuple):
    """Where one of the files goes: as screens show it, and on disk."""

    shown: str
    path: Path


def begin(arguments: Sequence[str]) -> int:
    """Write the playbook and the scenarios that `arguments` name, both or none."""
    parser = Parser("new", OPTIONS)
    parser.add_argument("id", metavar="ID")
    parser.add_argument("title", metavar="TITLE")
    parser.add_argument("--severity", metavar="NAME")
    found = parser.read(arguments)
    code, stem = _code(found.id)
    output = Output()
    with Ground.here(output) as ground:
        if ground.project.bundled:
            raise UsageError(
                "there is no project here to put a playbook into",
                way_out=f"make an empty file `{NAME}` in the folder that shall be one",
            )
        policy = ground.workspace.policy()
        severity = _severity(policy, found.severity)
        playbook = _place(ground, f"{stem}.rb")
        scenarios = _place(ground, f"scenarios/{stem}.rb")
        _refuse_overwriting(ground, code, (playbook, scenarios))
        texts = {
            playbook: _PLAYBOOK.format(
                code=code,
                title=_quoted(found.title),
                severity=severity,
                mttr=_MTTR.get(severity, _MTTR_OF_OTHERS),
            ),
            scenarios: _SCENARIOS.format(
                code=code, contacts=_contacts(policy), told=_told(policy, severity)
            ),
        }
        formatted = {place: _formatted(place, text) for place, text in texts.items()}
        _write(formatted)
    output.rows(
        [
            *(f"wrote {place.shown}" for place in formatted),
            "",
            f"rbengine check {playbook.shown}",
            f"rbengine simulate {stem}",
            f"rbengine exec {stem}",
        ]
    )
    return exit_codes.OK


def _code(asked: str) -> tuple[str, str]:
    """`RB-016` and `rb016` of either."""
    match = _ID.fullmatch(asked)
    if match is None:
        raise UsageError(
            f"`{visible(asked)}` is no id of a playbook",
            way_out="letters and a number: `rb016` or `RB-016`",
        )
    return f"{match[1].upper()}-{match[2]}", f"{match[1].lower()}{match[2]}"


def _severity(policy: PolicyModel, asked: str | None) -> str:
    names = [one.name for one in policy.severities]
    if asked is None:
        return _USUAL_SEVERITY if _USUAL_SEVERITY in names or not names else names[0]
    if asked not in names and names:
        raise UsageError(
            f"the policy has no severity `{visible(asked)}`",
            notes=[f"it has {', '.join(names)}"],
            way_out=did_you_mean(asked, names) or "",
        )
    return asked


def _place(ground: Ground, name: str) -> _Place:
    path = ground.project.folder / name
    return _Place(ground.project.shown(path) or name, path)


def _refuse_overwriting(ground: Ground, code: str, places: Sequence[_Place]) -> None:
    for place in places:
        if place.path.exists():
            raise UsageError(f"`{place.shown}` is there already", way_out="take another id")
    try:
        other = ground.project.playbook(code)
    except ProjectError:
        return
    raise UsageError(f"`{other}` is {code} already", way_out="take another id")


def _quoted(title: str) -> str:
    escaped = title.replace("\\", "\\\\").replace('"', '\\"').replace("{{", "\\{\\{")
    return f'"{escaped}"'


def _contacts(policy: PolicyModel) -> str:
    """Channels for those whom the policy leaves to the settings: a world says them instead."""
    names = [one.name for one in policy.contacts if one.from_settings]
    return "".join(
        f'  contact {name} email "{name.replace("_", ".")}@example.test"\n' for name in names
    )


def _told(policy: PolicyModel, severity: str) -> str:
    """Whom the policy tells at once, whatever is found."""
    rules = policy.severity(severity)
    rungs = () if rules is None else rules.rungs
    names = [name for rung in rungs if rung.when == "at once" for name in rung.to]
    lines = [f"  expect escalated to {name}\n" for name in dict.fromkeys(names)]
    return "".join(lines or ["  expect no escalation\n"])


def _formatted(place: _Place, text: str) -> str:
    """`text` as the formatter writes it. What stands in the title may be no text of the language."""
    formatted = format_source(SourceFile(place.shown, text))
    if formatted.text is None:
        raise UsageError(
            f"the title cannot be written: {formatted.problems[0].message}",
            notes=[one for one in (formatted.problems[0].why,) if one],
        )
    return formatted.text


def _write(texts: Mapping[_Place, str]) -> None:
    """All of `texts`, or none."""
    done: list[Path] = []
    for place, text in texts.items():
        try:
            place.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(place.path, text.encode("utf-8"))
        except OSError as error:
            for path in done:
                path.unlink()
            raise UsageError(f"`{place.shown}` cannot be written: {error.strerror}") from error
        done.append(place.path)
