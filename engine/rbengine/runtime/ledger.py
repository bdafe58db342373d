"""The ledger: what was done, with what takes it back, so that an undo needs nothing but the journal."""

from msgspec.structs import replace

from rbengine.contract.changes import Applied, SqlAction
from rbengine.plan import code as c
from rbengine.runtime.evaluate import marked_text_of
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.parts import TooMany, actions_of, mentions
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn
from rbengine.runtime.work import ChangeItem, ChangeWork, Entry


def did_something(item: ChangeItem, done: Applied) -> bool:
    """A statement that met no row changed nothing; an operation always did something."""
    only_sql = all(isinstance(one, SqlAction) for one in item.actions)
    return done.rows > 0 or bool(done.images) or not only_sql


def enter(
    turn: Turn,
    fiber: Fiber,
    spec: c.ChangeSpec,
    work: ChangeWork,
    item: ChangeItem,
    done: Applied,
    *,
    unseen: bool,
) -> int:
    """The ledger's entry of this item, or the change's one entry where one undo takes all items back."""
    if not did_something(item, done) and not unseen:
        return work.entry
    entry = Entry(
        number=0, kind="change", label=work.label, rows=done.rows, key=item.key, by=work.approved_by
    )
    match spec.undo:
        case c.IrreversibleUndo(reason=reason):
            cannot = marked_text_of(reason, fiber.names, turn.view)
            entry = replace(entry, cannot=cannot or "irreversible")
        case c.WrittenUndo(parts=parts):
            # An undo that names neither the item nor the result takes the whole change back, once.
            if work.entry and not mentions(parts, item.name) and not mentions(parts, "result"):
                known = turn.ledger[work.entry]
                turn.ledger = turn.ledger.insert(
                    work.entry, replace(known, rows=known.rows + done.rows)
                )
                return work.entry
            names = fiber.names.insert("result", done.result.value)
            if item.name:
                names = names.insert(item.name, item.item.value)
            try:
                entry = replace(entry, undo=actions_of(parts, names, turn.view))
            except (NotKnown, Unevaluable, TooMany) as error:
                # The change stands: losing its entry would hide it from whoever cleans up.
                entry = replace(entry, cannot=f"its undo has no value: {error}")
            if not entry.undo and not entry.cannot:
                entry = replace(entry, cannot="its undo does nothing")
        case c.DerivedUndo():
            entry = replace(entry, images=done.images, cannot=_underivable(item, done))
    turn.tally = replace(turn.tally, changes=turn.tally.changes + (not work.entry))
    return turn.enter(entry)


def _underivable(item: ChangeItem, done: Applied) -> str:
    if item.plan is not None and item.plan.undo.kind == "irreversible":
        return item.plan.undo.text or "irreversible"
    return "" if done.images else "the rows it touched are not known"
