"""The type of every expression, and what follows when a condition holds."""

from typing import assert_never

from rbengine.contract.types import (
    BOOL,
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    MONEY,
    PERCENT,
    TEXT,
    UNKNOWN,
    Enum,
    FieldType,
    ListOf,
    Nothing,
    Optional,
    Record,
    Secret,
    Tried,
    Type,
    Unknown,
)
from rbengine.semantics.analysis import Symbol
from rbengine.semantics.functions import FILTERS
from rbengine.semantics.inference import calls, currencies, operators, pure
from rbengine.semantics.inference.environment import FAILURE, Environment
from rbengine.semantics.inference.expecting import expect
from rbengine.semantics.inference.facts import (
    FALSE,
    LITERAL,
    TRUE,
    UNDECIDED,
    Judgement,
    both,
    either,
    refine,
    refine_item,
)
from rbengine.semantics.inference.fitting import (
    bare,
    family,
    fits,
    holds_secret,
    is_secret,
    join,
    joinable,
    widen,
)
from rbengine.semantics.inference.naming import field_type, name_type, path_of
from rbengine.semantics.inference.workbench import Workbench
from rbengine.semantics.problems import messages, names, types
from rbengine.syntax.nodes.expressions import (
    Ago,
    Apply,
    Argument,
    Binary,
    BoolLiteral,
    Compare,
    Conditional,
    DateLiteral,
    DecimalLiteral,
    DurationLiteral,
    Each,
    Expression,
    Field,
    FromNow,
    Hole,
    IntegerLiteral,
    ListLiteral,
    MoneyLiteral,
    NameRef,
    OperationCall,
    PercentLiteral,
    RecordLiteral,
    Template,
    Test,
    TextLiteral,
    Unary,
    Where,
)


def type_of(bench: Workbench, node: Expression, env: Environment) -> Type:
    """The type of `node`, with what is known here taken into account."""
    found = _whole_type(bench, node, env)
    path = path_of(node)
    if path is not None and (fact := env.facts.get(path)) is not None:
        found = refine(found, fact)
    bench.types[node.id] = widen(found)
    currencies.note(bench, node, found, env)
    return found


def value_of(bench: Workbench, node: Expression, env: Environment) -> Type:
    """The type of a value that must be there."""
    return bench.usable(node, type_of(bench, node, env))


def judge(bench: Workbench, node: Expression, env: Environment) -> Judgement:
    """What follows from a condition. Reports what is no condition."""
    bench.types[node.id] = BOOL
    match node:
        case Unary(operator="not", operand=operand):
            inner = judge(bench, operand, env)
            return Judgement(inner.fails, inner.holds)
        case Binary(operator="and"):
            left = judge(bench, node.left, env)
            right = judge(bench, node.right, env.knowing(left.holds))
            return Judgement(
                both(left.holds, right.holds), either(left.fails, both(left.holds, right.fails))
            )
        case Binary(operator="or"):
            left = judge(bench, node.left, env)
            right = judge(bench, node.right, env.knowing(left.fails))
            return Judgement(
                either(left.holds, both(left.fails, right.holds)), both(left.fails, right.fails)
            )
        case Compare():
            found, other = type_of(bench, node.left, env), type_of(bench, node.right, env)
            operators.compare(bench, node, found, other)
            return operators.facts_of_comparison(
                node, found, other, path_of(node.left), path_of(node.right)
            )
        case Test():
            found = _whole_type(bench, node.operand, env)
            bench.types[node.operand.id] = found
            operators.test(bench, node, found)
            return operators.facts_of_test(node, path_of(node.operand))
        case _:
            condition = value_of(bench, node, env)
            if condition != BOOL and not isinstance(condition, Unknown):
                bench.report(
                    types.describe(
                        types.NotACondition(file=bench.file, span=node.span, found=condition)
                    )
                )
            if isinstance(node, NameRef):
                known = env.findings.get(node.name.text)
                if known is not None:
                    own = known.all() if env.diagnosed else known.own
                    return Judgement(own, {(node.name.text,): FALSE})
            path = path_of(node)
            return UNDECIDED if path is None else Judgement({path: TRUE}, {path: FALSE})


