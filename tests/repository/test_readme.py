"""The README speaks of the playbooks as they are, and its commands are what the pipeline runs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_ten_lines_are_of_a_shipped_playbook() -> None:
    """A sample that was never checked teaches what does not work."""
    (sample,) = re.findall(r"^```runbook\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert sample.count("\n") == 10
    shipped = (ROOT / "playbooks" / "rb011.rb").read_text(encoding="utf-8")
    plain = re.sub(r"^ +#.*\n", "", shipped, flags=re.MULTILINE)
    assert sample in plain


def test_both_commands_can_be_found_by_the_pipeline() -> None:
    """`.ci/run` runs what stands under these comments, so that the README cannot promise anything else."""
    for name in ("run", "test"):
        assert (
            len(re.findall(rf"^<!-- command: {name} -->\n```sh\n[^`]+```", README, re.MULTILINE))
            == 1
        )
    assert '"$(readme_command test)"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_command_it_shows_exists() -> None:
    """A command that is not there is the first thing a new user would type."""
    from rbengine.cli.dispatch import COMMANDS

    shown = set(re.findall(r"^rbengine ([a-z]+)", README, re.MULTILINE))
    assert shown <= {one.name for one in COMMANDS}
    assert {"exec", "check", "simulate"} <= shown
