"""One journal for several users of a machine: really several users, where the tests may become them."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from host.conformance_store import AT, started
from rbengine.host.errors import JournalError
from rbengine.host.journal import OwnedError, Waiting
from rbengine.host.processes import this_process
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import JOURNAL, ready_folder
from rbengine.host.whoami import OperatingSystem
from rbengine.runtime.events import Acknowledged, Answered, Approved, Person
from support.users import GROUP, ONE, OTHER, STRANGER, as_user, needs_root

RUN = started().run
pytestmark = needs_root


@pytest.fixture
def folder() -> Iterator[Path]:
    """A state folder of the group's, where both users can reach it."""
    this_process()  # what Python loads for it must be loaded before anybody becomes another user
    outside = Path(tempfile.mkdtemp())
    outside.chmod(0o755)
    state = outside / "state"
    state.mkdir()
    os.chown(state, ONE, GROUP)
    state.chmod(0o2770)
    yield state
    shutil.rmtree(outside)


def test_one_begins_a_run_and_the_other_answers_it(folder: Path) -> None:
    """The answer is recorded under the name that the operating system gives, and counts for whoever drives the run."""

    def begin() -> None:
        store = SqliteStore(ready_folder(folder, shared=True))
        epoch = store.create("RB-1", started(), "{}", this_process())
        waiting = Waiting(text="waits", deadline=None, clocks={}, behind=timedelta(0))
        store.park(RUN, epoch, waiting)
        store.close()

    def answer() -> None:
        store = SqliteStore(ready_folder(folder, shared=True))
        me = OperatingSystem().whoami()
        person = Person(id=me.id, name=me.name, role="on_call")
        yes = Answered(at=AT, question=1, person=person, answer=Approved(digest="d"))
        store.send(RUN, yes, f"1/{me.id}")
        store.close()

    def take() -> None:
        store = SqliteStore(ready_folder(folder, shared=True))
        (one,) = store.inbox(RUN)
        epoch = store.acquire(RUN, this_process())
        store.append(RUN, epoch, [one.event], [one.number])
        assert store.inbox(RUN) == ()
        store.close()

    as_user(ONE, [GROUP], begin)
    as_user(OTHER, [GROUP], answer)
    as_user(ONE, [GROUP], take)
    store = SqliteStore(folder / JOURNAL)
    assert f'"id":"{pwd.getpwuid(OTHER).pw_name}"' in store.read(RUN)[-1]
    assert store.audit(RUN).broken == 0
    store.close()
    assert (folder / JOURNAL).stat().st_mode & 0o777 == 0o660


def test_a_run_that_another_user_drives_is_not_taken_from_them(folder: Path) -> None:
    """Their process is seen to exist, though it is another user's."""

    def begin() -> None:
        store = SqliteStore(ready_folder(folder, shared=True))
        store.create("RB-1", started(), "{}", mine)
        store.close()

    def take() -> None:
        store = SqliteStore(ready_folder(folder, shared=True))
        with pytest.raises(OwnedError):
            store.acquire(RUN, this_process())
        store.send(RUN, Acknowledged(at=AT, person=Person(id="o", name="O", role="lead")), "a")
        store.close()

    mine = this_process()
    as_user(ONE, [GROUP], begin)
    as_user(OTHER, [GROUP], take)


def test_a_stranger_reads_nothing(folder: Path) -> None:
    """Who is not of the group neither reads nor writes, and is told so."""

    def begin() -> None:
        SqliteStore(ready_folder(folder, shared=True)).close()

    def look() -> None:
        with pytest.raises(JournalError):
            SqliteStore(ready_folder(folder, shared=True)).runs()

    as_user(ONE, [GROUP], begin)
    as_user(STRANGER, [], look)
