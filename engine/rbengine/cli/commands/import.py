"""`rbengine import DOCUMENT`: drafts of playbooks from a runbook document of prose."""

HELP = """\
usage: rbengine import DOCUMENT [options]

Turn a runbook document in Markdown into draft playbooks, one for each runbook,
with a policy and a calendar where the document has them. Queries become `query`
and `change`, commands and dashboards work for people, a bold "If ..." a finding
whose lines are to be written. Each draft parses, and carries what is open as
warnings of `rbengine check`. No line is lost: what no draft holds is in
remainder.md. Nothing that exists is overwritten.

options
  --into DIR     where the drafts go (drafts)

examples
  rbengine import runbooks.md
  rbengine import wiki/oncall.md --into playbooks/drafts

exit codes
  0 written   1 nothing in the document looks like a runbook
  2 the command line is wrong, or a draft is there already
"""


def run(arguments: list[str]) -> int:
    """Read the document that `arguments` name and write its drafts."""
    from rbengine.cli.importing import import_drafts

    return import_drafts(arguments)
