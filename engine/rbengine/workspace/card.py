"""What one looks for a runbook by: its head, and the words that stand in it."""

from datetime import timedelta

import msgspec

from rbengine.syntax.nodes import runbook as r
from rbengine.syntax.nodes.base import walk
from rbengine.syntax.nodes.statements import Step


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A runbook in a list. It is read from the tree alone, so a runbook with errors has one too."""

    path: str
    id: str
    title: str
    severity: str = ""
    target: timedelta | None = None
    """The MTTR; None where none is written, and where it is `immediate`."""
    immediate: bool = False
    owner: str = ""
    alerts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    """Titles, not names: what a person would say is wrong."""
    steps: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    """Subjects and texts."""


def card_of(path: str, tree: r.Runbook) -> Card:
    """The card of the runbook at `path`."""
    card: dict[str, object] = {}
    messages: list[str] = []
    findings: list[str] = []
    steps: list[str] = []
    for part in tree.parts:
        match part:
            case r.Severity(name=name):
                card["severity"] = name.text
            case r.Mttr(target=target):
                card["target"] = target.value if target else None
                card["immediate"] = target is None
            case r.Owner(name=name):
                card["owner"] = name.text
            case r.Alerts(names=names):
                card["alerts"] = tuple(one.text for one in names)
            case r.Tags(names=names):
                card["tags"] = tuple(one.text for one in names)
            case r.Symptoms(items=items):
                card["symptoms"] = tuple(one.text for one in items)
            case r.Message(subject=subject, body=body):
                messages += [subject.plain] if subject else []
                messages.append(body.text)
            case _:
                for node in walk(part):
                    if isinstance(node, r.Finding):
                        findings.append(node.title.plain)
                    elif isinstance(node, Step):
                        steps.append(node.label.plain)
    return msgspec.convert(
        {
            **card,
            "path": path,
            "id": tree.code.text,
            "title": tree.title.plain,
            "findings": findings,
            "steps": steps,
            "messages": messages,
        },
        Card,
    )
