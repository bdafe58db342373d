"""What stops a rehearsal before its run."""

from rbengine.diagnostics import Diagnostic


class LineError(Exception):
    """A line of a scenarios file asks for what there is not; the text is for its author."""


class CannotRehearseError(Exception):
    """The world or the scenario asks for what cannot be. `problem` says what, on its line."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem.message)
        self.problem = problem
