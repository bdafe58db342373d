"""Codes of `rbengine.toml`: why each is a rule, what breaks it, and what is right. A sample is the whole file."""

from rbengine.diagnostics import Code
from rbengine.diagnostics.catalogue import Entry


def _entry(code: str, title: str, why: str, wrong: str, right: str) -> Entry:
    return Entry(code=Code(code), title=title, why=why, wrong=wrong, right=right)


CATALOGUE = (
    _entry(
        "E560", "settings that are no TOML",
        "half a settings file would make another project than its author meant",
        'playbooks = "playbooks\n', 'playbooks = "playbooks"\n',
    ),
    _entry(
        "E561", "an unknown setting",
        "a setting with a slip in its name would silently do nothing",
        'playbook = "playbooks"\n', 'playbooks = "playbooks"\n',
    ),
    _entry(
        "E562", "a setting of the wrong kind",
        "a path is a text and a contact is a table; nothing else could be used",
        '[contacts.tech_lead]\nemail = true\n', '[contacts.tech_lead]\nemail = "env:TECH_LEAD_EMAIL"\n',
    ),
    _entry(
        "E563", "a path that leads out of the project, or to nothing in it",
        "a project is one folder, so that what was checked on one machine is what runs on another",
        'schema = "../schema.sql"\n', 'schema = "playbooks/schema.sql"\n',
    ),
    _entry(
        "E564", "a profile that speaks of an adapter that does not exist",
        "whoever wrote it believes that something is set, and nothing would be",
        "[profiles.production.strip]\naccount = \"acct_1032D82eZvKYlo2C\"\n",
        "[profiles.production.stripe]\naccount = \"acct_1032D82eZvKYlo2C\"\n",
    ),
    _entry(
        "E565", "a secret in the settings",
        "settings are read by everybody who reads the project, and by whoever ever gets a copy of it",
        "[profiles.production.stripe]\nkey = \"rk_live_sample\"\n",
        "[profiles.production.stripe]\nkey = \"env:STRIPE_KEY\"\n",
    ),
    _entry(
        "E566", "a reference that cannot be followed",
        "no shell reads a command, so that nothing in its arguments can become another one",
        "[profiles.production.stripe]\nkey = \"command: op read op://shop/stripe/key\"\n",
        "[profiles.production.stripe]\nkey = { command = [\"op\", \"read\", \"op://shop/stripe/key\"] }\n",
    ),
)  # fmt: skip
