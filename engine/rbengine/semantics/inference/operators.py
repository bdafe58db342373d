"""Arithmetic, comparison and tests: which operands go together, and what follows from the answer."""

from rbengine.contract.types import (
    DATE,
    DECIMAL,
    DURATION,
    INT,
    MONEY,
    PERCENT,
    UNKNOWN,
    ZONELESS,
    Enum,
    ListOf,
    Optional,
    Secret,
    Tried,
    Type,
    Unknown,
    optional,
)
from rbengine.semantics.inference import currencies
from rbengine.semantics.inference.expecting import not_in_enum
from rbengine.semantics.inference.facts import (
    LITERAL,
    NO_FACTS,
    PRESENT,
    STATES,
    UNDECIDED,
    Fact,
    Facts,
    Judgement,
    Path,
    both,
)
from rbengine.semantics.inference.fitting import ORDERED, bare, comparable, family, is_secret, widen
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import secrecy, sql, types
from rbengine.syntax.nodes.expressions import (
    Binary,
    Compare,
    Expression,
    IntegerLiteral,
    ListLiteral,
    Test,
    Unary,
)


def compare(bench: Workbench, node: Compare, left: Type, right: Type) -> None:
    """Report operands that cannot be compared so."""
    left, right = _settled(bench, node.left, left), _settled(bench, node.right, right)
    if node.operator in ("in", "not in"):
        right = bench.usable(node.right, right)
        if not isinstance(right, ListOf):
            if not isinstance(right, Unknown):
                bench.report(
                    types.describe(
                        types.NotAList(
                            file=bench.file,
                            span=node.right.span,
                            found=right,
                            word=f"`{node.operator}`",
                        )
                    )
                )
            return
        if is_secret(left) or is_secret(right.item):
            bench.report(secrecy.describe(secrecy.SecretCompared(file=bench.file, span=node.span)))
            return
        _members(bench, node, left, right)
        return
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return  # reported where it was not understood
    if is_secret(left) or is_secret(right):
        plain = node.left if not is_secret(left) else node.right
        if not (is_secret(left) and is_secret(right)) or node.operator not in (
            "is",
            "is not",
        ):
            bench.report(secrecy.describe(secrecy.SecretCompared(file=bench.file, span=plain.span)))
        elif _made(left) is not _made(right) or _made(left) is None:
            apart = secrecy.MadeBesideWhole(file=bench.file, span=node.span)
            bench.report(secrecy.describe(apart))
        return
    if node.operator not in ("is", "is not"):
        left, right = bench.usable(node.left, left), bench.usable(node.right, right)
        if _is_zero(node.right) and family(left) == "money":
            return  # nothing has no currency, so 0 needs none
        if comparable(left, right) and not {family(left), family(right)} <= ORDERED:
            bench.report(
                types.describe(
                    types.WrongOperand(
                        file=bench.file,
                        span=node.span,
                        operator=node.operator,
                        left=widen(left),
                        right=widen(right),
                    )
                )
            )
            return
    _alike(bench, node.left, left, node.right, right)


def test(bench: Workbench, node: Test, found: Type) -> None:
    """Report a test that always says the same."""
    inner = bare(found)
    if isinstance(found, Unknown) or isinstance(inner, Unknown):
        return
    match node.state:
        case "present" | "absent":
            sensible = isinstance(found, Optional | Tried)
        case "failed":
            sensible = isinstance(found, Tried)
        case "empty":
            found = bench.usable(node.operand, found)
            sensible = family(found) in ("list", "text")
    if not sensible and node.state in ("present", "absent"):
        needless = types.NeedlessTest(
            file=bench.file, span=node.span, state="absent", found=widen(found)
        )
        bench.report(types.describe(needless))
    elif not sensible:
        bench.report(
            types.describe(
                types.SenselessTest(
                    file=bench.file, span=node.span, state=node.state, found=widen(found)
                )
            )
        )


