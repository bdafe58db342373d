"""Settings that adapters need and that are the simulation's own: what stands in a profile of a real company."""

from collections.abc import Mapping
from types import MappingProxyType

from rbengine.rehearsal.company.company import PROJECT
from rbengine.rehearsal.company.meta.model import APP, BUSINESS_ACCOUNT, PHONE_NUMBER
from rbengine.rehearsal.company.realtime.model import PUBLIC_KEY
from rbengine.rehearsal.company.smtp.model import COPIES, HOST, PASSWORD, USER
from rbengine.rehearsal.company.status.model import OWN_PAGE
from rbengine.rehearsal.company.twilio.model import ACCOUNT, SENDER

_FROM = "On-call <on-call@simulated.test>"

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "email.from": _FROM,
        "meta.app": APP,
        "meta.business_account": BUSINESS_ACCOUNT,
        "meta.phone_number": PHONE_NUMBER,
        "smtp.copies_host": "imap.simulated.test",
        "smtp.copies_to": COPIES,
        "smtp.from": _FROM,
        "smtp.host": HOST,
        "smtp.password": PASSWORD,
        "smtp.user": USER,
        "status.page": OWN_PAGE,
        "supabase.project": PROJECT,
        "supabase.public_key": PUBLIC_KEY,
        "twilio.account": ACCOUNT,
        "twilio.from": SENDER,
    }
)
"""By name."""
