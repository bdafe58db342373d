"""Texts with holes, the product's own or the project's: Jinja2 in its sandbox, where a missing name is an error.

Loaded only when a text is filled.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import DictLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

Ready = Markup
"""A text that goes into a hole as it is."""


class BadTemplateError(Exception):
    """A template cannot be filled. `line` counts from 1; 0 where nobody knows it."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class Style(NamedTuple):
    """What happens to values on their way into a text. `parts` are templates that others may import, by name."""

    escape: Callable[[str], str] = str
    """Every text that is not `Ready` passes it."""
    html: bool = False
    """Escape for HTML besides."""
    filters: tuple[tuple[str, Callable[..., object]], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


PLAIN = Style()


@cache
def own(folder: Path, name: str) -> str:
    """The text of a template that comes with the engine."""
    return (folder / name).read_text("utf-8")


def filled(template: str, values: Mapping[str, object], style: Style = PLAIN) -> str:
    """`template` with `values` in its holes. Raises BadTemplateError."""
    try:
        return _compiled(template, style).render(values)
    except TemplateSyntaxError as error:
        raise BadTemplateError(str(error.message), error.lineno) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise BadTemplateError(str(error)) from error


@lru_cache(maxsize=16)
def _compiled(template: str, style: Style) -> Template:
    def finished(value: Any) -> Any:
        return (
            style.escape(value)
            if isinstance(value, str) and not isinstance(value, Ready)
            else value
        )

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=style.html,
        finalize=finished,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=DictLoader(dict(style.parts)),
    )
    environment.filters.update(dict(style.filters))
    return environment.from_string(template)
