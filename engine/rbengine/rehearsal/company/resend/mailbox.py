"""Mail that left the company."""

from datetime import datetime

import msgspec


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one recipient."""

    id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str | None
    at: datetime
