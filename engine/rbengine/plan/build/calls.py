"""Operations, queries and questions: what a statement asks of the world or of people."""

from itertools import pairwise

from rbengine.contract.operations import Parameter
from rbengine.contract.policy import Limits, PolicyModel
from rbengine.contract.types import Enum, Secret, Type
from rbengine.plan import code
from rbengine.plan import expressions as ir
from rbengine.plan.build.expressions import constant, expression, field_path, named, template
from rbengine.plan.build.reading import Reading
from rbengine.semantics.analysis import BoundStatement
from rbengine.semantics.sql_words import sql_words
from rbengine.syntax.nodes import expressions as tree
from rbengine.syntax.nodes.statements import Approve, Ask, Choose, Manual, Query

DEFAULT_ROLE = "on_call"
"""Who is asked where neither the question nor the policy names a role."""


def operation(call: tree.OperationCall, reading: Reading) -> code.OperationSpec:
    """Every declared parameter in declared order, defaults filled in."""
    promised = reading.tables.operations[call.id]
    given = {one.name.text: one.value for one in call.arguments if one.name is not None}

    def value(parameter: Parameter) -> ir.Expr:
        if parameter.name in given:
            return expression(given[parameter.name], reading)
        if parameter.default is None:
            raise AssertionError(
                f"{promised.full_name} without `{parameter.name}` passed the checker"
            )
        return ir.Constant(parameter.default)

    return code.OperationSpec(
        operation=promised.full_name,
        arguments=tuple(ir.NamedExpr(one.name, value(one)) for one in promised.parameters),
        effect=promised.effect,
        idempotency=promised.idempotency,
        settles=promised.settles,
        secret_arguments=tuple(
            one.name for one in promised.parameters if isinstance(one.type, Secret)
        ),
        text=reading.text(call.span),
    )


def query(node: Query, reading: Reading, limits: Limits) -> code.QuerySpec:
    """A reading statement; `all` without a bound of its own has the policy's."""
    bound = reading.tables.statements[node.id]
    rows = node.at_most if node.at_most is not None else limits.query
    return code.QuerySpec(
        kind=node.kind,
        sql=bound.sql,
        arguments=sql_arguments(bound),
        at_most=rows if node.kind == "all" else 1,
        timeout=None if node.timeout is None else node.timeout.value,
        replica=node.on_replica,
        role=None if node.role is None else node.role.text,
        claims=None if node.claims is None else named(node.claims.fields, reading),
        table=_first_table(bound),
    )


def sql_arguments(bound: BoundStatement) -> tuple[code.SqlArgument, ...]:
    """`$1`, `$2`, …"""
    return tuple(
        code.SqlArgument(name=".".join(one.path), value=field_path(one.path), type=one.type)
        for one in bound.parameters
    )


def question(
    node: Ask | Choose | Manual | Approve, reading: Reading, policy: PolicyModel
) -> code.QuestionSpec:
    """A question with its bound and the roles that may answer, the policy's where it names none."""
    within = (
        constant(policy.limits.question)
        if node.to.within is None
        else expression(node.to.within, reading)
    )
    by = tuple(one.text for one in node.to.by) or (_role_on_call(policy),)
    text = template(node.text, reading)
    match node:
        case Approve():
            return code.QuestionSpec(kind="approve", text=text, within=within, by=by)
        case Ask():
            return code.QuestionSpec(
                kind="ask", text=text, within=within, by=by, type=reading.type_of(node.type)
            )
        case Choose():
            return code.QuestionSpec(
                kind="choose",
                text=text,
                within=within,
                by=by,
                type=_chosen(node),
                choices=tuple(
                    code.ChoiceSpec(name=one.name.text, text=template(one.text, reading))
                    for one in node.choices
                ),
                source=None if node.source is None else expression(node.source, reading),
                showing=None if node.showing is None else expression(node.showing, reading),
            )
        case Manual():
            return code.QuestionSpec(
                kind="manual",
                text=text,
                within=within,
                by=by,
                gives=tuple(
                    code.EvidenceSpec(
                        name=one.name.text,
                        type=reading.type_of(one.type),
                        text=template(one.text, reading),
                    )
                    for one in node.gives
                ),
            )


def _chosen(node: Choose) -> Type | None:
    """The names below a `choose`; an item of a list needs no type, it is one of the list."""
    return Enum(tuple(one.name.text for one in node.choices)) if node.choices else None


def _role_on_call(policy: PolicyModel) -> str:
    return next((one.name for one in policy.contacts if one.is_role), DEFAULT_ROLE)


def _first_table(bound: BoundStatement) -> str:
    """For screens: the base table of the first column that has one, else the word after FROM."""
    if bound.facts is not None:
        for column in bound.facts.columns:
            if column.table is not None:
                return column.table
    words = sql_words(bound.sql)
    for word, after in pairwise(words):
        if word.is_word("from") and after.kind in ("word", "quoted"):
            return after.name
    return ""
