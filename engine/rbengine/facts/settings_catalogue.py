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
        "E563", "a path that leaves the project",
        "a project is one folder, so that what was checked on one machine is what runs on another",
        'schema = "../schema.sql"\n', 'schema = "playbooks/schema.sql"\n',
    ),
    _entry(
        "E564", "a profile that does not exist",
        "a playbook runs in a world that is named, never in one that was guessed",
        "[profiles.production]\n", "[profiles.simulated]\n",
    ),
)  # fmt: skip
