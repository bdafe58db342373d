"""What stops a host."""


class CannotGoOnError(Exception):
    """The run cannot go on here and now (what it asks for cannot be simulated). Its text is for people.

    The run is parked, not ended: its journal is whole.
    """
