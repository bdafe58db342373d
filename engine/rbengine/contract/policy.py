"""The company's rules as data: severities, contacts, approvals, limits. Read from a `policy` file."""

from datetime import timedelta
from typing import Literal

import msgspec

CHANNELS: tuple[str, ...] = ("email", "sms")
"""Kinds of channels that a contact can have."""


class ContactChannel(msgspec.Struct, frozen=True):
    """One way to reach somebody: `email` and an address, `sms` and a number."""

    kind: str
    address: str


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A person or role. A role may approve and answer; both can be escalated to."""

    name: str
    title: str
    channels: tuple[ContactChannel, ...] = ()
    """Every one of them is used; whom one has reached has been reached."""
    from_settings: bool = False
    """The channel comes from the settings (in a rehearsal, from the world)."""
    is_role: bool = False


class EscalationRung(msgspec.Struct, frozen=True, kw_only=True):
    """When whom. Times count from the incident's start."""

    when: Literal["at once", "after", "again after", "next business day"]
    after: timedelta = timedelta(0)
    """For `again after`: without progress since the rung before, repeated."""
    time: str = ""
    """`HH:MM` in the policy's zone, for `next business day`."""
    to: tuple[str, ...] = ()
    as_note: bool = False


class ApprovalRule(msgspec.Struct, frozen=True, kw_only=True):
    """Who must approve. `threshold` is the number of rows or people above which it holds (free: up to)."""

    about: Literal["changes", "messages", "free changes", "break glass"]
    threshold: int = 0
    after: timedelta = timedelta(0)
    by: tuple[str, ...] = ()
    how_many: int = 1
    not_the_operator: bool = False


class SeverityPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one severity, rules in the order written."""

    name: str
    title: str
    rungs: tuple[EscalationRung, ...]
    approvals: tuple[ApprovalRule, ...]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds for whatever names none of its own."""

    question: timedelta = timedelta(minutes=30)
    wait: timedelta = timedelta(hours=4)
    loop: int = 500
    query: int = 1000
    statement: timedelta = timedelta(seconds=10)
    call: timedelta = timedelta(seconds=30)
    replan: int = 3


class PolicyModel(msgspec.Struct, frozen=True, kw_only=True):
    """A whole policy. `timezone` is an IANA name; days are `monday` … `sunday`."""

    name: str
    timezone: str = "UTC"
    holidays: str = ""
    first_day: str = "monday"
    last_day: str = "friday"
    opens: str = "09:00"
    closes: str = "18:00"
    limits: Limits = Limits()
    contacts: tuple[Contact, ...] = ()
    severities: tuple[SeverityPolicy, ...] = ()
    approvals_expire: timedelta = timedelta(minutes=30)
    sql_functions: tuple[str, ...] = ()

    def contact(self, name: str) -> Contact | None:
        """The contact or role `name`, or None."""
        return next((one for one in self.contacts if one.name == name), None)

    def severity(self, name: str) -> SeverityPolicy | None:
        """The rules of severity `name`, or None."""
        return next((one for one in self.severities if one.name == name), None)


ON_CALL = "on_call"
"""The role that answers whatever names nobody."""

WITHOUT_A_POLICY = PolicyModel(
    name="",
    contacts=(Contact(name=ON_CALL, title="On-call engineer", from_settings=True, is_role=True),),
    severities=tuple(
        SeverityPolicy(
            name=name,
            title=title,
            rungs=(),
            approvals=(ApprovalRule(about="changes", by=(ON_CALL,)),),
        )
        for name, title in (("P0", "Critical"), ("P1", "High"), ("P2", "Medium"), ("P3", "Low"))
    ),
)
"""What holds in a project that has no policy file: whoever is on call approves every change, and nobody is paged."""
