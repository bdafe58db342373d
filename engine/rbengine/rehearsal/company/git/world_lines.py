"""What a world may say about repositories."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rbengine.contract.types import BOOL, DURATION, INSTANT, TEXT, ListOf, optional
from rbengine.rehearsal.company.builders import (
    Builder,
    WorldLineError,
    builder,
    given,
    moment,
    needed,
)
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.git.model import Pipeline, Planned


def _commit(company: Company, a: Mapping[str, Any]) -> None:
    for file in a["files"]:
        if not file or file.startswith("/") or any(one in file for one in ('"', "\n", "..")):
            raise WorldLineError(f"`{file}` is no path inside a repository")
    company.git.add(
        a["repository"],
        Planned(
            branch=a["branch"],
            title=a["title"],
            author=f"{a['author']} <{a['author'].lower().replace(' ', '.')}@simulated.test>",
            files=tuple(a["files"]),
            at=moment(company, a["at"]),
            merges=a["merge"],
        ),
    )


def _repository(company: Company, a: Mapping[str, Any]) -> None:
    repository = company.git.repository(a["name"])
    repository.protected = a["protected"]
    if a["deploys"] is not None:
        repository.pipeline = Pipeline(folder=a["deploys"].strip("/"), after=a["after"])


_REPOSITORY = needed("repository", TEXT, "its name, as a runbook says it")

GIT: tuple[Builder, ...] = (
    builder(
        "git",
        "commit",
        "Somebody committed and pushed; oldest first. Each file gets the title as its text.",
        _commit,
        _REPOSITORY,
        needed("title", TEXT, "what it says, one line"),
        needed("files", ListOf(TEXT), "paths of the files it changes"),
        given("author", TEXT, "Ada Verdi", "who"),
        given("branch", TEXT, "main", "where"),
        given("merge", BOOL, False, "it came as a branch of its own, and was merged"),
        given("at", optional(INSTANT), None, "when"),
    ),
    builder(
        "git",
        "repository",
        "How a repository does; one that other lines or a runbook name is made by itself.",
        _repository,
        needed("name", TEXT, "its name, as a runbook says it"),
        given("protected", BOOL, False, "it takes no push"),
        given(
            "deploys",
            optional(TEXT),
            None,
            "the folder of the functions that are deployed when a push has changed them",
        ),
        given("after", DURATION, timedelta(seconds=150), "how long that takes"),
    ),
)
