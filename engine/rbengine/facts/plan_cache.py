"""Plans of runbooks, in the user's cache beside what `check` said: whoever runs what has not changed need not check it.

A plan is taken back when anything in the project that could make it another has changed, as an answer of `check` is.
"""

import msgspec

from rbengine.contract.codec import from_line, to_line
from rbengine.facts.check_cache import recall, remember
from rbengine.facts.project import FACTS, Project
from rbengine.plan.program import Plan


def recall_plan(project: Project, path: str) -> Plan | None:
    """The plan of the runbook at `path` (as shown) if nothing that it stands on has changed since it was made."""
    answer = recall(_question(project, path))
    if answer is None:
        return None
    try:
        return from_line(answer.payload, Plan)
    except msgspec.MsgspecError:
        return None  # somebody's hand: it is made anew


def remember_plan(project: Project, path: str, plan: Plan) -> bool:
    """Keep it; False where the cache cannot be written, which is no reason to fail."""
    stands_on = (*project.stands_on(), str(project.folder / FACTS))
    return remember(_question(project, path), to_line(plan), stands_on)


def _question(project: Project, path: str) -> tuple[str, ...]:
    return ("plan", *project.identity, path)
