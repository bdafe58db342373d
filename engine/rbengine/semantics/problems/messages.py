"""E420 and on: the text of a message."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic
from rbengine.semantics.problems.base import Problem, diagnostic


class UnreadableMessage(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E420")
    reason: str


class AbsentInMessage(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E421")
    text: str


class AbsentInText(Problem, frozen=True, kw_only=True):
    """In a note, a label, a question, a reason: any string with a hole."""

    code: ClassVar[Code] = Code("E421")
    text: str


class RecordInMessage(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E422")
    text: str


MessageProblem = UnreadableMessage | AbsentInMessage | AbsentInText | RecordInMessage


def describe(problem: MessageProblem) -> Diagnostic:
    """The words."""
    match problem:
        case UnreadableMessage(reason=reason):
            return diagnostic(
                problem,
                f"this message cannot be read: {reason}",
                "here",
                help="`{{ value }}` puts a value in; `{% if value %} … {% endif %}` chooses",
            )
        case AbsentInMessage(text=text):
            return diagnostic(
                problem,
                f"`{text}` may be absent, and the reader would see a hole",
                "may be absent",
                help=f'write `{{% if {text} %}} … {{% endif %}}` around it, or `{{{{ {text} | default("…") }}}}`',
            )
        case AbsentInText(text=text):
            return diagnostic(
                problem,
                f"`{text}` may be absent, and the reader would see a hole",
                "may be absent",
                help=f'test it first, or say what stands there: `{{{{ {text} if {text} is present else "none" }}}}`',
            )
        case RecordInMessage(text=text):
            return diagnostic(
                problem,
                f"`{text}` is no single value",
                "cannot be shown as it stands",
                help="show one of its fields",
            )
        case _:
            assert_never(problem)
