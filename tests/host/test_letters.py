"""The letter of an escalation: the document's template, filled with what is known."""

import pytest
from msgspec.structs import replace
from rbengine.host.letters import SAMPLE, letter_text, own_template, tried, with_text, written
from rbengine.host.templates import BadTemplateError
from rbengine.runtime.commands import Letter, LetterAction, NotifyRequest

KNOWN = """\
INCIDENT ESCALATION

Incident ID: INC-2026-11-23-001
Severity: P1
Summary: RB-001 A sample, 15m after the incident began

Impact:
- 3 customers affected

Actions Taken:
1. 14:02 UTC Set the status (1 row), approved by Ada Lovelace
1 taken back

Reason for Escalation:
it is not resolved

Next Steps:
look at it together"""

NOTHING = replace(SAMPLE, impact=(), actions=(), undone=0, next="")


def test_the_letter_has_the_form_of_the_document() -> None:
    """Whoever is woken knows where to look in it."""
    assert letter_text(SAMPLE) == KNOWN


def test_what_nobody_said_is_a_question_and_no_invention() -> None:
    """A number that was made up costs more than a gap."""
    text = letter_text(NOTHING)
    assert "Impact:\n- (not stated: how many customers, which messages, what revenue?)" in text
    assert "Actions Taken:\nnone: nothing was changed\n" in text
    assert text.endswith("Next Steps:\n(not stated: what do you recommend?)")


def test_what_a_value_holds_is_no_template() -> None:
    """A business may call itself what it likes."""
    letter = replace(SAMPLE, reason="{{ 7*7 }} {% raw %} <script>", impact=("{{ incident }}",))
    text = letter_text(letter)
    assert "{{ 7*7 }} {% raw %} <script>" in text
    assert "- {{ incident }}" in text


def test_an_action_that_nobody_had_to_approve_names_nobody() -> None:
    """And one without a time has none."""
    actions = (LetterAction(time="", text="told people: We are back"),)
    assert "1. told people: We are back\n" in letter_text(replace(SAMPLE, actions=actions))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ revenue }}", "'revenue' is undefined"),
        ("{% if %}", "Expected an expression"),
        ("{{ incident.__class__.__mro__ }}", "is unsafe"),
    ],
)
def test_a_template_that_cannot_serve_is_refused_and_the_letter_goes_out(
    template: str, said: str
) -> None:
    """Told to whoever set it, never to the people who are called at night."""
    with pytest.raises(BadTemplateError, match=said):
        tried(SAMPLE, template)
    assert letter_text(SAMPLE, template) == KNOWN


def test_the_projects_own_template_is_taken() -> None:
    """A company has its own words."""
    assert letter_text(SAMPLE, "Help! {{ incident }}: {{ reason }}") == (
        "Help! INC-2026-11-23-001: it is not resolved"
    )


def test_a_request_without_a_letter_is_sent_as_it_is() -> None:
    """Questions have words of their own; a letter is put into words, unless its intent holds them already."""
    request = NotifyRequest(contact="lead", about="question", subject="s", text="t")
    assert with_text(request, "x") is request
    asked = replace(request, about="escalation", letter=SAMPLE)
    assert with_text(asked, "").text == KNOWN
    sent = written(asked, "", "RUN-1", "1f2e")
    assert sent == f"{KNOWN}\n\nI have it: rbengine acknowledge RUN-1\nJournal head: 1f2e"
    assert with_text(replace(asked, written=sent), "another template").text == sent


def test_every_place_of_the_letter_is_in_the_template() -> None:
    """What the machine says and nobody reads would be lost."""
    for name in Letter.__struct_fields__:
        assert name in own_template()
