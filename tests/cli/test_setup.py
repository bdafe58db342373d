"""`rbengine setup database`: the table of our own is shown before it is made, and made where the profile says."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.conftest import Command
from rbengine.cli.setting_up import set_up_database
from rbengine.cli.usage import UsageError
from rbengine.facts.postgres.server import OWNER, SUPERUSER, Server
from support.postgres import postgres_server  # noqa: F401  # fixtures are found by their names

SETTINGS = """\
[profiles.staging.postgres]
dsn = "env:SHOP_DATABASE"
database = "{database}"
system = "{system}"
"""
CANARY = "canary-hunter2"
LINE = ("setup", "database", "--profile", "staging")


class Typing:
    """Somebody who types one line."""

    ended = False
    person = True

    def __init__(self, line: str) -> None:
        self._line = line

    def seconds(self) -> float:
        return 0.0

    def line(self, seconds: float | None) -> str | None:
        del seconds
        return self._line

    def forget(self) -> None:
        """Whole lines only."""


class Shop:
    """A database with nothing in it, and the settings that lead to it."""

    def __init__(
        self, server: Server, name: str, project: Path, environment: pytest.MonkeyPatch
    ) -> None:
        self.server = server
        self.name = name
        self._project = project
        self._environment = environment
        system = server.maintenance.execute(
            "SELECT system_identifier::text FROM pg_control_system()"
        ).fetchone()
        assert system is not None
        self.system = str(system[0])
        self.lead_to(name, OWNER)

    def lead_to(self, database: str, role: str, system: str = "") -> None:
        """Let the profile name that."""
        settings = SETTINGS.format(database=database, system=system or self.system)
        (self._project / "rbengine.toml").write_text(settings, encoding="utf-8")
        dsn = f"{self.server.conninfo(self.name, role)} password={CANARY}"
        self._environment.setenv("SHOP_DATABASE", dsn)

    def has_table(self) -> bool:
        with self.server.connect(self.name) as connection:
            row = connection.execute(
                "SELECT to_regclass('rbengine_evidence.marker') IS NOT NULL"
            ).fetchone()
        return row == (True,)


@pytest.fixture
def shop(
    postgres_server: Server,  # noqa: F811
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    worker_id: str,
) -> Iterator[Shop]:
    name = f"set_up_{worker_id}"
    postgres_server.drop_database(name)
    postgres_server.create_database(name)
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        yield Shop(postgres_server, name, project, monkeypatch)
    postgres_server.drop_database(name)


def test_nothing_is_made_before_somebody_agrees(shop: Shop, rbengine: Command) -> None:
    """It says where, as whom, and what; and to whom nobody is there to ask, the way out."""
    done = rbengine(*LINE)
    assert done.code == 2
    assert f"postgres.database {shop.name}" in done.out
    assert f"as the role {OWNER}" in done.out
    assert "CREATE TABLE IF NOT EXISTS rbengine_evidence.marker" in done.out
    assert "--profile staging --yes" in done.err
    assert not shop.has_table()
    assert CANARY not in done.out + done.err


@pytest.mark.parametrize(("said", "code"), [("yes", 0), ("no", 1), ("", 1)])
def test_somebody_is_asked(
    shop: Shop, capsys: pytest.CaptureFixture[str], said: str, code: int
) -> None:
    """Anything but yes is no."""
    assert set_up_database("staging", agreed=False, keyboard=Typing(said)) == code
    assert shop.has_table() is (code == 0)
    assert capsys.readouterr().out.endswith("made\n" if code == 0 else "nothing is made\n")


def test_it_is_made_once(shop: Shop, rbengine: Command) -> None:
    """The second time there is nothing to do."""
    assert rbengine(*LINE, "--yes").out.endswith("\nmade\n")
    assert shop.has_table()
    again = rbengine(*LINE)
    assert again.code == 0
    assert again.out.endswith("the table is there: nothing is to be made\n")


def test_a_role_that_may_not_make_it_is_told_what_others_can_run(
    shop: Shop, rbengine: Command
) -> None:
    """The statements and the grants, as somebody with more rights runs them; then it is ready."""
    shop.server.maintenance.execute("DROP ROLE IF EXISTS small_role")
    shop.server.maintenance.execute("CREATE ROLE small_role LOGIN")
    try:
        shop.lead_to(shop.name, "small_role")
        refused = rbengine(*LINE, "--yes")
        assert refused.code == 1
        assert "it was not made: PostgreSQL: permission denied" in refused.out
        with shop.server.connect(shop.name, SUPERUSER) as admin:
            for statement in _statements(refused.out, "CREATE"):
                admin.execute(statement)
            closed = rbengine(*LINE)
            assert closed.code == 1
            assert "the role may not use it" in closed.out
            for statement in _statements(closed.out, "GRANT"):
                admin.execute(statement)
        assert rbengine(*LINE).code == 0
    finally:
        with shop.server.connect(shop.name, SUPERUSER) as admin:
            admin.execute("DROP OWNED BY small_role")
        shop.server.maintenance.execute("DROP ROLE small_role")


def _statements(shown: str, word: str) -> list[bytes]:
    """The statements that a screen shows, as somebody copies them."""
    rows = [row.strip() for row in shown.splitlines() if row.startswith("  ")]
    parts = " ".join(rows[next(i for i, row in enumerate(rows) if row.startswith(word)) :]).split(
        ";"
    )
    return [part.encode() for part in parts if part.strip().startswith(word)]


@pytest.mark.parametrize("wrong", ["system", "database"])
def test_another_database_than_the_profile_names_is_left_alone(
    shop: Shop, rbengine: Command, wrong: str
) -> None:
    """A slip in an environment must not put a table anywhere."""
    if wrong == "system":
        shop.lead_to(shop.name, OWNER, system="7000000000000000000")
    else:
        shop.lead_to("elsewhere", OWNER)
    done = rbengine(*LINE, "--yes")
    assert done.code == 2
    assert f"its `postgres.{wrong}` is" in done.err
    assert not shop.has_table()
    assert CANARY not in done.out + done.err


@pytest.mark.usefixtures("shop")
def test_what_cannot_be_reached_is_said(rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a connection string that is none is not shown."""
    monkeypatch.setenv("SHOP_DATABASE", f"host=/nowhere dbname=x user=y password={CANARY}")
    gone = rbengine(*LINE, "--yes")
    assert gone.code == 2
    assert "cannot be reached" in gone.err
    monkeypatch.setenv("SHOP_DATABASE", f"postgres:/{CANARY}")
    wrong = rbengine(*LINE, "--yes")
    assert wrong.code == 2
    assert "`postgres.dsn` is no connection string" in wrong.err
    assert CANARY not in gone.out + gone.err + wrong.out + wrong.err
    with pytest.raises(UsageError):
        set_up_database("nowhere", agreed=True)
