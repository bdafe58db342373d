"""A plan: everything the machine needs of a runbook, serialisable, with a digest."""

from datetime import timedelta
from functools import cached_property
from typing import Literal

import msgspec

from rbengine.contract.policy import PolicyModel
from rbengine.contract.types import Type
from rbengine.plan.code import Instruction, Origin
from rbengine.plan.expressions import Expr


class InputSpec(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    type: Type
    help: str
    default: Expr | None = None


class ConditionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a finding: it holds when any of `any_of` holds (one for a plain line, more for `either`)."""

    any_of: tuple[Expr, ...]
    texts: tuple[str, ...]
    """As written, one for each."""


class FindingSpec(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: Expr
    conditions: tuple[ConditionSpec, ...]
    needs: tuple[str, ...]
    """Bindings of `diagnose` and earlier findings that it reads: one unknown makes it not judged."""
    origin: Origin


SectionKind = Literal["diagnose", "resolve", "otherwise", "verify", "recover", "on breach"]


class SectionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """`entry` is its first instruction; it ends at its SectionEnd."""

    kind: SectionKind
    entry: int
    finding: str = ""
    """For `resolve`."""


class ProcedureSpec(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    entry: int
    gives: Type | None = None


class MessageSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Jinja2 templates; `parameters` in declared order."""

    name: str
    parameters: tuple[str, ...]
    subject: str
    body: str


class Plan(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A checked runbook. Equal plans have equal digests."""

    id: str
    title: str
    severity: str
    mttr: timedelta | None
    """None for `immediate`."""
    inputs: tuple[InputSpec, ...]
    findings: tuple[FindingSpec, ...]
    sections: tuple[SectionSpec, ...]
    """In the order diagnose, resolves as written, otherwise, verify, recover, on breach; those that exist."""
    procedures: tuple[ProcedureSpec, ...]
    messages: tuple[MessageSpec, ...]
    code: tuple[Instruction, ...]
    origins: tuple[Origin, ...]
    """One for each instruction."""
    symptoms: tuple[str, ...]
    prevent: tuple[str, ...]
    policy: PolicyModel
    texts: tuple[tuple[str, str], ...]
    """Path and text digest of every file it was built from, the runbook first."""
    format: int = 1

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical form, 64 hexadecimal digits."""
        import hashlib

        from rbengine.contract.codec import to_line

        return hashlib.sha256(to_line(self).encode("utf-8")).hexdigest()
