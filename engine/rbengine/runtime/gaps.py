"""Why an expression may have no value. Raised by `evaluate`, caught where instructions are carried out."""


class NotKnown(Exception):  # noqa: N818  (a state of affairs, not an error of ours)
    """The expression reads a name that has no value, because the step that would have bound it failed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Unevaluable(Exception):  # noqa: N818  (a state of affairs, not an error of ours)
    """The expression has no value; the text says why, for people."""
