"""Shipped rehearsals as recorded runs, each made a scenario of and rehearsed: `python -m support.runs_again [EVERY]`.

Prints what share comes out as the same run, and why the others do not; `EVERY` takes each so manieth alone.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator

import msgspec
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.scenarios_from import rehearsed_from
from rbengine.contract.codec import to_line
from rbengine.host.journal import events_of
from rbengine.host.recorded.making import made
from rbengine.host.recorded.recording import Recording
from rbengine.rehearsal.from_run import Proven
from rbengine.rehearsal.result import Rehearsal
from rbengine.workspace.paths import scenarios_path

_RUNBOOK = re.compile(r"playbooks/[^/]+\.rb")


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """A shipped rehearsal and what became of it as a scenario."""

    playbook: str
    title: str
    proven: Proven


def recorded(ground: Ground, path: str, rehearsal: Rehearsal) -> Recording:
    """The rehearsal as a recording, with stand-ins for customers."""
    plan = ground.workspace.plan(path)
    assert rehearsal.finish is not None, "only a run that ended is recorded"
    found = made(
        rehearsal.lines, to_line(plan), ground.texts, outcome=rehearsal.finish.outcome, engine=""
    )
    return Recording(source="", header=found.header, events=events_of(found.lines))


def written(ground: Ground, of: Recording, name: str = "as_it_was") -> Proven:
    """Its world and scenario, pasted below those of its runbook."""
    path = ground.playbook(of.header.runbook)
    return rehearsed_from(ground, of, path, name, ground.texts[scenarios_path(path)])


def run_again(ground: Ground, playbook: str, title: str) -> Again:
    """The shipped scenario of that title, as one that is made of its run."""
    session = ground.session()
    path = ground.playbook(playbook)
    scenario = next(one for one in session.scenarios(path) if one.title.plain == title)
    rehearsal = session.rehearse(path, scenario)
    assert rehearsal.ok
    return Again(
        playbook=playbook, title=title, proven=written(ground, recorded(ground, path, rehearsal))
    )


def all_again(ground: Ground, every: int = 1) -> Iterator[Again]:
    """Each `every`th of the shipped rehearsals."""
    session = ground.session()
    titles = [
        (path, one.title.plain)
        for path in sorted(filter(_RUNBOOK.fullmatch, ground.texts))
        if scenarios_path(path) in ground.texts and ground.plan(path) is not None
        for one in session.scenarios(path)
    ]
    for path, title in titles[::every]:
        yield run_again(ground, path, title)


def main(every: int) -> int:
    """Print the table; 1 where fewer than 95 of 100 are the same run."""
    same, count, reasons = 0, 0, Counter[str]()
    with Ground.here(Output()) as ground:
        for one in all_again(ground, every):
            count += 1
            same += not one.proven.differs
            if one.proven.differs:
                print(f"{one.playbook}: {one.title}\n  {one.proven.differs[0]}", flush=True)
                reasons[reason(one.proven)] += 1
    print(f"\n{same} of {count} are the same run: {100 * same / max(count, 1):.1f} %")
    for told, number in reasons.most_common():
        print(f"{number:4}  {told}")
    return 0 if 100 * same >= 95 * count else 1


def reason(proven: Proven) -> str:
    """The first answer that nothing explains; else in what the run differs."""
    first = next((line for line in proven.text.splitlines() if line.startswith("# “")), "")
    return first[2:].partition("”")[0] + "”" if first else proven.differs[0][:80]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
