"""The vendors of one company. Loaded when the first of them is asked or given something: most runs ask few."""

from collections.abc import Callable, Iterator
from typing import Any

from rbengine.rehearsal.company.exchange import Answer
from rbengine.rehearsal.company.faults import Faults
from rbengine.rehearsal.company.git.model import GitModel
from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.imap.model import ImapModel
from rbengine.rehearsal.company.meta.model import MetaModel
from rbengine.rehearsal.company.meta.routes import Meta
from rbengine.rehearsal.company.realtime.model import RealtimeModel
from rbengine.rehearsal.company.resend.routes import Resend
from rbengine.rehearsal.company.smtp.model import SmtpModel
from rbengine.rehearsal.company.status.model import StatusModel
from rbengine.rehearsal.company.status.routes import Status
from rbengine.rehearsal.company.stripe.model import StripeModel
from rbengine.rehearsal.company.stripe.routes import Stripe
from rbengine.rehearsal.company.supabase.model import SupabaseModel
from rbengine.rehearsal.company.supabase.project_host import Files
from rbengine.rehearsal.company.supabase.routes import Supabase
from rbengine.rehearsal.company.twilio.model import TwilioModel
from rbengine.rehearsal.company.twilio.routes import Twilio
from rbengine.rehearsal.company.vendor import Vendor
from rbengine.rehearsal.company.web.model import WebModel
from rbengine.rehearsal.company.web.routes import Web
from rbengine.rehearsal.company.webhooks import Outbox
from rbengine.rehearsal.simulator import simulators


class Vendors:
    """Their models and, of those that speak HTTP, their doors. New ones hold no objects."""

    def __init__(
        self,
        ground: Ground,
        faults: Faults,
        outbox: Outbox,
        project: str,
        invoked: Callable[[str, Any], Answer],
        published: Callable[[str, str], bool],
        files: Callable[[], Files],
    ) -> None:
        self.stripe = StripeModel(ground, faults, outbox)
        self.supabase = SupabaseModel(ground, project)
        self.twilio = TwilioModel(ground)
        self.meta = MetaModel(ground)
        self.imap = ImapModel()
        self.git = GitModel()
        self.realtime = RealtimeModel(self.supabase, published)
        self.status = StatusModel(ground)
        self.web = WebModel()
        self.web_door = Web(ground, self.web, self.supabase.held)
        self.meta.described = self.web_door.shakes_hands
        self.resend = Resend(ground)
        self.smtp = SmtpModel(ground, self.resend.mailbox, self.imap)
        self.doors: tuple[Vendor, ...] = (
            Stripe(ground, self.stripe),
            Supabase(ground, self.supabase, invoked, files),
            self.resend,
            Twilio(ground, self.twilio),
            Meta(ground, self.meta),
            Status(self.status),
            *(one.vendor(ground) for one in simulators().values()),
            self.web_door,
        )

    def objects(self) -> Iterator[tuple[str, Any]]:
        """`stripe/subscription/sub_1` and its content, for everything that a runbook could change."""
        shown = [(one.name, one.objects()) for one in self.doors]
        others = [(one.name, one.objects()) for one in (self.git, self.imap)]
        for vendor, things in (*shown, *others):
            for name, content in things:
                yield f"{vendor}/{name}", content
