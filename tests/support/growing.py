"""Texts of every form, as long as one likes: what is read and judged of them must take linear time."""

from collections.abc import Callable

_HEAD = 'runbook RB-001 "Title"\nresolve a\n'
GROWING: dict[str, Callable[[int], str]] = {
    "steps": lambda n: _HEAD + "".join(f'  step "s{i}"\n    note "x"\n' for i in range(n)),
    "sections": lambda n: _HEAD + "".join(f'resolve a{i}\n  note "x"\n' for i in range(n)),
    "broken sections": lambda n: _HEAD + "".join(f'resolve a{i}\n  nte "x"\n' for i in range(n)),
    "a list": lambda n: _HEAD + "  x = [" + ", ".join(["1"] * n) + "]\n",
    "arguments": lambda n: _HEAD + "  x = max(" + ", ".join(["1"] * n) + ")\n",
    "else if": lambda n: _HEAD + "  if a\n    wait 1m\n" + "  else if a\n    wait 1m\n" * n,
    "open brackets": lambda n: _HEAD + "  x = " + "(" * n + "\n",
    "brackets on lines": lambda n: _HEAD + "  x = f((\n" * n,
    "comparisons": lambda n: _HEAD + "  check a" + " < a" * n + "\n",
    "fields": lambda n: _HEAD + "  x = a" + ".b" * n + "\n",
    "and": lambda n: _HEAD + "  check a" + " and a" * n + "\n",
    "not": lambda n: _HEAD + "  check " + "not " * n + "a\n",
    "holes": lambda n: _HEAD + '  note "' + "{{ a }} " * n + '"\n',
    "open holes": lambda n: _HEAD + '  note "' + "{{ a }} {" * n + "\n",
    "quotes": lambda n: _HEAD + "  note " + '"' * n + "\n",
    "quotes in a hole": lambda n: _HEAD + '  note "{{ "' + '" ' * n + "\n",
    "SQL": lambda n: _HEAD + "  x = query one\n" + "    SELECT 1\n" * n,
    "blank SQL": lambda n: _HEAD + "  x = query one\n    SELECT 1\n" + "      \n" * n,
    "blank lines": lambda n: _HEAD + "  wait 1m\n" + "\n" * n + "  wait 1m\n",
    "comments": lambda n: _HEAD + "  wait 1m\n" + "  # c\n" * n,
    "uneven lines": lambda n: _HEAD + "  if a\n      wait 1m\n" + "    wait 1m\n" * n,
    "ever deeper": lambda n: _HEAD + "".join("  " * (i + 1) + "if a\n" for i in range(n // 10)),
    "rows": lambda n: 'scenarios for RB-1\nworld a "x"\n  table t\n' + "    | a | b |\n" * n,
    "prose": lambda n: 'runbook RB-001 "T"\nsymptoms\n' + "  - a\n    b\n" * n,
    "tabs": lambda n: _HEAD + "\t\n" * n,
}  # fmt: skip
"""Names of forms that can be made as long as one likes, and how: `n` is about how many times."""

_LOOK = 'runbook RB-001 "Title"\nseverity P2\nmttr 30m\n'
_DIAGNOSE = 'diagnose\n  step "Look"\n    shop = query one\n      SELECT id FROM shops\n'
_END = 'otherwise\n  escalate "none"\n'
MEANING: dict[str, Callable[[int], str]] = {
    "findings": lambda n: _LOOK + _DIAGNOSE
    + "".join(f'  finding f{i} "F"\n    shop.orders > {i}\n' for i in range(n))
    + "".join(f"resolve f{i}\n  wait 1m\n" for i in range(n)) + _END,
    "findings of one enum": lambda n: _LOOK + _DIAGNOSE
    + "".join(f'  finding f{i} "F"\n    shop.state is "open"\n' for i in range(n))
    + "".join(f'resolve f{i}\n  manual "Do {i}"\n' for i in range(n)) + _END,
    "inputs": lambda n: _LOOK + "".join(f'input i{i}: text "I"\n' for i in range(n)) + _END,
    "names": lambda n: _LOOK + "resolve a\n" + "".join(f"  x{i} = {i}\n" for i in range(n)) + _END,
    "names made of names": lambda n: _LOOK + "resolve a\n  x0 = 1\n"
    + "".join(f"  x{i + 1} = x{i} + 1\n" for i in range(n)) + _END,
    "unknown names": lambda n: _LOOK + "resolve a\n" + "".join(f"  x{i} = y{i}\n" for i in range(n)) + _END,
    "slips among unknown names": lambda n: _LOOK + "resolve a\n"
    + "".join(f"  x{i} = y{i}\n  wait 5min\n" for i in range(n)) + _END,
    "checks": lambda n: _LOOK + _DIAGNOSE + '    check shop.orders > 0 else "x"\n' * n + _END,
    "branches": lambda n: _LOOK + "resolve a\n" + '  if run.id is "x"\n    wait 1m\n' * n + _END,
    "handlers": lambda n: _LOOK + "resolve a\n"
    + '  shop.orders(customer: "c")\n  on failure unavailable\n    note "x"\n' * n + _END,
    "changes": lambda n: _LOOK + "resolve a\n" + "".join(
        f'  change "c{i}"\n    sql\n      UPDATE shops SET name = \'x\' WHERE id = :i\n    expect 1 row\n'
        for i in range(n)) + _END,
    "messages": lambda n: _LOOK + _END + "".join(f'message m{i}(a: text) "S"\n  {{{{ a }}}}\n' for i in range(n)),
    "holes in a message": lambda n: _LOOK + _END + 'message m(a: text) "S"\n' + "  {{ a }}\n" * n,
    "labels": lambda n: _LOOK + "resolve a\n" + "".join(f'  step "s{i}"\n    wait 1m\n' for i in range(n)) + _END,
    "questions": lambda n: _LOOK + "resolve a\n" + "".join(
        f'  q{i} = ask "Q{i}": text within 1m\n' for i in range(n)) + _END,
    "procedures": lambda n: 'library lib "L"\n' + "".join(
        f"procedure p{i}()\n  call p{i + 1}()\n" for i in range(n // 20)),
    "records": lambda n: 'library lib "L"\n' + "".join(f"record r{i}\n  a: text\n" for i in range(n)),
    "worlds": lambda n: 'scenarios for RB-001\n' + "".join(f'world w{i} "W"\n  business = "x"\n' for i in range(n)),
    "rehearsals": lambda n: 'scenarios for RB-001\nworld w "W"\n' + "".join(
        f'scenario "s{i}" in w\n  expect nothing changed\n' for i in range(n)),
    "contacts": lambda n: 'policy "P"\n' + "".join(f'contact c{i} "C" email "a@b.test"\n' for i in range(n)),
    "functions": lambda n: 'app "A"\n' + "".join(f'function "f{i}"() observes\n  answer 200\n' for i in range(n)),
    "tasks": lambda n: 'calendar "C"\ndaily at 09:00 for on_call\n' + "".join(
        f'  task "t{i}"\n    note "x"\n' for i in range(n)),
}  # fmt: skip
"""Forms that are right as a text, and have more and more to be judged."""
