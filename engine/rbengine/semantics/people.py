"""People: roles that approve and answer, contacts that are escalated to, the owner."""

from collections.abc import Iterable

from rbengine.contract.policy import PolicyModel
from rbengine.semantics.problems import people as problems
from rbengine.semantics.problems.base import Report
from rbengine.semantics.traversal import Placed
from rbengine.syntax.nodes import Name, Runbook
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import ApproveBy


def check_people(file: str, placed: Iterable[Placed], policy: PolicyModel, report: Report) -> None:
    """Report roles and contacts that the policy does not have."""
    for one in placed:
        match one.node:
            case ApproveBy():
                _known(file, one.node.roles, policy, report, as_role=True)
            case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
                _known(file, one.node.to.by, policy, report, as_role=True)
            case tree.Escalate():
                _known(file, one.node.to, policy, report, as_role=False)
            case _:
                pass


def check_roles(file: str, names: Iterable[Name], policy: PolicyModel, report: Report) -> None:
    """Report those of `names` that the policy does not have."""
    _known(file, names, policy, report, as_role=True)


def check_head(file: str, tree_: Runbook, policy: PolicyModel, report: Report) -> None:
    """The owner, and somebody to call at once where the time is `immediate`."""
    for part in tree_.parts:
        if isinstance(part, sections.Owner):
            _known(file, (part.name,), policy, report, as_role=False)
    severities = [one for one in tree_.parts if isinstance(one, sections.Severity)]
    for part in tree_.parts:
        if not isinstance(part, sections.Mttr) or part.target is not None or not severities:
            continue
        rules = policy.severity(severities[0].name.text)
        if rules is not None and not any(one.when == "at once" for one in rules.rungs):
            report(
                problems.describe(
                    problems.NobodyAtOnce(
                        file=file,
                        span=part.span,
                        severity=rules.name,
                        severity_span=severities[0].name.span,
                    )
                )
            )


def _known(
    file: str, names: Iterable[Name], policy: PolicyModel, report: Report, *, as_role: bool
) -> None:
    for name in names:
        if policy.contact(name.text) is not None:
            continue
        offered = tuple(sorted(one.name for one in policy.contacts))
        kind = problems.UnknownRole if as_role else problems.UnknownContact
        report(problems.describe(kind(file=file, span=name.span, name=name.text, offered=offered)))
