"""What all tests share: the flag that updates goldens, and what begins first."""

import os
from pathlib import Path

import pytest
from support.golden import ROOT, Goldens, refuse_update

# Fixtures of a whole session: each program is started once, whichever folder asks for it first.
pytest_plugins = ("support.peer_postgres", "support.live_world")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        metavar="FOLDER",
        default=None,
        help="replace the goldens below this folder by what comes out; never in CI",
    )


def pytest_configure(config: pytest.Config) -> None:
    folder = _folder(config)
    if folder is None:
        return
    why_not = refuse_update(folder, ci=bool(os.environ.get("CI")))
    if why_not is not None:
        raise pytest.UsageError(why_not)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first: else one processor waits while the other ends the last of them."""
    items.sort(key=_seconds, reverse=True)


def _seconds(item: pytest.Item) -> int:
    marker = item.get_closest_marker("slow")
    return 0 if marker is None else int(marker.kwargs.get("seconds", 0))


@pytest.fixture
def goldens(request: pytest.FixtureRequest) -> Goldens:
    """Compares texts with files that people have accepted."""
    return Goldens(update=_folder(request.config))


def _folder(config: pytest.Config) -> Path | None:
    named: str | None = config.getoption("--update-goldens")
    return None if named is None else (ROOT / named).resolve()
