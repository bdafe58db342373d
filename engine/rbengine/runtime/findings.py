"""Findings: judged line by line, with the values that decided each line."""

from msgspec.structs import replace

from rbengine.contract.values import Datum
from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import ConditionSpec
from rbengine.runtime.evaluate import View, evaluate, marked_text_of
from rbengine.runtime.frames import DiagnosisFrame, Frame
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.names import Names
from rbengine.runtime.notices import ConditionShown, FindingJudged
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn


def judge(turn: Turn, fiber: Fiber, instruction: c.Judge) -> Fiber | None:
    """Judge one finding now. Its name becomes a bool, unless what it needs is not known."""
    number = instruction.finding
    spec = turn.plan.findings[number]
    names = fiber.names
    missing = tuple(name for name in spec.needs if name not in names)
    title = marked_text_of(spec.title, names, turn.view)
    if missing:
        shown: tuple[ConditionShown, ...] = tuple(
            line for one in spec.conditions for line in _unjudged(one)
        )
        verdict = "not judged"
    else:
        shown, verdict, missing = _lines(spec.conditions, names, turn.view)
    turn.show(
        FindingJudged(
            name=spec.name,
            title=title,
            verdict=verdict,  # type: ignore[arg-type]  # one of the three
            conditions=shown,
            missing=missing,
        )
    )
    if verdict != "not judged":
        names = names.insert(spec.name, verdict == "found")
    frames = _noted(fiber, number, verdict)
    return Fiber(fiber.number, fiber.pc + 1, names, frames)


def _noted(fiber: Fiber, number: int, verdict: str) -> tuple[Frame, ...]:
    frames = fiber.frames
    for place in range(len(frames) - 1, -1, -1):
        frame = frames[place]
        if isinstance(frame, DiagnosisFrame):
            verdicts = (*frame.verdicts[:number], verdict, *frame.verdicts[number + 1 :])
            noted = replace(frame, verdicts=verdicts)
            return (*frames[:place], noted, *frames[place + 1 :])
    return frames


def _lines(
    conditions: tuple[ConditionSpec, ...], names: Names, view: View
) -> tuple[tuple[ConditionShown, ...], str, tuple[str, ...]]:
    """The lines in order up to the first that does not hold: later lines may rely on earlier ones."""
    shown: list[ConditionShown] = []
    verdict = "found"
    missing: tuple[str, ...] = ()
    for condition in conditions:
        if verdict != "found":
            shown.extend(_unjudged(condition))
            continue
        lines = [
            _line(one, text, names, view, alternative=len(condition.any_of) > 1)
            for one, text in zip(condition.any_of, condition.texts, strict=True)
        ]
        shown.extend(line for line, _ in lines)
        if any(line.verdict == "holds" for line, _ in lines):
            continue
        unknown = tuple(gap for _, gap in lines if gap)
        verdict = "not judged" if unknown else "not found"
        missing = unknown
    return tuple(shown), verdict, missing


def _line(
    condition: ex.Expr, text: str, names: Names, view: View, *, alternative: bool
) -> tuple[ConditionShown, str]:
    """The line and its verdict; the second is what is not known, if that is why it cannot be judged."""
    try:
        verdict = "holds" if evaluate(condition, names, view) is True else "does not hold"
        gap = ""
    except NotKnown as error:
        verdict, gap = "not judged", error.name
    except Unevaluable as error:
        verdict, gap = "not judged", str(error)
    line = ConditionShown(
        text=text,
        verdict=verdict,  # type: ignore[arg-type]  # one of the three
        operands=operands(condition, names, view),
        alternative=alternative,
    )
    return line, gap


def _unjudged(condition: ConditionSpec) -> list[ConditionShown]:
    return [
        ConditionShown(text=text, verdict="not judged", alternative=len(condition.any_of) > 1)
        for text in condition.texts
    ]


def operands(condition: ex.Expr, names: Names, view: View) -> tuple[tuple[str, Datum], ...]:
    """The names and fields that the condition reads, each once, as written, with their values."""
    found: dict[str, Datum] = {}
    _collect(condition, names, view, found)
    return tuple(found.items())


def _collect(expr: ex.Expr, names: Names, view: View, found: dict[str, Datum]) -> None:
    text = _path(expr)
    if text:
        if text not in found and text != "now":
            try:
                found[text] = Datum(evaluate(expr, names, view))
            except (NotKnown, Unevaluable):
                return
        return
    match expr:
        case ex.Not(of=of) | ex.Negate(of=of) | ex.Ago(of=of) | ex.FromNow(of=of):
            inner: tuple[ex.Expr, ...] = (of,)
        case ex.FieldOf(of=of) | ex.StateTest(of=of) | ex.Matches(of=of):
            inner = (of,)
        case ex.Arithmetic() | ex.Logic() | ex.Comparison():
            inner = (expr.left, expr.right)
        case ex.Conditional():
            inner = (expr.condition, expr.then, expr.otherwise)
        case ex.Where(items=items) | ex.Each(items=items):
            inner = (items,)  # what is inside speaks of `it`
        case ex.Function(arguments=arguments) | ex.RenderMessage(arguments=arguments):
            inner = arguments
        case ex.MakeList(items=elements):
            inner = elements
        case ex.MakeRecord(fields=fields):
            inner = tuple(one.value for one in fields)
        case ex.Text(parts=parts):
            inner = tuple(one.value for one in parts if isinstance(one, ex.Slot))
        case ex.Constant() | ex.Variable():
            inner = ()
    for one in inner:
        _collect(one, names, view, found)


def _path(expr: ex.Expr) -> str:
    """`account.name`, or `count(gaps)`, as an author writes it; empty for anything longer."""
    match expr:
        case ex.Variable(name=name):
            return name if name != "it" else ""
        case ex.FieldOf(of=of, name=name):
            before = _path(of)
            return f"{before}.{name}" if before else ""
        case ex.Function(name=name, arguments=(one,)):
            inside = _path(one)
            return f"{name}({inside})" if inside else ""
        case _:
            return ""
