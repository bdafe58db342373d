"""5xx: statements."""

from rbengine.semantics.catalogue.sample import entry

_BOUND = "a value never becomes part of a statement's text: it is sent beside it"
_READ = "resolve stale\n  n = query value\n    {}\n"
_ALL = "resolve stale\n  rows = query all\n    {}\n"
_LIST = 'resolve stale\n  orders = shop.orders(customer: "c")\n  names = orders.id\n'
_WRITE = 'resolve stale\n  change "Do"\n    sql\n      {}\n    expect any number of rows\n'

ENTRIES = (
    entry("E501", "a query that does not only read", "a query may run at any moment, without approval",
          _ALL.format("DELETE FROM accounts WHERE frozen RETURNING id"),
          _ALL.format("SELECT id FROM accounts WHERE frozen")),
    entry("E502", "a statement in a change that changes nothing", "there is nothing to plan, approve or take back",
          _WRITE.format("SELECT id FROM accounts"),
          _WRITE.format("UPDATE accounts SET frozen = true WHERE id = :account")),
    entry("E503", "several statements in one block", "each is planned, bounded and judged by itself",
          _READ.format("SELECT 1 AS one; SELECT 2 AS two"),
          _READ.format("SELECT 1 AS one")),
    entry("E504", "a query that locks", "others would wait for a person who only looks",
          _ALL.format("SELECT id FROM accounts FOR UPDATE"),
          _ALL.format("SELECT id FROM accounts")),
    entry("E505",
          "a function that acts", "PostgreSQL cannot roll back what a function does outside of the transaction",
          _READ.format("SELECT pg_terminate_backend(1) AS done"),
          _READ.format("SELECT lower('A') AS small")),
    entry("E506", "transaction control", "a statement runs in the engine's own transaction",
          _WRITE.format("COMMIT"),
          _WRITE.format("UPDATE accounts SET frozen = true WHERE id = :account")),
    entry("E507", "a list behind IN", "IN takes single values; a list is one value",
          "resolve stale\n  ids = [1, 2]\n  rows = query all\n"
          "    SELECT name FROM accounts WHERE credits IN (:ids)\n",
          "resolve stale\n  ids = [1, 2]\n  rows = query all\n"
          "    SELECT name FROM accounts WHERE credits = ANY(:ids)\n"),
    entry("E508", "a column without a name", "a field is read by its name",
          "resolve stale\n  x = query one\n    SELECT credits + 1 FROM accounts\n",
          "resolve stale\n  x = query one\n    SELECT credits + 1 AS more FROM accounts\n"),
    entry("E509", "two columns of one name", "only one of the two could be read",
          "resolve stale\n  x = query one\n    SELECT name, email AS name FROM accounts\n",
          "resolve stale\n  x = query one\n    SELECT name, email FROM accounts\n"),
    entry("E510", "an unknown name in SQL", "`:name` is a value of the playbook",
          _READ.format("SELECT count(*) AS n FROM accounts WHERE id = :acount"),
          _READ.format("SELECT count(*) AS n FROM accounts WHERE id = :account")),
    entry("E511", "a name of a value inside quotes", _BOUND,
          _READ.format("SELECT count(*) AS n FROM accounts WHERE name = 'a :account'"),
          _READ.format("SELECT count(*) AS n FROM accounts WHERE id = :account")),
    entry("E512",
          "a statement that PostgreSQL refuses", "it was described by a real PostgreSQL with the project's schema",
          _READ.format("SELECT count(teir) AS n FROM accounts"),
          _READ.format("SELECT count(tier) AS n FROM accounts")),
    entry("E513", "braces in SQL", _BOUND,
          _READ.format("SELECT count(*) AS n FROM accounts WHERE id = {{{{ account }}}}"),
          _READ.format("SELECT count(*) AS n FROM accounts WHERE id = :account")),
    entry("E514", "an absent value where none may be", "nothing is ever equal to an absent value",
          _READ.format("SELECT count(*) AS n FROM accounts WHERE customer = :row.customer"),
          _READ.format("SELECT count(*) AS n FROM accounts WHERE customer IS NOT DISTINCT FROM :row.customer")),
    entry("E515", "a value that PostgreSQL cannot take", "a parameter is one value or a list of them",
          _READ.format("SELECT count(*) AS n FROM accounts WHERE id = :row"),
          _READ.format("SELECT count(*) AS n FROM accounts WHERE id = :row.id")),
    entry("E516", "a `query value` with several columns", "one value has one column",
          _READ.format("SELECT name, email FROM accounts"),
          _READ.format("SELECT name FROM accounts")),
    entry("E517", "a list that excludes nothing when it is empty",
          "a list that was not filled would let every row through",
          _LIST + "  rows = query all\n    SELECT name FROM accounts WHERE name <> ALL(:names)\n",
          _LIST + '  check names is not empty\n    else "nothing to exclude"\n'
          "  rows = query all\n    SELECT name FROM accounts WHERE name <> ALL(:names)\n"),
    entry("W518", "a wall time without a zone beside an instant",
          "a column that was written in another zone is hours off",
          _READ.format("SELECT count(*) AS n FROM shifts WHERE begins < :now"),
          _READ.format("SELECT count(*) AS n FROM shifts WHERE begins AT TIME ZONE 'Europe/Rome' < :now")),
    entry("E519", "a statement that is no whole statement", "it cannot be judged before it is understood",
          _READ.format("SELECT count(*) AS n FROM accounts WHERE name = 'open"),
          _READ.format("SELECT count(*) AS n FROM accounts WHERE name = 'closed'")),
)  # fmt: skip
