"""What a check says where an adapter does not keep its promise."""


class NonconformanceError(AssertionError):
    """An adapter does not keep what every adapter keeps; the text says what it did, and what was expected."""


def require(holds: object, text: str) -> None:
    """Raise NonconformanceError with `text` unless it holds."""
    if not holds:
        raise NonconformanceError(text)
