"""The letter of an escalation, in the form of the company's template: the project's own, else the product's."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from rbengine.runtime.commands import Letter, LetterAction, NotifyRequest

SAMPLE = Letter(
    incident="INC-2026-11-23-001",
    severity="P1",
    summary="RB-001 A sample, 15m after the incident began",
    impact=("3 customers affected",),
    actions=(LetterAction(time="14:02 UTC", text="Set the status (1 row)", by="Ada Lovelace"),),
    undone=1,
    reason="it is not resolved",
    next="look at it together",
)
"""A letter with something in every place, to try a template on."""

_FOLDER = Path(__file__).parent / "templates"


def with_text(request: NotifyRequest, template: str) -> NotifyRequest:
    """The request as it is sent: its letter, if it has one, in words, as its intent holds them where it does."""
    if request.letter is None:
        return request
    return replace(request, text=request.written or letter_text(request.letter, template))


def written(request: NotifyRequest, template: str, run: str, head: str) -> str:
    """The letter of an escalation of a run that is kept, with what to say to it and the journal's head.

    Whoever holds the letter holds a head that nobody who may write the journal can change.
    """
    assert request.letter is not None, "an escalation is told by a letter"
    below = [f"Journal head: {head}"]
    if request.about == "escalation":
        below.insert(0, f"I have it: rbengine acknowledge {run}")
    return "\n\n".join((letter_text(request.letter, template), "\n".join(below)))


def letter_text(letter: Letter, template: str = "") -> str:
    """The letter as it is sent.

    A `template` that cannot be filled gives way to the product's own: an escalation must go out.
    """
    from rbengine.host.templates import BadTemplateError

    try:
        return tried(letter, template or own_template())
    except BadTemplateError:
        # Whoever set the template was told when the run began; the people who are called need the facts.
        return tried(letter, own_template())


def tried(letter: Letter, template: str) -> str:
    """The letter by this template alone. Raises BadTemplateError."""
    from rbengine.host.templates import filled

    return filled(template, msgspec.structs.asdict(letter)).strip()


def own_template() -> str:
    """The template of the product."""
    from rbengine.host.templates import own

    return own(_FOLDER, "escalation.txt.j2")