def arithmetic(bench: Workbench, node: Binary, left: Type, right: Type) -> Type:
    """The type of `left operator right`."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    one, other = family(left), family(right)
    if isinstance(left, Secret) or isinstance(right, Secret):
        return _wrong(bench, node, left, right)
    number = INT if left == right == INT else DECIMAL
    match node.operator, one, other:
        case "+" | "-", "number", "number":
            return number
        case "+" | "-", "duration", "duration":
            return DURATION
        case "+" | "-", "money", "money":
            currencies.meet(bench, node.left, node.right)
            return MONEY
        case "+" | "-", "percent", "percent":
            return PERCENT
        case "+" | "-", "instant", "duration":
            return left
        case "+", "duration", "instant":
            return right
        case "-", "instant", "instant":
            _one_zone(bench, node.left, left, node.right, right)
            return DURATION
        case "+" | "-", "date", "duration":
            return DATE
        case "-", "date", "date":
            return DURATION
        case "*", "number", "number":
            return number
        case ("*", "duration", "number") | ("*", "number", "duration"):
            return DURATION
        case ("*", "money", "number") | ("*", "number", "money") if INT in (left, right):
            return MONEY
        case ("*", "percent", "number") | ("*", "number", "percent"):
            return DECIMAL
        case "/", "number", "number" if number == INT:
            bench.report(types.describe(types.DivisionOfCounts(file=bench.file, span=node.span)))
            return UNKNOWN
        case "/", "number" | "duration", "number":
            result = DECIMAL if one == "number" else DURATION
            return result if _is_nonzero(node.right) else optional(result)
        case _, "duration" | "instant", "number":
            return _wrong_unit(bench, node.right, right, node.left, left)
        case _, "number", "duration":
            return _wrong_unit(bench, node.left, left, node.right, right)
        case _:
            return _wrong(bench, node, left, right)


def negate(bench: Workbench, node: Unary, found: Type) -> Type:
    """The type of `- operand`."""
    if family(found) in ("number", "duration", "percent", "money", "unknown"):
        return found
    bench.report(
        types.describe(
            types.WrongOperand(
                file=bench.file, span=node.operand.span, operator="-", left=widen(found), right=None
            )
        )
    )
    return UNKNOWN


def unrelated(
    bench: Workbench,
    node: Expression,
    found: Type,
    other_node: Expression,
    other: Type,
    verb: str,
) -> None:
    """Two types that never meet."""
    one_family, other_family = family(found), family(other)
    if one_family == "number" and other_family == "duration":
        _wrong_unit(bench, node, found, other_node, other)
        return
    if one_family == "duration" and other_family == "number":
        _wrong_unit(bench, other_node, other, node, found)
        return
    bench.report(
        types.describe(
            types.Unrelated(
                file=bench.file,
                span=node.span,
                found=widen(found),
                other=widen(other),
                other_span=other_node.span,
                verb=verb,
            )
        )
    )


def facts_of_comparison(
    node: Compare, left: Type, right: Type, left_path: Path | None, right_path: Path | None
) -> Judgement:
    """What a comparison that holds, or does not, says of its operands."""
    match node.operator:
        case "is" | "is not":
            holds = both(_equal_to(left_path, right), _equal_to(right_path, left))
            fails = both(
                _unequal_to(left_path, right, node.right), _unequal_to(right_path, left, node.left)
            )
            swapped = node.operator == "is not"
            return Judgement(fails, holds) if swapped else Judgement(holds, fails)
        case "in" | "not in" if left_path is not None and isinstance(right, ListOf):
            item = right.item
            inside = Fact(
                states=PRESENT.states if not isinstance(item, Optional) else STATES,
                values=frozenset(item.values) if isinstance(item, Enum) else None,
            )
            listed = isinstance(node.right, ListLiteral) and isinstance(item, Enum)
            outside: Facts = (
                {left_path: Fact(excluded=frozenset(item.values))}
                if listed and isinstance(item, Enum) and item.name == LITERAL
                else NO_FACTS
            )
            holds = {left_path: inside}
            return Judgement(holds, outside) if node.operator == "in" else Judgement(outside, holds)
        case ">" if left_path and isinstance(node.right, IntegerLiteral) and node.right.value >= 0:
            return Judgement({left_path: Fact(not_zero=True)}, NO_FACTS)
        case ">=" if left_path and isinstance(node.right, IntegerLiteral) and node.right.value > 0:
            return Judgement({left_path: Fact(not_zero=True)}, NO_FACTS)
        case _:
            return UNDECIDED


def facts_of_test(node: Test, path: Path | None) -> Judgement:
    """What `is present` and its kin say of a value."""
    if path is None:
        return UNDECIDED
    if node.state == "empty":
        judgement = Judgement({path: Fact(empty=True)}, {path: Fact(not_empty=True)})
    else:
        judgement = Judgement(
            {path: Fact(states=frozenset({node.state}))},
            {path: Fact(states=STATES - {node.state})},
        )
    return Judgement(judgement.fails, judgement.holds) if node.negated else judgement


def _equal_to(path: Path | None, other: Type) -> Facts:
    if path is None or isinstance(other, Optional | Tried | Unknown):
        return NO_FACTS
    values = frozenset(other.values) if isinstance(other, Enum) else None
    return {path: Fact(states=PRESENT.states, values=values)}


def _unequal_to(path: Path | None, other: Type, node: Expression) -> Facts:
    if path is None:
        return NO_FACTS
    if isinstance(other, Enum) and len(other.values) == 1:
        return {path: Fact(excluded=frozenset(other.values))}
    if _is_zero(node):
        return {path: Fact(not_zero=True)}
    return NO_FACTS


def _members(bench: Workbench, node: Compare, left: Type, right: ListOf) -> None:
    if isinstance(node.right, ListLiteral):
        for one in node.right.items:
            _alike(bench, node.left, left, one, _literal_type(bench, one, right.item))
    else:
        _alike(bench, node.left, left, node.right, right.item)


def _literal_type(bench: Workbench, node: Expression, item: Type) -> Type:
    """The type of one item: a text literal as the one value it is."""
    known = bench.types.get(node.id, item)
    template = getattr(node, "template", None)
    if template is not None and isinstance(bare(item), Enum):
        return Enum((template.plain,), LITERAL)
    return known


def _alike(
    bench: Workbench, left_node: Expression, left: Type, right_node: Expression, right: Type
) -> None:
    """Report operands of which no two values are ever equal."""
    one, other = bare(left), bare(right)
    if not comparable(left, right):
        unrelated(bench, right_node, other, left_node, one, "compare")
    elif family(one) == "money":
        currencies.meet(bench, left_node, right_node)
    elif family(one) == "instant":
        _one_zone(bench, left_node, one, right_node, other)
    elif (
        isinstance(one, Enum)
        and isinstance(other, Enum)
        and not set(one.values) & set(other.values)
    ):
        if one.name == LITERAL:
            not_in_enum(bench, left_node.span, one, other)
        elif one.values:
            not_in_enum(bench, right_node.span, other, one)


def _one_zone(
    bench: Workbench, left_node: Expression, left: Type, right_node: Expression, right: Type
) -> None:
    """Report a wall time beside an instant."""
    if left == right:
        return
    wall, instant = (left_node, right_node) if left == ZONELESS else (right_node, left_node)
    bench.report(
        sql.describe(
            sql.ZonelessValue(
                file=bench.file, span=wall.span, text=bench.text(wall), beside=instant.span
            )
        )
    )


def _made(type_: Type) -> bool | None:
    while isinstance(type_, Optional | Tried):
        type_ = type_.inner
    return type_.made if isinstance(type_, Secret) else False


def _settled(bench: Workbench, node: Expression, found: Type) -> Type:
    """An attempt must be tested before it is compared; absent may be."""
    return bench.usable(node, found) if isinstance(found, Tried) else found


def _wrong(bench: Workbench, node: Binary, left: Type, right: Type) -> Type:
    bench.report(
        types.describe(
            types.WrongOperand(
                file=bench.file,
                span=node.span,
                operator=node.operator,
                left=widen(left),
                right=widen(right),
            )
        )
    )
    return UNKNOWN


def _wrong_unit(
    bench: Workbench, node: Expression, found: Type, other_node: Expression, other: Type
) -> Type:
    number = str(node.value) if isinstance(node, IntegerLiteral) else None
    bench.report(
        types.describe(
            types.WrongUnit(
                file=bench.file,
                span=node.span,
                found=found,
                other=other,
                other_span=other_node.span,
                number=number,
            )
        )
    )
    return UNKNOWN


def _is_zero(node: Expression) -> bool:
    return isinstance(node, IntegerLiteral) and node.value == 0


def _is_nonzero(node: Expression) -> bool:
    value = getattr(node, "value", None)
    return isinstance(value, int) and value != 0
