"""Where scenarios stand: those of `X/rb011.rb` are in `X/scenarios/rb011.rb`."""

_FOLDER = "scenarios"


def scenarios_path(runbook: str) -> str:
    """The path of the scenarios of the runbook at `runbook`."""
    folder, slash, name = runbook.rpartition("/")
    return f"{folder}{slash}{_FOLDER}/{name}"


def runbook_path(scenarios: str) -> str | None:
    """The path of the runbook that the file at `scenarios` rehearses; None for a file outside `scenarios/`."""
    folder, _, name = scenarios.rpartition("/")
    above, slash, last = folder.rpartition("/")
    return f"{above}{slash}{name}" if last == _FOLDER else None
