"""Texts that a fuzzer found or that were kept for their form are answered, and so is a bounded run of the fuzzer."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.judging import judged
from fuzz.seeds import corpus
from support.growing import GROWING, MEANING

ROOT = Path(__file__).parents[2]
KEPT = corpus()
LONGEST = 1.0
"""Seconds of this process for one kept text; it takes a fiftieth on a quiet machine."""
RUN = 10
"""Seconds that the fuzzer runs for."""


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_text_is_answered(name: str) -> None:
    """Read, checked and formatted, in no time; a text that once was not is kept by what it was about."""
    assert judged(KEPT[name]).seconds < LONGEST


FORMS = {**GROWING, **MEANING}


@pytest.mark.parametrize("name", FORMS)
def test_four_times_the_text_is_checked_and_formatted_in_five_times_the_time(name: str) -> None:
    """Reading, checking and formatting together. Times below ten milliseconds are noise.

    Other work on the machine only adds to a time, so the best of up to ten rounds is compared.
    """
    short, long = FORMS[name](125), FORMS[name](500)
    judged(short)  # what is imported when it is first needed is no part of it
    best_short = best_long = 1.0e9
    for _ in range(10):
        best_short = min(best_short, judged(short).seconds)
        best_long = min(best_long, judged(long).seconds)
        if best_long <= 5 * max(best_short, 0.01):
            return
    pytest.fail(f"{best_long:.4f} s for four times what took {best_short:.4f} s")


@pytest.mark.slow(seconds=20)
def test_a_fuzzer_finds_nothing(tmp_path: Path) -> None:
    """For a bounded time, led by what each text reaches. What it finds is shown, to be kept in the corpus."""
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is missing: it has no wheel for this interpreter or machine")
    paths = [str(ROOT / one) for one in ("engine", "grammar", "adapters", "tests")]
    done = subprocess.run(
        [sys.executable, "-m", "fuzz", str(RUN), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=RUN + 100,
        check=False,
    )
    found = [one.read_text(encoding="utf-8", errors="replace") for one in tmp_path.glob("find-*")]
    assert (done.returncode, found) == (0, []), done.stderr[-3000:]
    assert "DONE" in done.stderr
