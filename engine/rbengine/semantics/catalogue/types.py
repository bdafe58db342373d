"""4xx: types, units, messages and time."""

from rbengine.semantics.catalogue.sample import entry

_TESTED = "a value that may be absent is tested before it is used, so that no step stumbles over it"

ENTRIES = (
    entry("E401", "a value of another type", "a value is what it says it is, everywhere",
          "resolve stale\n  order = shop.latest_order(customer: 5)\n",
          'resolve stale\n  order = shop.latest_order(customer: "5")\n'),
    entry("E402", "a number where a time is meant", "30 what?",
          'resolve stale\n  check now - incident.started < 30 else "late"\n',
          'resolve stale\n  check now - incident.started < 30m else "late"\n'),
    entry("E403", "a value that may be absent, used without a test", _TESTED,
          'resolve stale\n  order = shop.latest_order(customer: "c")\n  note "{{ order.id }}"\n',
          'resolve stale\n  order = shop.latest_order(customer: "c")\n  check order is present\n    else "none"\n'
          '  note "{{ order.id }}"\n'),
    entry("E404", "unrelated values together", "they are never equal, whatever happens",
          'resolve stale\n  check row.name is row.frozen else "no"\n',
          'resolve stale\n  check row.name is row.email else "no"\n'),
    entry("E405", "a value that does not exist", "the list of values is closed; a slip would never be found",
          'resolve stale\n  check row.tier is "startr" else "no"\n',
          'resolve stale\n  check row.tier is "starter" else "no"\n'),
    entry("E406", "a match that is not complete", "what it does not name would silently do nothing",
          'resolve stale\n  match row.tier\n    when "free"\n      note "f"\n',
          'resolve stale\n  match row.tier\n    when "free"\n      note "f"\n    when "starter", "pro"\n'
          '      note "paid"\n'),
    entry("E407", "a `when` that never fits", "what can never be reached was meant otherwise",
          'resolve stale\n  match row.name\n    when absent\n      note "a"\n    when present\n      note "b"\n',
          'resolve stale\n  match row.customer\n    when absent\n      note "a"\n    when present\n'
          '      note "b"\n'),
    entry("E408", "a condition that is no bool", "only true and false decide",
          'resolve stale\n  check row.credits else "no"\n',
          'resolve stale\n  check row.credits > 0 else "no"\n'),
    entry("E409", "an attempt used without a test", "it may have failed; then there is no value",
          'resolve stale\n  orders = try shop.orders(customer: "c")\n  note "{{ count(orders) }}"\n',
          'resolve stale\n  orders = try shop.orders(customer: "c")\n  check orders is present\n'
          '    else "no answer"\n'
          '  note "{{ count(orders) }}"\n'),
    entry("E410", "something that is no list", "only a list has items",
          'resolve stale\n  for each one in row\n    note "x"\n',
          'resolve stale\n  for each one in ["a", "b"]\n    note "{{ one }}"\n'),
    entry("E411", "values that an operator cannot join", "the result would mean nothing",
          'verify\n  x = row.name + row.email\n',
          'verify\n  x = "{{ row.name }} {{ row.email }}"\n'),
    entry("E412",
          "a test that means nothing here", "only what `try` gives can have failed; only lists and texts are empty",
          'resolve stale\n  check row.name is failed else "no"\n',
          'resolve stale\n  check row.name is empty else "no"\n'),
    entry("E413", "a division of counts", "the divisor may be 0, and the rest would be lost",
          "verify\n  x = row.credits / 3\n",
          "verify\n  x = percent(row.credits, of: 3)\n"),
    entry("E414", "a name for nothing", "what gives nothing has nothing to bind",
          'recover\n  x = mail.send(to: row.email, message: cheers("me"))\n'
          'message cheers(name: text) "Hi"\n  Hi {{ name }}\n',
          'recover\n  mail.send(to: row.email, message: cheers("me"))\nmessage cheers(name: text) "Hi"\n'
          '  Hi {{ name }}\n'),
    entry("E415", "`it` with two meanings", "a reader could not say which item is meant",
          "verify\n  x = [1, 2] where it in ([3] each it)\n",
          "verify\n  known = [3] each it + 1\n  x = [1, 2] where it in known\n"),
    entry("E416", "a value that cannot be shown", "a whole row says too much, and nothing clearly",
          'resolve stale\n  note "{{ row }}"\n',
          'resolve stale\n  note "{{ row.name }}"\n'),
    entry("E417", "a loop that gives different things", "a list holds one kind of thing",
          'resolve stale\n  xs = for each n in [1, 2]\n    if n > 1\n      give n\n    else\n      give "one"\n',
          'resolve stale\n  xs = for each n in [1, 2]\n    if n > 1\n      give n\n    else\n      give 0\n'),
    entry("E418", "a time of nothing", "it would never pass, or at once",
          "resolve stale\n  wait 0s\n",
          "resolve stale\n  wait 1s\n"),
    entry("E420", "a message that cannot be read", "a mistake would be found by its reader",
          'recover\n  mail.send(to: row.email, message: cheers("me"))\n'
          'message cheers(name: text) "Hi"\n  {% if name %}Hi\n',
          'recover\n  mail.send(to: row.email, message: cheers("me"))\n'
          'message cheers(name: text) "Hi"\n  {% if name %}Hi{% endif %}\n'),
    entry("E421", "a hole in a text that people read", "its reader would see nothing where something should stand",
          'recover\n  mail.send(to: row.email, message: cheers(row))\n'
          'message cheers(row: accounts) "Hi"\n  You are customer {{ row.customer }}.\n',
          'recover\n  mail.send(to: row.email, message: cheers(row))\n'
          'message cheers(row: accounts) "Hi"\n'
          '  {% if row.customer %}You are customer {{ row.customer }}.{% endif %}\n'),
    entry("E422", "a whole row in a message", "its reader would see what a program sees",
          'recover\n  mail.send(to: row.email, message: cheers(row))\n'
          'message cheers(row: accounts) "Hi"\n  Hi {{ row }}\n',
          'recover\n  mail.send(to: row.email, message: cheers(row))\n'
          'message cheers(row: accounts) "Hi"\n  Hi {{ row.name }}\n'),
    entry("E423", "a text that has not the form of its type", "a slip in an address shows only when the mail is needed",
          'recover\n  mail.send(to: "boss at example.com", message: cheers("me"))\n'
          'message cheers(name: text) "Hi"\n  Hi {{ name }}\n',
          'recover\n  mail.send(to: "boss@example.com", message: cheers("me"))\n'
          'message cheers(name: text) "Hi"\n  Hi {{ name }}\n'),
    entry("E424", "two currencies together", "what one is worth in the other, nobody here can say",
          "verify\n  fee = 12.50 usd\n  total = fee + 3.00 eur\n",
          "verify\n  fee = 12.50 usd\n  total = fee + 3.00 usd\n"),
    entry("W430",
          "a path that may take longer than the mttr", "the time would be over before the machine has finished",
          'mttr 5m\nresolve stale\n  wait 10m\n',
          'mttr 5m\nresolve stale\n  allow W430 "it takes what it takes"\n  wait 10m\n'),
    entry("W431", "people waited for past the first escalation",
          "while one person does not answer, the others should know",
          'resolve stale\n  manual "Look at it" within 45m by on_call\n',
          'resolve stale\n  escalate "somebody has to look at it"\n'
          '  manual "Look at it" within 45m by on_call\n'),
)  # fmt: skip
