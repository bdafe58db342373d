"""What can go wrong before a statement is ever asked about."""


class ServerError(Exception):
    """The embedded PostgreSQL cannot be had. Its text is for people."""


class SchemaError(Exception):
    """The schema's text is not accepted by PostgreSQL.

    `offset` is where, in code points into the text, or -1; `reason` is PostgreSQL's own sentence.
    """

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
