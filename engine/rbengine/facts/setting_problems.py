"""Problems of the settings, each at its place in their text."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.diagnostics.model import Fix
from rbengine.source import SourceFile, Span

if TYPE_CHECKING:
    from rbengine.facts.toml_places import Path, Place


class Problems:
    """Gathers them. `keys` is the way from the top: `("profiles", "production", "hosts")`."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.found: list[Diagnostic] = []

    @cached_property
    def places(self) -> "Mapping[Path, Place]":
        """Where everything stands."""
        from rbengine.facts.toml_places import places

        return places(self.source.text)

    def table(self, above: Mapping[str, Any], name: str, keys: "Path") -> Mapping[str, Any]:
        """The table `name` in the table at `keys`; empty where it is missing or no table."""
        value = above.get(name, {})
        if isinstance(value, dict):
            return value
        dotted = ".".join((*keys, name))
        self.add("E562", (*keys, name), f"`{name}` is a table", f"write it as `[{dotted}]`")
        return {}

    def unknown(self, keys: "Path", offered: tuple[str, ...], way_out: str | None = None) -> None:
        """There is no such setting; what may have been meant is among `offered`."""
        near = nearest(keys[-1], offered)
        there = f"there are: {', '.join(offered)}" if offered else None
        self.add(
            "E561",
            keys,
            f"there is no setting `{keys[-1]}`",
            did_you_mean(keys[-1], offered) or way_out or there,
            near,
        )

    def add(
        self,
        code: str,
        keys: "Path",
        message: str,
        way_out: str | None,
        replacement: str | None = None,
        *,
        at_value: bool = False,
        note: str = "",
    ) -> None:
        """One problem under the last of `keys`, or under its value; `replacement` is what may stand there instead."""
        self.at(self.span(keys, at_value=at_value), code, message, way_out, replacement, note)

    def at(
        self,
        span: Span,
        code: str,
        message: str,
        way_out: str | None,
        replacement: str | None = None,
        note: str = "",
    ) -> None:
        """The same at a span of the text."""
        file = self.source.path
        fixes = (Fix(f"write `{replacement}`", file, span, replacement),) if replacement else ()
        self.found.append(
            Diagnostic(
                code=Code(code),
                message=message,
                primary=Label(file, span),
                notes=(note,) if note else (),
                help=way_out,
                fixes=fixes,
            )
        )

    def span(self, keys: "Path", *, at_value: bool = False) -> Span:
        """Where the last of `keys` stands, or the nearest table above that does."""
        for length in range(len(keys), 0, -1):
            place = self.places.get(keys[:length])
            if place is not None:
                valued = at_value and place.value.end > place.value.start
                return place.value if valued else place.key
        return Span(0, 1)
