"""Problems in the order in which an author would meet them, each once."""

from collections.abc import Iterable

from rbengine.diagnostics.model import Diagnostic


class Collector:
    """Takes problems from all passes; gives them ordered and without repetitions."""

    def __init__(self) -> None:
        self._problems: dict[Diagnostic, None] = {}

    def report(self, problem: Diagnostic) -> None:
        """Take one."""
        self._problems[problem] = None

    @property
    def has_errors(self) -> bool:
        """Whether one of them is an error."""
        return any(one.severity == "error" for one in self._problems)

    def in_reading_order(self) -> tuple[Diagnostic, ...]:
        """What was reported so far."""
        return in_reading_order(self._problems)


def in_reading_order(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, then position, then code; equal ones once."""
    return tuple(
        sorted(
            dict.fromkeys(problems),
            key=lambda one: (one.primary.file, one.primary.span, one.code, one.message),
        )
    )
