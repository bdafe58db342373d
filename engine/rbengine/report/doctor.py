"""What `doctor` saw of a profile: for a terminal and for programs. Nothing that it is made of holds a secret."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from rbengine.host.live.examining import Examined
from rbengine.host.live.remark import Remark, State
from rbengine.report.durations import took
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, Style, heading, line

_STYLES: dict[State, Style] = {"ok": "good", "look": "clock", "wrong": "wrong"}
_MOST_NAMED = 4
_TO_COPY = 4


class Broken(msgspec.Struct, frozen=True):
    """A statement of a playbook that the live database does not take, at its place."""

    file: str
    line: int
    code: str
    message: str


class SchemaSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The live database's schema beside the project's file."""

    file: str
    """The project's schema; empty where it has none."""
    remarks: tuple[Remark, ...] = ()
    differences: int = 0
    broken: tuple[Broken, ...] = ()


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was seen."""

    profile: str
    production: bool
    hosts: tuple[str, ...]
    adapters: tuple[Examined, ...]
    needed_by: Mapping[str, tuple[str, ...]]
    """Adapter to the ids of the runbooks that call it."""
    general: tuple[Remark, ...] = ()
    """About contacts, files and the profile itself."""
    schema: SchemaSeen | None = None
    """None where no live database was asked."""

    @property
    def states(self) -> tuple[State, ...]:
        """Of all that was looked at."""
        found = [one.state for one in self.adapters] + [one.state for one in self.general]
        if self.schema is not None:
            found += [one.state for one in self.schema.remarks]
            found += ["wrong"] * len(self.schema.broken)
        return tuple(found)


def doctor_rows(visit: Visit, *, width: int, colour: bool) -> list[str]:
    """The table, and a sentence that sums it up."""
    lines = [
        heading(
            f"profile {visit.profile}",
            right="production: asked for by name" if visit.production else "",
        )
    ]
    if visit.hosts:
        lines.append(
            heading(("besides the providers' own hosts: ", "quiet"), ", ".join(visit.hosts))
        )
    lines.append(BLANK)
    wide = max((len(one.adapter) for one in visit.adapters), default=0) + 2
    for one in visit.adapters:
        lines += _adapter(one, visit.needed_by.get(one.adapter, ()), wide)
    if visit.general:
        lines.append(BLANK)
        for remark in visit.general:
            lines += _remark(remark, margin=remark.state)
    if visit.schema is not None:
        lines += [BLANK, *_schema(visit.schema)]
    return draw([*lines, BLANK, heading(_sum(visit))], width, colour)


def _adapter(one: Examined, needed_by: Sequence[str], wide: int) -> Iterator[Line]:
    if one.backend != "live":
        yield _row(one, wide, (f"{one.backend}: not asked", "quiet"))
        return
    fine = [remark.text for remark in one.remarks if remark.state == "ok"]
    if one.version and not one.version.isspace():
        fine.append(f"version {one.version}")
    told = " · ".join(fine) or ("it answers" if one.state == "ok" else one.title)
    yield _row(one, wide, told)
    for remark in one.remarks:
        if remark.state != "ok":
            yield from _remark(remark, indent=wide)
    if one.state != "ok" and needed_by:
        yield line(("needed by ", "quiet"), (_listed(needed_by), "quiet"), indent=wide)


def _row(one: Examined, wide: int, text: str | tuple[str, Style]) -> Line:
    asked = one.backend == "live"
    return line(
        (f"{one.adapter:<{wide}}", "strong"),
        text,
        margin=one.state if asked else "-",
        margin_style=_STYLES[one.state] if asked else "quiet",
        hang=wide,
        right="" if one.took is None else took(one.took),
    )


def _remark(remark: Remark, *, indent: int = 0, margin: str = "") -> Iterator[Line]:
    style = _STYLES[remark.state]
    yield line(
        (remark.text, "plain" if margin else style),
        margin=margin,
        margin_style=style,
        indent=indent,
        hang=2,
    )
    if remark.way_out:
        ends = ":" if remark.lines else ""
        yield line(("help: ", "quiet"), f"{remark.way_out}{ends}", indent=indent, hang=6)
    for one in remark.lines:
        # Further left than what is said of them: a line that is broken in two cannot be copied.
        yield line((one, "strong"), indent=_TO_COPY)


def _schema(seen: SchemaSeen) -> Iterator[Line]:
    for remark in seen.remarks:
        yield from _remark(remark, margin=remark.state)
    for one in seen.broken:
        yield line(
            (f"{one.file}:{one.line}", "strong"),
            f"  {one.message}",
            (f"  {one.code}", "quiet"),
            margin="wrong",
            margin_style="wrong",
            hang=2,
        )


def _sum(visit: Visit) -> str:
    states = visit.states
    wrong, look = states.count("wrong"), states.count("look")
    if wrong:
        return f"{_things(wrong)} would stop a run" + (f", {look} to look at" if look else "")
    if look:
        return f"a run is possible; {_things(look)} to look at before"
    return "all is as the settings say"


def _things(number: int) -> str:
    return "1 thing" if number == 1 else f"{number} things"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    left = len(names) - _MOST_NAMED
    return shown if left <= 0 else f"{shown} and {left} more"


def doctor_json(visit: Visit, code: int) -> dict[str, Any]:
    """The same for programs."""
    return {
        "profile": visit.profile,
        "production": visit.production,
        "hosts": list(visit.hosts),
        "adapters": [
            {
                "adapter": one.adapter,
                "backend": one.backend,
                "state": one.state if one.backend == "live" else "not asked",
                "facts": dict(one.facts),
                "version": one.version,
                "milliseconds": None
                if one.took is None
                else round(one.took.total_seconds() * 1000),
                "remarks": [_remark_json(each) for each in one.remarks],
                "needed_by": list(visit.needed_by.get(one.adapter, ())),
            }
            for one in visit.adapters
        ],
        "remarks": [_remark_json(one) for one in visit.general],
        "schema": None
        if visit.schema is None
        else {
            "file": visit.schema.file,
            "differences": visit.schema.differences,
            "remarks": [_remark_json(one) for one in visit.schema.remarks],
            "broken": [msgspec.to_builtins(one) for one in visit.schema.broken],
        },
        "exit": code,
    }


def _remark_json(one: Remark) -> dict[str, Any]:
    return {"state": one.state, "text": one.text, "help": one.way_out, "lines": list(one.lines)}
