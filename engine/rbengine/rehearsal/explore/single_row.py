"""Queries that give exactly one row, whatever the tables hold: a count, a sum over all of them."""

from functools import cache

_CLAUSES = ("group", "having", "limit", "offset", "distinct")


@cache
def gives_one_row(sql: str) -> bool:
    """Whether it does for certain; what is not understood may give none, or many."""
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        tree = parse_one(sql, dialect="postgres")
    except SqlglotError:
        return False
    if not isinstance(tree, exp.Select) or any(tree.args.get(one) for one in _CLAUSES):
        return False
    counted = False
    for column in tree.expressions:
        if column.find(exp.UDTF, exp.Explode, exp.Anonymous) is not None:
            return False  # it may make rows of its own
        counted = counted or any(
            one.find_ancestor(exp.Window, exp.Select) is tree
            for one in column.find_all(exp.AggFunc)
        )
    return counted