def template(bench: Workbench, node: Template, env: Environment) -> bool:
    """Type the holes of a string. Whether a secret is among them: then the text is secret too."""
    secret = False
    for part in node.parts:
        if isinstance(part, Hole):
            secret |= _hole(bench, part, env)
    return secret


def _whole_type(bench: Workbench, node: Expression, env: Environment) -> Type:
    """The type without what is known of the value itself at this place."""
    match node:
        case TextLiteral():
            if template(bench, node.template, env):
                return Secret(TEXT, made=True)
            plain = not any(isinstance(one, Hole) for one in node.template.parts)
            return Enum((node.template.plain,), LITERAL) if plain else TEXT
        case IntegerLiteral():
            return INT
        case DecimalLiteral():
            return DECIMAL
        case PercentLiteral():
            return PERCENT
        case DurationLiteral():
            return DURATION
        case DateLiteral():
            return DATE
        case MoneyLiteral():
            return MONEY
        case BoolLiteral():
            return BOOL
        case NameRef():
            return name_type(bench, node, env)
        case Field():
            return _field(bench, node, env)
        case Apply():
            return _apply(bench, node, env)
        case OperationCall():
            is_binding = node.adapter.text in env.names
            messages = frozenset() if is_binding else calls.message_arguments(bench, node)
            given = tuple(
                argument(
                    bench, one, env, message=one.name is not None and one.name.text in messages
                )
                for one in node.arguments
            )
            return calls.operation(bench, node, given, is_binding=is_binding)
        case Unary(operator="-"):
            return operators.negate(bench, node, value_of(bench, node.operand, env))
        case Binary(operator="+" | "-" | "*" | "/"):
            left = value_of(bench, node.left, env)
            return operators.arithmetic(bench, node, left, value_of(bench, node.right, env))
        case Unary() | Binary() | Compare() | Test():
            judge(bench, node, env)
            return BOOL
        case Conditional():
            judgement = judge(bench, node.condition, env)
            then = type_of(bench, node.then, env.knowing(judgement.holds))
            other = type_of(bench, node.otherwise, env.knowing(judgement.fails))
            if not joinable(then, other):
                operators.unrelated(bench, node.otherwise, other, node.then, then, "join")
            return join(then, other)
        case Where():
            item, inside = _items(bench, node.items, node, env)
            judgement = judge(bench, node.condition, inside)
            return ListOf(refine_item(item, judgement.holds))
        case Each():
            _, inside = _items(bench, node.items, node, env)
            return ListOf(widen(type_of(bench, node.value, inside)))
        case Ago() | FromNow():
            duration = value_of(bench, node.duration, env)
            expect(bench, node.duration, duration, DURATION, "what stands here")
            return INSTANT
        case ListLiteral():
            return _list(bench, node, env)
        case RecordLiteral():
            return Record(
                tuple(
                    FieldType(one.name.text, type_of(bench, one.value, env)) for one in node.fields
                )
            )
        case _:
            assert_never(node)


def with_item(env: Environment, item: Type) -> Environment:
    """Inside `where`, `each` and `showing`."""
    return env.with_symbol(Symbol(name="it", kind="item", type=item))


def item_type(bench: Workbench, node: Expression, env: Environment, word: str) -> Type:
    """What the list `node` holds; reports what is no list."""
    found = value_of(bench, node, env)
    if isinstance(found, ListOf):
        return found.item
    if not isinstance(found, Unknown):
        bench.report(
            types.describe(types.NotAList(file=bench.file, span=node.span, found=found, word=word))
        )
    return UNKNOWN


def _items(
    bench: Workbench, items: Expression, node: Where | Each, env: Environment
) -> tuple[Type, Environment]:
    word = "where" if isinstance(node, Where) else "each"
    item = item_type(bench, items, env, f"`{word}`")
    if "it" in env.names:
        bench.report(types.describe(types.NestedIt(file=bench.file, span=node.span, word=word)))
    return item, with_item(env, item)


def _field(bench: Workbench, node: Field, env: Environment) -> Type:
    found = type_of(bench, node.object, env)
    path = path_of(node.object)
    fact = env.facts.get(path) if path else None
    failed = fact is not None and fact.states == {"failed"}
    if isinstance(found, Tried) and not failed and node.name.text == "failure":
        bench.usable(node.object, found)
        return FAILURE
    if not (isinstance(found, Tried) and failed):
        found = bench.usable(node.object, found)
    return field_type(bench, found, node.name, bench.text(node.object), failed=failed)


