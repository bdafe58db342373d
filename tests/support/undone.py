"""What stands of a run's changes when something is taken back, by what the host was told; and the properties of it."""

from collections.abc import Iterator

from msgspec.structs import replace
from rbengine.contract.changes import Applied, RowImage
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.worst_host import WorstHost


class Done:
    """A change that stands, by what was answered; or a message, whose images and actions are empty."""

    def __init__(
        self, key: str, request: co.ApplyRequest | None, images: tuple[RowImage, ...]
    ) -> None:
        self.key = key
        self.images = images
        self.request = request
        kind = request.approved.undo.kind if request is not None else "irreversible"
        self.can_be_undone = kind == "written" or (kind == "derived" and bool(images))


def undo_takes_back_newest_first_what_was_applied(host: WorstHost) -> None:
    """The newest that stands and can be, with exactly the rows that were written; and each once."""
    for done, undo, _ in _undoing(host):
        standing = [one for one in done if one.can_be_undone]
        assert standing, "nothing was applied"
        newest = standing[-1]
        assert undo.key == f"{newest.key}/undo", f"{undo.key} is not the newest, {newest.key}"
        assert isinstance(undo.request, co.UndoRequest)
        if undo.request.actions:
            assert newest.request is not None
            assert newest.request.approved.undo.kind == "written"
        else:
            assert undo.request.images == newest.images


def undo_only_where_the_language_says(host: WorstHost) -> None:
    """By itself only inside `all or nothing`, and nothing older than a message or what is final: people decide."""
    for done, undo, allowed in _undoing(host):
        if allowed:
            continue
        key = undo.key.removesuffix("/undo")
        assert key in host.in_atomic, "it stood in no `all or nothing`"
        place = max(number for number, one in enumerate(done) if one.key == key)
        assert all(one.can_be_undone for one in done[place:]), "a person had to decide"


def standing(host: WorstHost) -> int:
    """How many changes stand at the end."""
    done: list[Done] = []
    for _ in _undoing(host, done):
        pass
    return sum(one.request is not None for one in done)


def _undoing(
    host: WorstHost, done: list[Done] | None = None
) -> Iterator[tuple[list[Done], co.Perform, bool]]:
    """Each undo with what stood when it was asked for, oldest first, and whether a person allowed it."""
    done = [] if done is None else done
    requests: dict[int, co.Perform] = {}
    questions: dict[int, co.AskPeople] = {}
    allowed = False
    for event, commands in zip(host.events, host.batches, strict=True):
        match event:
            case ev.ChangeApplied(call=number, outcome=Applied(images=images)):
                _stands(done, requests[number], images)
            case ev.ChangeUndone(call=number, outcome=outcome) if (
                outcome.__class__.__name__ == "Undone"
            ):
                _gone(done, requests[number].key)
            case ev.Settled(call=number, verdict="applied", applied=applied):
                settle = requests[number].request
                assert isinstance(settle, co.SettleRequest)
                _took(done, settle.request, requests[number].key, applied)
            case ev.UndoOrdered():
                allowed = True
            case ev.Answered(question=asked, answer=answer) if asked in questions:
                ask = questions[asked]
                closed = any(
                    isinstance(one, co.Show)
                    and isinstance(one.notice, no.WasAnswered)
                    and one.notice.question == asked
                    for one in commands
                )
                if ask.kind == "undo" and closed:
                    allowed = allowed or isinstance(answer, ev.Approved)
            case _:
                pass
        for command in commands:
            match command:
                case co.Show(notice=no.InDoubt(verdict="applied", text=text)) if " says so" in text:
                    doubt = _last_doubt(host, requests, event)
                    _took(done, doubt.request, doubt.key, None)
                case co.Show(notice=no.Told(kind=kind, failure="")) if kind.startswith("mail"):
                    done.append(Done("", None, ()))
                case co.AskPeople():
                    questions[command.question] = command
                case co.Perform(request=co.UndoRequest()):
                    requests[command.call] = command
                    yield list(done), command, allowed
                case co.Perform():
                    requests[command.call] = command
                case _:
                    pass


def _last_doubt(host: WorstHost, requests: dict[int, co.Perform], event: ev.Event) -> co.Perform:
    """The call that a person was asked about: the newest for which there was no evidence."""
    before = host.events[: host.events.index(event)]
    settled = next(
        one for one in reversed(before) if isinstance(one, ev.Settled) and one.verdict == "unclear"
    )
    settle = requests[settled.call]
    assert isinstance(settle.request, co.SettleRequest)
    return replace(settle, request=settle.request.request)


def _took(done: list[Done], request: co.Request, key: str, applied: Applied | None) -> None:
    match request:
        case co.ApplyRequest():
            images = applied.images if applied is not None else ()
            done.append(Done(key, request, images))
        case co.UndoRequest():
            _gone(done, key)
        case _:
            pass


def _stands(done: list[Done], perform: co.Perform, images: tuple[RowImage, ...]) -> None:
    assert isinstance(perform.request, co.ApplyRequest)
    done.append(Done(perform.key, perform.request, images))


def _gone(done: list[Done], key: str) -> None:
    place = max(number for number, one in enumerate(done) if f"{one.key}/undo" == key)
    del done[place]
