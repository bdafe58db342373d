"""Why calls and steps failed, told once for as long as it stands on the screen."""

from collections.abc import Callable

from rbengine.report.screen.line import Line, line
from rbengine.runtime.notices import CallFailed, StepFailed

_STANDS = 24
"""Rows that a terminal shows at once: what stands in them need not be said again."""


class Failures:
    """Those of one screen. `rows` says how many rows there are by now."""

    def __init__(self, rows: Callable[[], int]) -> None:
        self._rows = rows
        self._call = ""
        """What the newest call that failed said."""
        self._steps: list[tuple[int, str, str]] = []
        """In which row a step failed, its label, and why."""

    def of_call(self, notice: CallFailed) -> None:
        """A call failed, which stands there with all it said."""
        self._call = notice.text

    def of_step(self, notice: StepFailed, margin: str) -> list[Line]:
        """The step failed; why, where its call does not say it already."""
        if notice.handled:
            told = f"foreseen, the runbook goes on after {notice.kind}"
            return [line((told, "quiet"), margin=margin)]
        place = f"  {notice.origin[0]}:{notice.origin[1]}" if notice.origin[0] else ""
        why = f", {notice.kind}: {notice.text}" if notice.text != self._call else f", {notice.kind}"
        self._steps.append((self._rows(), notice.label, notice.text))
        return [
            line(
                ("the step failed", "wrong"), why, (place, "quiet"),
                margin=margin, margin_style="wrong", hang=2,
            )
        ]  # fmt: skip

    def short(self, reason: str) -> str:
        """Why a finding could not be judged, without what still stands there of the steps that failed."""
        for row, label, text in self._steps:
            if self._rows() - row <= _STANDS:
                reason = reason.replace(f"{label}: {text}", f"the step “{label}” failed")
        return reason
