"""What a host may not do."""


class UnexpectedEvent(Exception):  # noqa: N818  (the name that hosts know it by)
    """The host sent an event that cannot follow from the commands it was given: a bug in the host."""
