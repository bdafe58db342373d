"""3xx: effects and secrets."""

from rbengine.semantics.catalogue.sample import FINDING, RESOLVE, STEP, entry

_CANCEL = (
    '    change "Cancel"\n      shop.cancel(order: "o")\n      irreversible "it was asked for"\n'
)

ENTRIES = (
    entry("E301", "acting where one may only read",
          "a part that only reads may run at any moment, by anyone, on production, unattended",
          "diagnose\n" + STEP + _CANCEL + FINDING + RESOLVE,
          "diagnose\n" + STEP + FINDING + 'resolve stale\n  step "Do it"\n' + _CANCEL),
    entry("E302", "acting at the same time",
          "two that act at once cannot be approved, ordered or taken back one by one",
          "resolve stale\n  parallel\n" + _CANCEL + '    order = shop.latest_order(customer: "c")\n',
          'resolve stale\n  parallel\n    order = shop.latest_order(customer: "c")\n'
          '    other = shop.latest_order(customer: "d")\n'),
    entry("E303", "a changing operation outside of a change",
          "a change is shown and approved before it is done, and can be taken back",
          'resolve stale\n  shop.cancel(order: "o")\n',
          'resolve stale\n  step "Do it"\n' + _CANCEL),
    entry("E304", "an operation in a change that changes nothing", "there is nothing to plan, approve or take back",
          'resolve stale\n  change "Look"\n    shop.latest_order(customer: "c")\n    irreversible "x"\n',
          'resolve stale\n  order = shop.latest_order(customer: "c")\n'),
    entry("E305", "a change that is not one thing", "it is approved, done and taken back as a whole",
          'resolve stale\n  change "Both"\n    shop.cancel(order: "o")\n    shop.cancel(order: "p")\n'
          '    irreversible "x"\n',
          'resolve stale\n  change "One"\n    shop.cancel(order: "o")\n    irreversible "x"\n'
          '  change "Other"\n    shop.cancel(order: "p")\n    irreversible "x"\n'),
    entry("E306",
          "a secret on its way to a plain argument", "what is not declared secret may be shown, logged and kept",
          'resolve stale\n  key = ask "The key?": secret text\n  order = shop.latest_order(customer: key)\n',
          'resolve stale\n  key = ask "The key?": secret text\n  change "Set it"\n'
          '    shop.set_secret(name: "k", value: key)\n    irreversible "x"\n'),
    entry("E307", "a secret that is shown", "what people see is also kept",
          'resolve stale\n  key = ask "The key?": secret text\n  note "{{ key }}"\n',
          'resolve stale\n  key = ask "The key?": secret text\n  note "the key was given"\n  change "Set it"\n'
          '    shop.set_secret(name: "k", value: key)\n    irreversible "x"\n'),
    entry("E308", "a secret compared with something plain",
          "each answer to another comparison tells a little of the secret",
          'resolve stale\n  key = ask "The key?": secret text\n  check key is "x" else "no"\n',
          'resolve stale\n  key = ask "The key?": secret text\n  again = ask "Again?": secret text\n'
          '  check key is again else "not the same"\n'),
    entry("E309", "a secret in SQL", "statements and their parameters are logged by servers",
          'resolve stale\n  key = ask "The key?": secret text\n  n = query value\n'
          "    SELECT count(*) AS n FROM accounts WHERE name = :key\n",
          "resolve stale\n  n = query value\n    SELECT count(*) AS n FROM accounts WHERE name = :row.name\n"),
)  # fmt: skip