def _apply(bench: Workbench, node: Apply, env: Environment) -> Type:
    given = _arguments(bench, node.arguments, env)
    facts = [
        env.facts.get(path) if (path := path_of(one.value)) else None for one in node.arguments
    ]
    currencies.one_currency(bench, node, facts)
    return pure.function(
        bench,
        node,
        given,
        not_zero=[
            (fact is not None and fact.not_zero)
            or (isinstance(one.value, IntegerLiteral) and one.value.value != 0)
            for fact, one in zip(facts, node.arguments, strict=True)
        ],
        not_empty=[
            (fact is not None and fact.not_empty)
            or (isinstance(one.value, ListLiteral) and bool(one.value.items))
            for fact, one in zip(facts, node.arguments, strict=True)
        ],
    )


def _arguments(
    bench: Workbench, arguments: tuple[Argument, ...], env: Environment
) -> tuple[Type, ...]:
    """Types of the arguments; a message stands for itself and is typed with its own arguments."""
    return tuple(argument(bench, one, env) for one in arguments)


def argument(bench: Workbench, node: Argument, env: Environment, *, message: bool = False) -> Type:
    """The type of one argument; a message is the record {subject, text}. `message`: one is asked for."""
    value = node.value
    if message and isinstance(value, Apply) and calls.unknown_message(bench, value):
        for one in value.arguments:
            type_of(bench, one.value, env)
        return UNKNOWN
    if isinstance(value, Apply) and value.function.text in bench.declared.messages:
        given = tuple(type_of(bench, one.value, env) for one in value.arguments)
        calls.message(bench, value, given)
        bench.types[value.id] = calls.MESSAGE
        return calls.MESSAGE
    return type_of(bench, value, env)


def _list(bench: Workbench, node: ListLiteral, env: Environment) -> Type:
    item: Type | None = None
    for one in node.items:
        found = type_of(bench, one, env)
        if item is not None and not joinable(item, found):
            operators.unrelated(bench, one, found, node.items[0], item, "join")
        item = found if item is None else join(item, found)
    return ListOf(UNKNOWN if item is None else item)


def _hole(bench: Workbench, hole: Hole, env: Environment) -> bool:
    if isinstance(hole.expression, Conditional) and not hole.filters:
        return _either_shown(bench, hole.expression, env)
    found = _shown(bench, hole.expression, env)
    shown = bare(found)
    for one in hole.filters:
        known = FILTERS.get(one.text)
        if known is None:
            bench.report(
                names.describe(
                    names.UnknownFilter(
                        file=bench.file,
                        span=one.span,
                        name=one.text,
                        offered=tuple(sorted(FILTERS)),
                    )
                )
            )
        elif known.takes is not None and not fits(shown, known.takes):
            expect(bench, hole.expression, shown, known.takes, f"what `{one.text}` takes")
        shown = TEXT
    return holds_secret(found)


def _either_shown(bench: Workbench, node: Conditional, env: Environment) -> bool:
    """Each of the two is shown for itself: `{{ paid_at if paid_at is present else "not yet" }}`."""
    judgement = judge(bench, node.condition, env)
    then = _shown(bench, node.then, env.knowing(judgement.holds))
    other = _shown(bench, node.otherwise, env.knowing(judgement.fails))
    bench.types[node.id] = TEXT
    return holds_secret(then) or holds_secret(other)


def _shown(bench: Workbench, node: Expression, env: Environment) -> Type:
    """The type of what people will see; reports what may not be there, and what is no single value."""
    found = type_of(bench, node, env)
    if isinstance(found, Tried):
        found = bench.usable(node, found)
    if isinstance(found, Optional) and not is_secret(found):
        absent = messages.AbsentInText(file=bench.file, span=node.span, text=bench.text(node))
        bench.report(messages.describe(absent))
    shown = bare(found)
    item = shown.item if isinstance(shown, ListOf) else shown
    if family(item) in ("record", "nothing", "bytes"):
        bench.report(
            types.describe(types.NotShowable(file=bench.file, span=node.span, found=shown))
        )
    return found


def is_nothing(type_: Type) -> bool:
    """Whether there is nothing to bind."""
    return isinstance(bare(type_), Nothing)
