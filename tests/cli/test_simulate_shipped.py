"""`rbengine simulate` on the shipped playbooks: real processes, one or two at work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.golden import ROOT


def outputs(folder: Path, *, jobs: str, hashes: str, seed: str = "0") -> tuple[bytes, ...]:
    """Screen, JUnit and coverage of one run in a process of its own."""
    done = subprocess.run(
        [
            sys.executable, "-m", "rbengine", "simulate", "rb011", "rb001", "--jobs", jobs, "--seed", seed,
            "--junit", str(folder / "j.xml"), "--coverage", "json", "--coverage-file", str(folder / "c.json"),
        ],
        cwd=ROOT, capture_output=True, check=False,
        env={**os.environ, "PYTHONHASHSEED": hashes, "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return (done.stdout, (folder / "j.xml").read_bytes(), (folder / "c.json").read_bytes())


@pytest.mark.slow(seconds=15)
def test_one_and_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever order sets come in, whoever played what, on any run."""
    first = outputs(tmp_path, jobs="1", hashes="1")
    assert outputs(tmp_path, jobs="2", hashes="2") == first
    assert outputs(tmp_path, jobs="2", hashes="3") == first


@pytest.mark.slow(seconds=15)
def test_other_seeds_take_other_times_and_come_to_the_same(tmp_path: Path) -> None:
    """A scenario that holds for one choice of latencies only would be proof of nothing."""
    usual = outputs(tmp_path, jobs="2", hashes="1")
    other = outputs(tmp_path, jobs="2", hashes="1", seed="11")
    assert other[1] != usual[1]
    assert other == outputs(tmp_path, jobs="1", hashes="2", seed="11")
