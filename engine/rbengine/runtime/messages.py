"""Messages: Jinja2 in its sandbox, where a missing value is an error and nothing outside can be reached.

Loaded only when a message is rendered.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, Undefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rbengine.contract.values import Json, Row, Value
from rbengine.plan.program import MessageSpec
from rbengine.runtime.local_time import Offsets
from rbengine.runtime.wording import FILTERS, as_text

_OFFSETS = "the zone's offsets"
"""A name that no template can write."""


class NotRendered(Exception):  # noqa: N818  (a state of affairs, not an error of ours)
    """A value the text needs is missing, or the text asks for something it may not have."""


def render(message: MessageSpec, values: Sequence[Value], offsets: Offsets = ()) -> Row:
    """Row {subject, text}. A subject never has a line break, whatever a value holds."""
    given = {
        name: _for_template(value) for name, value in zip(message.parameters, values, strict=True)
    }
    given[_OFFSETS] = offsets
    try:
        subject = _template(message.subject).render(given)
        text = _template(message.body).render(given)
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise NotRendered(str(error)) from error
    return Row({"subject": " ".join(subject.split()), "text": text})


def _for_template(value: Value) -> Any:
    """Records as objects with nothing but their fields: a column called `items` stays a column."""
    match value:
        case Row():
            return SimpleNamespace(**{name: _for_template(one) for name, one in value.items()})
        case tuple():
            return [_for_template(one) for one in value]
        case Json(content=content):
            return content
        case _:
            return value


def _finished(value: Any) -> Any:
    """What stands in the text for a value; strings and marks of missing values are left to Jinja2."""
    if isinstance(value, str | StrictUndefined | SimpleNamespace | list | dict):
        return value
    return as_text(value)


def _is_present(value: Any) -> bool:
    """`{% if account.phone is present %}`, as in the rest of the language."""
    return value is not None and not isinstance(value, Undefined)


def _default(value: Any, instead: str) -> Any:
    """Jinja2's own knows only names that are missing, not values that are absent."""
    return value if _is_present(value) else instead


def _filter(rule: Callable[[Value, Offsets], Value]) -> Callable[[Context, Any], Any]:
    """One of the language's filters, told of the zone that the message is rendered in."""

    @pass_context
    def apply(context: Context, value: Any) -> Any:
        return rule(value, context[_OFFSETS])

    return apply


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # messages are plain text
        finalize=_finished,
        keep_trailing_newline=False,
    )
    # `random` is not the same twice; a message rendered again must be the same message.
    environment.filters.pop("random")
    for name, rule in FILTERS.items():
        environment.filters[name] = _filter(rule)
    environment.filters["default"] = _default
    # An absent value is none and not undefined: both words mean that there is something.
    for name in ("present", "defined"):
        environment.tests[name] = _is_present
    for name in ("absent", "undefined"):
        environment.tests[name] = lambda value: not _is_present(value)
    for name in ("lipsum", "cycler", "joiner", "namespace"):
        environment.globals.pop(name, None)
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=256)
def _template(source: str) -> Template:
    return _ENVIRONMENT.from_string(source)
