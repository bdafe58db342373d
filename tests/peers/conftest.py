"""Peers: programs from other hands, each started once for the session on loopback. `support.peer_programs` says how."""

from support.postgres import postgres_server  # noqa: F401  # fixtures are found by their names
