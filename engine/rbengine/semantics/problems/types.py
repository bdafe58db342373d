"""4xx: values that do not fit where they stand."""

from typing import ClassVar, assert_never

from rbengine.contract.types import Type, show
from rbengine.diagnostics import Code, Diagnostic, Fix, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, listed
from rbengine.semantics.problems.remedies import (
    way_to,
    way_to_condition,
    way_to_list,
    way_to_meet,
    way_to_test,
)
from rbengine.source import Span


class WrongType(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E401")
    found: Type
    expected: Type | str
    where: str
    """``argument `customer` ``, `the default`."""


class WrongForm(Problem, frozen=True, kw_only=True):
    """A text that is written where an address, a number or an identifier is asked for, and is none."""

    code: ClassVar[Code] = Code("E423")
    text: str
    expected: str
    where: str


class WrongUnit(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E402")
    found: Type
    other: Type
    other_span: Span
    number: str | None
    """The bare number, where it is one."""


class MayBeAbsent(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E403")
    text: str
    """As written."""
    found: Type


class Unrelated(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E404")
    found: Type
    other: Type
    other_span: Span
    verb: str = "compare"


class NotAValueOfEnum(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E405")
    value: str
    enum: str
    offered: tuple[str, ...]
    quote: str
    """What stands around the value where it is written; empty where it is not."""


class NotExhaustive(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E406")
    missing: tuple[str, ...]
    """As one would write them behind `when`; empty where the values cannot be listed."""


class NeverMatches(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E407")
    pattern: str
    subject: Type
    earlier: bool


class NotACondition(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E408")
    found: Type


class MayHaveFailed(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E409")
    text: str


class NotAList(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E410")
    found: Type
    word: str


class WrongOperand(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E411")
    operator: str
    left: Type
    right: Type | None


class SenselessTest(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E412")
    state: str
    found: Type


class NeedlessTest(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W703")
    state: str
    found: Type


class DivisionOfCounts(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E413")


class TwoCurrencies(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E424")
    found: tuple[str, ...]
    other: tuple[str, ...]
    other_span: Span | None
    """None where both are in the one value that is underlined."""


class NothingGiven(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E414")
    callee: str


class NestedIt(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E415")
    word: str


class NotShowable(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E416")
    found: Type


class GivesDiffer(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E417")
    found: Type
    other: Type
    other_span: Span


class UnboundedTime(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E418")
    what: str


TypeProblem = (
    WrongType | WrongForm | WrongUnit | MayBeAbsent | Unrelated | NotAValueOfEnum | NotExhaustive | NeverMatches
    | NotACondition | MayHaveFailed | NotAList | WrongOperand | SenselessTest | NeedlessTest | DivisionOfCounts
    | TwoCurrencies | NothingGiven | NestedIt | NotShowable | GivesDiffer | UnboundedTime
)  # fmt: skip

_FORMS = {
    "uuid": "write it in full: `6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11`",
    "email": "write `somebody@example.com`",
    "url": "write it with its scheme: `https://example.com/page`",
    "phone": "write it with the country: `+39 06 5555 0100`",
}


def describe(problem: TypeProblem) -> Diagnostic:
    """The words."""
    match problem:
        case WrongType(found=found, expected=expected, where=where):
            wanted = expected if isinstance(expected, str) else f"`{show(expected)}`"
            return diagnostic(
                problem,
                f"{where} is {wanted}, not `{show(found)}`",
                f"this is `{show(found)}`",
                help=way_to(expected, found),
            )
        case WrongForm(text=text, expected=expected, where=where):
            return diagnostic(
                problem,
                f'{where} is `{expected}`, and "{text}" is none',
                f"not the form of `{expected}`",
                help=_FORMS[expected],
            )
        case WrongUnit(found=found, other=other, number=number):
            return diagnostic(
                problem,
                f"`{show(other)}` and `{show(found)}` do not mix",
                f"this is a plain `{show(found)}`",
                secondary=(Label(problem.file, problem.other_span, f"this is `{show(other)}`"),),
                help=(
                    f"write the unit: `{number}s`, `{number}m` or `{number}h`"
                    if number
                    else "make a duration of it: `seconds(…)`, `minutes(…)`, `hours(…)` or `days(…)`"
                ),
            )
        case MayBeAbsent(text=text):
            return diagnostic(
                problem,
                f"`{text}` may be absent",
                "used without a test",
                why="a value that may be absent is tested before it is used, so that no step stumbles over it",
                help=f"test it first: `{text} is present`",
            )
        case Unrelated(found=found, other=other):
            return diagnostic(
                problem,
                f"cannot {problem.verb} `{show(other)}` with `{show(found)}`",
                f"this is `{show(found)}`",
                secondary=(Label(problem.file, problem.other_span, f"this is `{show(other)}`"),),
                help=way_to_meet(other, found),
            )
        case NotAValueOfEnum(value=value, offered=offered, quote=quote):
            near = nearest(value, offered)
            return diagnostic(
                problem,
                f"`{problem.enum}` is never `{value}`",
                "no such value",
                notes=() if near else (f"it is one of {listed(offered)}",),
                help=did_you_mean(value, offered),
                fixes=(
                    (Fix(f"write `{near}`", problem.file, problem.span, f"{quote}{near}{quote}"),)
                    if near and quote
                    else ()
                ),
            )
        case NotExhaustive(missing=()):
            return diagnostic(
                problem,
                "this `match` does not say what happens with any other text",
                "not complete",
                help="add `otherwise`",
            )
        case NotExhaustive(missing=missing):
            return diagnostic(
                problem,
                f"this `match` does not say what happens when it is {listed(missing)}",
                "not complete",
                help=f"add `when {missing[0]}`, or `otherwise`",
            )
        case NeverMatches(pattern=pattern, earlier=True):
            return diagnostic(
                problem,
                f"{pattern} was taken by a `when` above",
                "can never be reached",
                help="take it out here, or above",
            )
        case NeverMatches(pattern=pattern, subject=subject):
            return diagnostic(
                problem,
                f"`{show(subject)}` is never {pattern}",
                "can never be reached",
                help="take this `when` out",
            )
        case NotACondition(found=found):
            return diagnostic(
                problem,
                f"a condition is `bool`, not `{show(found)}`",
                f"this is `{show(found)}`",
                help=way_to_condition(found),
            )
        case MayHaveFailed(text=text):
            return diagnostic(
                problem,
                f"`{text}` may have failed",
                "used without a test",
                help=f"test it first: `{text} is present`, or use `match`",
            )
        case NotAList(found=found, word=word):
            return diagnostic(
                problem,
                f"{word} needs a list, not `{show(found)}`",
                f"this is `{show(found)}`",
                help=way_to_list(found),
            )
        case WrongOperand(operator=operator, left=left, right=None):
            return diagnostic(
                problem,
                f"`{operator}` cannot stand before `{show(left)}`",
                f"this is `{show(left)}`",
                help="only numbers, durations and money have a sign",
            )
        case WrongOperand(operator=operator, left=left, right=right):
            assert right is not None
            is_text = "text" in (show(left), show(right))
            return diagnostic(
                problem,
                f"`{operator}` cannot join `{show(left)}` and `{show(right)}`",
                "these do not mix",
                help=(
                    'write texts together in one string: "{{ a }} {{ b }}"'
                    if is_text
                    else "both sides are numbers, durations or money; an instant moves by a duration"
                ),
            )
        case SenselessTest(state=state, found=found):
            return diagnostic(
                problem,
                f"`{show(found)}` is never {state}",
                "this test always says the same",
                help=way_to_test(state),
            )
        case NeedlessTest(state=state, found=found):
            return diagnostic(
                problem,
                f"this value is never {state}",
                "this test always says the same",
                help=way_to_test(state),
            )
        case DivisionOfCounts():
            return diagnostic(
                problem,
                "counts are not divided",
                "the divisor may be 0, and the rest would be lost",
                help="write `percent(part, of: whole)`, which is absent when the whole is 0",
            )
        case TwoCurrencies(found=found_in, other=other_in):
            return diagnostic(
                problem,
                f"{' or '.join(other_in)} and {' or '.join(found_in)} never meet",
                f"this is in {' or '.join(found_in)}"
                if problem.other_span is not None
                else f"holds {' and '.join((*other_in, *found_in))}",
                secondary=()
                if problem.other_span is None
                else (
                    Label(problem.file, problem.other_span, f"this is in {' or '.join(other_in)}"),
                ),
                why="what one currency is worth in another changes while the playbook is read",
                help='write both in one currency, or treat each by itself: `amounts where it.currency is "usd"`',
            )
        case NothingGiven(callee=callee):
            return diagnostic(
                problem,
                f"`{callee}` gives nothing that could be bound",
                "gives nothing",
                help="leave out the name and `=`",
            )
        case NestedIt(word=word):
            return diagnostic(
                problem,
                f"`{word}` inside another: `it` would mean two things",
                "bind this to a name first",
                help="bind this list to a name on the line above, and use the name here",
            )
        case NotShowable(found=found):
            return diagnostic(
                problem,
                f"`{show(found)}` cannot be shown to a person as it stands",
                f"this is `{show(found)}`",
                help="show one of its fields",
            )
        case GivesDiffer(found=found, other=other):
            return diagnostic(
                problem,
                f"this gives `{show(found)}`, but elsewhere it is `{show(other)}`",
                f"this is `{show(found)}`",
                secondary=(Label(problem.file, problem.other_span, f"this is `{show(other)}`"),),
                help=f"give `{show(other)}` here as well, or one record with a field for each",
            )
        case UnboundedTime(what=what):
            return diagnostic(
                problem,
                f"{what} must be longer than nothing",
                "this never passes",
                help="write how long: `30s`, `5m`, `2h`",
            )
        case _:
            assert_never(problem)
