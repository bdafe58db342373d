"""6xx: order, undo, approval and people."""

from rbengine.semantics.catalogue.sample import FINDING, STEP, entry

_CHANGE = 'resolve stale\n  change "Do"\n'
_ONE = "    sql\n      UPDATE accounts SET frozen = true WHERE id = :account\n"
_MESSAGE = 'message cheers(name: text) "Hi"\n  Hi {{ name }}\n'
_LOGS = "    lines = logs.lines(since: 1h ago)\n"

ENTRIES = (
    entry("E601", "a statement that does not say how many rows",
          "a statement that touches more rows than meant is stopped before it is done",
          _CHANGE + _ONE,
          _CHANGE + _ONE + "    expect 1 row\n"),
    entry("E602", "a change without a way back", "who approves a change must know the way back",
          _CHANGE + "    sql\n      UPDATE accounts SET credits = credits + 1 WHERE id = :account\n"
          "    expect 1 row\n",
          _CHANGE + "    sql\n      UPDATE accounts SET credits = credits + 1 WHERE id = :account\n"
          "    expect 1 row\n"
          "    undo\n      sql\n        UPDATE accounts SET credits = credits - 1 WHERE id = :account\n"
          "      expect 1 row\n"),
    entry("E603", "two ways back", "nobody could say which one is meant",
          _CHANGE + '    shop.cancel(order: "o")\n    undo shop.restore(order: "o")\n    irreversible "x"\n',
          _CHANGE + '    shop.cancel(order: "o")\n    undo shop.restore(order: "o")\n'),
    entry("E604", "a reason that says nothing", "the approver reads it",
          _CHANGE + '    shop.cancel(order: "o")\n    irreversible ""\n',
          _CHANGE + '    shop.cancel(order: "o")\n    irreversible "the customer asked for it"\n'),
    entry("E605", "a statement that touches every row", "a forgotten WHERE is the most expensive slip there is",
          _CHANGE + "    sql\n      UPDATE accounts SET frozen = true\n    expect any number of rows\n",
          _CHANGE + "    sql\n      UPDATE accounts SET frozen = true\n    expect any number of rows\n"
          "    undo\n      sql\n        UPDATE accounts SET frozen = false WHERE frozen\n"
          "      expect any number of rows\n"
          "    approve by manager\n"),
    entry("E606", "a statement that cannot be in a transaction, beside others",
          "the statements of a change are one transaction",
          _CHANGE + _ONE + "    expect 1 row\n    sql\n      CREATE INDEX CONCURRENTLY seen ON accounts (seen_at)\n"
          '    irreversible "an index does no harm"\n',
          _CHANGE + "    sql\n      CREATE INDEX CONCURRENTLY seen ON accounts (seen_at)\n"
          '    irreversible "an index does no harm"\n'),
    entry("E607", "a role that the policy does not have", "nobody could answer",
          _CHANGE + _ONE + "    expect 1 row\n    approve by mnager\n",
          _CHANGE + _ONE + "    expect 1 row\n    approve by manager\n"),
    entry("E608", "a contact that the policy does not have", "nobody could be told",
          'resolve stale\n  escalate "help" to mnager\n',
          'resolve stale\n  escalate "help" to manager\n'),
    entry("E609", "`mttr immediate` with nobody told at once", "immediate begins with somebody who knows",
          "mttr immediate\n",
          'severity P0\nmttr immediate\nverify\n  check row.frozen else "no"\n'),
    entry("E610", "an escalation that comes after the policy's own",
          "who is called by the policy's clock must not hear of it again from an older plan",
          'resolve stale\n  wait 45m\n  escalate "still stale" to manager\n',
          'resolve stale\n  wait 15m\n  escalate "still stale" to manager\n'),
    entry("E611",
          "a retry of what must not be done twice", "the first attempt may have worked, and only its answer been lost",
          'recover\n  check row.frozen else "no"\n  step "Tell", retry 2 times every 5s\n'
          '    mail.send_each(to: [row.email], message: cheers("me"))\n' + _MESSAGE,
          'recover\n  check row.frozen else "no"\n  step "Tell"\n'
          '    mail.send_each(to: [row.email], message: cheers("me"))\n' + _MESSAGE),
    entry("E612", "a message to many that nothing has confirmed", "a message to many cannot be called back",
          'otherwise\n  mail.send_each(to: [row.email], message: cheers("me"))\n' + _MESSAGE,
          'otherwise\n  approve "Tell them?" by manager\n'
          '  mail.send_each(to: [row.email], message: cheers("me"))\n' + _MESSAGE),
    entry("W613", "people told before the work is done",
          "who was told that all is well should not be told again that it is not",
          'resolve stale\n  mail.send(to: row.email, message: cheers("me"))\n'
          '  order = shop.latest_order(customer: "c")\n' + _MESSAGE,
          'resolve stale\n  order = shop.latest_order(customer: "c")\n'
          '  mail.send(to: row.email, message: cheers("me"))\n' + _MESSAGE),
    entry("W614", "a conclusion from the emptiness of a list that may miss entries",
          "logs lag and drop lines: that nothing is there proves nothing",
          "diagnose\n" + STEP + _LOGS + FINDING + '  finding silent "Silent"\n    lines is empty\n'
          'resolve stale\n  note "a"\nresolve silent\n  note "b"\n',
          "diagnose\n" + STEP + _LOGS + FINDING + '  finding loud "Loud"\n    lines is not empty\n'
          'resolve stale\n  note "a"\nresolve loud\n  note "b"\n'),
)  # fmt: skip
