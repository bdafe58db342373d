"""A recording of a kept run: its lines with stand-ins, which decide as it did, and hold nothing that opens anything."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence

import msgspec

from rbengine.contract.changes import OperationAction
from rbengine.contract.codec import from_line
from rbengine.host.journal import events_of, line_of
from rbengine.host.recorded.decisions import Parting, parting, with_shown_digests
from rbengine.host.recorded.guarded import NAME_FIELDS
from rbengine.host.recorded.recording import Header
from rbengine.host.recorded.redaction import Redaction, Suspect, own_texts, suspects
from rbengine.plan.program import Plan
from rbengine.runtime.commands import (
    ApplyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    QueryRequest,
    SettleRequest,
)
from rbengine.runtime.events import (
    CallEnded,
    ChangeApplied,
    ChangePlanned,
    ChangeUndone,
    Event,
    Settled,
)
from rbengine.runtime.fold import fold

_NAMED_AS = re.compile(rf"\b(?:{'|'.join(sorted(NAME_FIELDS))})\s+AS\s+(\w+)", re.IGNORECASE)
"""What a statement calls a column with names: `b.name AS business`."""
_READ_FROM = re.compile(r"\b(?:FROM|JOIN)\s+(?:\w+\.)?(\w+)", re.IGNORECASE)


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A recording before it is written."""

    header: Header
    lines: tuple[str, ...]


class StillSecretError(Exception):
    """It would hold what looks like a secret: `suspects`, and where."""

    def __init__(self, suspects: Sequence[Suspect]) -> None:
        super().__init__(f"{len(suspects)} places look like secrets")
        self.suspects = tuple(suspects)


class DecidesOtherwiseError(Exception):
    """With stand-ins the run would decide otherwise: `parting` says where."""

    def __init__(self, found: Parting) -> None:
        super().__init__(f"line {found.seq}: {found.then}, with stand-ins {found.now}")
        self.parting = found


def made(
    lines: Sequence[str],
    plan_line: str,
    texts: Mapping[str, str],
    *,
    outcome: str,
    engine: str,
    hidden: Collection[str] = (),
    kept: Collection[str] = (),
    key: bytes = b"",
) -> Made:
    """The recording of the journal `lines` over the plan. `texts` are files by path.

    `key` is for tests; without it the stand-ins are made with one that nobody ever sees.
    Raises StillSecretError, DecidesOtherwiseError, and what `fold` raises for lines that do not fold over the plan.
    """
    plan = from_line(plan_line, Plan)
    before = events_of(lines)
    redaction = Redaction(
        key or secrets.token_bytes(32), own=own_texts(plan_line), hidden=hidden, kept=kept
    )
    abouts = tuple(_abouts(plan, before))
    for line, about in zip(lines, abouts, strict=True):
        redaction.learn(line, about)
    changed = events_of([redaction.applied(line) for line in lines])
    changed = tuple(_with_digests(one, redaction) for one in changed)
    after = tuple(with_shown_digests(plan, before, changed))
    after += changed[len(after) :]
    found = parting(plan, before, after)
    if found is not None:
        raise DecidesOtherwiseError(found)
    written = tuple(line_of(seq, event) for seq, event in enumerate(after, start=1))
    left = [one for seq, line in enumerate(written, start=1) for one in suspects(seq, line)]
    if left:
        raise StillSecretError(left)
    started = after[0]
    header = Header(
        run=started.run,  # type: ignore[union-attr]  # every journal begins so
        incident=started.incident,  # type: ignore[union-attr]
        runbook=plan.id,
        outcome=outcome,
        engine=engine,
        lines=len(written),
        plan=plan,
        texts=_of_plan(plan, texts),
        stand_ins=redaction.stand_ins.counted(),
    )
    return Made(header=header, lines=written)


def _of_plan(plan: Plan, texts: Mapping[str, str]) -> dict[str, str]:
    """The files that the plan was made of: the world of a rehearsal, its app and the schema are no part of a run."""
    return {name: texts[name] for name, _ in plan.texts if name in texts}


def _abouts(plan: Plan, events: Sequence[Event]) -> list[str]:
    """For each line the operation that it answers, `sql` for rows of tables, else nothing (as `learn` takes it)."""
    requests: dict[int, str] = {}
    found: list[str] = []
    for event, commands, _ in fold(plan, events):
        match event:
            case CallEnded(call=call) | ChangePlanned(call=call) | ChangeApplied(call=call):
                found.append(requests.get(call, ""))
            case ChangeUndone(call=call) | Settled(call=call):
                found.append(requests.get(call, ""))
            case _:
                found.append("")
        for command in commands:
            if isinstance(command, Perform):
                requests[command.call] = _about(command.request)
    return found


def _about(request: object) -> str:
    match request:
        case QueryRequest(query=query) if _is_of_the_server(query.sql):
            return ""
        case QueryRequest(query=query):
            return " ".join(["sql", *(one.lower() for one in _NAMED_AS.findall(query.sql))])
        case OperationRequest(operation=operation):
            return operation
        case PlanRequest(actions=actions) | ApplyRequest(actions=actions):
            first = actions[0] if actions else None
            return first.operation if isinstance(first, OperationAction) else "sql"
        case SettleRequest(request=inner):
            return _about(inner)
        case _:
            return ""


def _is_of_the_server(sql: str) -> bool:
    """Whether it reads nothing but PostgreSQL's own lists: names of tables, indexes and settings are nobody's."""
    read = {one.lower() for one in _READ_FROM.findall(sql)} - {"unnest"}
    return bool(read) and all(one.startswith("pg_") for one in read)


def _with_digests(event: Event, redaction: Redaction) -> Event:
    """A plan's digest is made of old values without a key: whoever guesses them could prove it."""
    if not isinstance(event, ChangePlanned | ChangeApplied):
        return event
    plan = getattr(event.outcome, "plan", None)
    if plan is None:
        return event
    digest = redaction.stand_ins.of("digest", plan.digest)
    outcome = msgspec.structs.replace(
        event.outcome, plan=msgspec.structs.replace(plan, digest=digest)
    )
    return msgspec.structs.replace(event, outcome=outcome)
