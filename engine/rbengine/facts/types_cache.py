"""As what the values in a file's statements are sent, in the user's cache: a run needs the checker for nothing else."""

import json
from collections.abc import Callable, Mapping, Sequence

from rbengine.facts.check_cache import recall, remember
from rbengine.source import SourceFile

StatementTypes = Mapping[int, Sequence[str]]
"""PostgreSQL's names of the types of `$1`, `$2`, … by the node of the statement."""


def statement_types(
    source: SourceFile, describer: str, find: Callable[[], StatementTypes]
) -> StatementTypes:
    """The types in the file of this text; found by `find` the first time.

    `describer`: the digest of all that PostgreSQL's answers depend on (`CachedDescriber.digest`).
    """
    question = ("statement types", source.digest, describer)
    answer = recall(question)
    if answer is not None:
        try:
            return {int(node): types for node, types in json.loads(answer.payload).items()}
        except (AttributeError, ValueError):
            pass  # somebody's hand: it is found anew
    found = find()
    remember(question, json.dumps({str(node): list(types) for node, types in found.items()}), ())
    return found
