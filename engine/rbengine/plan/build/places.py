"""Names for places in a playbook that survive edits elsewhere: section, steps, number."""


class Places:
    """Gives each call its place, `resolve webhook_missed/Sync from Stripe/1`: keys are made of it.

    It holds no line numbers and no counters, so that a comment or a new step does not change the keys of
    the calls around it.
    """

    def __init__(self) -> None:
        self._path: list[str] = []
        self._numbers: dict[str, int] = {}

    def enter(self, name: str) -> None:
        """Into a section, procedure or step."""
        self._path.append(name)

    def leave(self) -> None:
        """Out of the innermost one."""
        self._path.pop()

    def next(self) -> str:
        """The place of the next call here."""
        path = "/".join(self._path)
        self._numbers[path] = self._numbers.get(path, 0) + 1
        return f"{path}/{self._numbers[path]}"
