"""Ways into the company that are not HTTP: its servers' connections, and programs on what it has in folders."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rbengine.contract.adapter import Finished, Stream
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.faults import FaultKind

if TYPE_CHECKING:
    from rbengine.rehearsal.company.git.model import Repository


def open_stream(company: Company, provider: str, host: str, timeout: float) -> Stream:
    """A connection as `Connections.stream` gives it out. Raises CannotBeSimulatedError for an unknown provider."""
    ground = company.ground

    def seen(command: str, answered: bool) -> None:
        company.seen(provider, command, f"/{host}", answered)

    def wrong(looks: bool) -> FaultKind | None:
        return company.faults.of_requests(provider, ground.now(), looks=looks)

    if provider == "imap":
        from rbengine.rehearsal.company.imap.session import ImapSession
        from rbengine.rehearsal.company.line_stream import LineStream

        return LineStream(ImapSession(company.imap), ground, wrong, seen, timeout)
    if provider == "smtp":
        from rbengine.rehearsal.company.line_stream import LineStream
        from rbengine.rehearsal.company.smtp.session import SmtpSession

        return LineStream(SmtpSession(company.smtp), ground, wrong, seen, timeout)
    if provider == "realtime":
        from rbengine.rehearsal.company.realtime.stream import RealtimeStream

        return RealtimeStream(company.realtime, ground, wrong, seen, timeout)
    raise CannotBeSimulatedError(f"no simulated provider `{provider}`")


def run_program(
    company: Company,
    name: str,
    arguments: Sequence[str],
    *,
    folder: str,
    environment: Mapping[str, str],
    timeout: float,
) -> Finished:
    """A program as `Connections.program` runs it. Raises CannotBeSimulatedError for any but git."""
    from rbengine.rehearsal.company.git.program import run_git

    if name != "git":
        raise CannotBeSimulatedError(f"the program `{name}`")
    place, began = len(company.calls), company.ground.now()
    answered = False
    try:
        done = run_git(
            company.git, company.ground,
            company.faults.of_requests("git", began, looks=arguments[0] != "push"),
            partial(_pushed, company), arguments,
            folder=folder, environment=environment, timeout=timeout,
        )  # fmt: skip
        answered = True
    finally:
        company.seen("git", arguments[0], f"/{folder.rpartition('/')[2]}", answered, place)
    return done


def _pushed(company: Company, repository: "Repository", before: str, after: str) -> None:
    """The company's CI sees a push: what it deploys is deployed a while later."""
    pipeline = repository.pipeline
    if pipeline is None:
        return
    start = f"{pipeline.folder}/"
    changed = company.git.changed(repository.name, before, after)
    inside = [one.removeprefix(start) for one in changed if one.startswith(start)]
    slugs = sorted({one.partition("/")[0] for one in inside if "/" in one})

    def deploy() -> None:
        for slug in slugs:
            known = company.supabase.function_for(slug)
            company.supabase.deploy(slug, verify_jwt=known["verify_jwt"])

    company.later(company.ground.now() + pipeline.after, deploy)
