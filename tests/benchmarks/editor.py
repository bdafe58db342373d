"""How long an editor waits: `python tests/benchmarks/editor.py`.

It types into a playbook of 500 lines and asks after each key.

Every question is about text that was never analysed before: a key, then the question, over the pipes of a real
server. The bound is 100 ms for the answer that is slower than all but one in twenty.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / one) for one in ("engine", "grammar", "adapters", "tests")]

from support.lsp_client import LspClient  # noqa: E402  (found by the path above)

BOUND = 0.100
LINES = 500
KEYS = 40
PATH = "p/rb900.rb"

_HEAD = """runbook RB-900 "Many shops"

severity P2
mttr     40m

input shop: uuid   "The shop that is shut"

diagnose
"""
_STEP = """  step "Look at number {n}", timeout 20s, retry 3 times every 5s
    row{n} = query one
      SELECT id, name, customer, state, opened_at
      FROM shops
      WHERE id = :shop AND orders > {n}
    check row{n}.customer is present
      else "This shop never had a customer"
    paid{n} = stripe.latest_subscription(customer: row{n}.customer)
  finding shut{n} "Shop {n} is shut"
    row{n}.state is "closed"
    either
      paid{n} is absent
      row{n}.opened_at is absent
"""
_RESOLVE = """
resolve shut{n}
  step "Open number {n}"
    change "Open {{{{ row{n}.name }}}}"
      sql
        UPDATE shops SET state = 'open', orders = {n}
        WHERE id = :row{n}.id AND state = :row{n}.state
      expect 1 row
    note "{{{{ row{n}.name }}}} is open, {{{{ incident.id }}}}"
"""
_TAIL = """
otherwise
  note "Nothing is shut"

verify
  within 5m checking every 15s
    until no finding holds
"""
_POLICY = """policy "Shops"

timezone "Europe/Rome"
contact boss    "Boss"    email "boss@shop.test"
role    on_call "On call" from settings
severity P2 "Medium"
  escalate after 2h to boss
  changes need approval by on_call
"""
_SCHEMA = """CREATE TABLE shops (
  id uuid PRIMARY KEY, name text NOT NULL, customer text, opened_at timestamptz,
  state text NOT NULL CHECK (state IN ('open', 'closed')), orders integer NOT NULL DEFAULT 0
);
"""


def playbook(lines: int) -> str:
    """A playbook of about `lines` lines, as dense as the shipped ones."""
    each = _STEP.count("\n") + _RESOLVE.count("\n")
    numbers = range(1, (lines - _HEAD.count("\n") - _TAIL.count("\n")) // each + 1)
    steps = "".join(_STEP.format(n=n) for n in numbers)
    return _HEAD + steps + "".join(_RESOLVE.format(n=n) for n in numbers) + _TAIL


def measure(client: LspClient, text: str) -> dict[str, list[float]]:
    """Seconds from the key to the answer, by question."""
    at = text.index("    note", text.index("resolve shut9"))
    line = text.count("\n", 0, at)
    taken: dict[str, list[float]] = {}
    version = 2

    def timed(name: str, typed: str, ask: Callable[[], object]) -> None:
        nonlocal version
        version += 1
        start = time.perf_counter()
        client.type(PATH, text[:at] + typed + text[at:], version)
        ask()
        taken.setdefault(name, []).append(time.perf_counter() - start)

    whole = {"tabSize": 2, "insertSpaces": True}
    for key in range(KEYS):
        word = "row9.name"[: 1 + key % 9]
        noted = f'    note "{key} {{{{ row9.name }}}}"\n'
        timed(
            "completion", f"    check {word}\n", lambda: client.ask("completion", PATH, (line, 11))
        )
        timed("hover", noted, lambda: client.ask("hover", PATH, (line, 19)))
        timed(
            "definition", noted + f"# {key}\n", lambda: client.ask("definition", PATH, (line, 19))
        )
        timed(
            "references", noted,
            lambda: client.ask("references", PATH, (line, 19), context={"includeDeclaration": True}),
        )  # fmt: skip
        timed("rename", noted, lambda: client.ask("rename", PATH, (line, 19), newName="renamed"))
        timed("colours", noted, lambda: client.ask_all("semanticTokens/full", PATH))
        timed("folding", noted, lambda: client.ask_all("foldingRange", PATH))
        timed("formatting", noted, lambda: client.ask_all("formatting", PATH, options=whole))
    return taken


def main() -> int:
    """Print a line for each question; 1 where one is too slow."""
    text = playbook(LINES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "p").mkdir()
        (folder / "rbengine.toml").write_text('playbooks = "p"\n', encoding="utf-8")
        for path, its in ((PATH, text), ("p/policy.rb", _POLICY), ("p/schema.sql", _SCHEMA)):
            (folder / path).write_text(its, encoding="utf-8")
        with LspClient(folder) as client:
            client.open(PATH, text + '\nresolve nothing_of_the_kind\n  note "x"\n')
            client.problems(PATH, bool)
            client.type(PATH, text)
            found = client.problems(PATH, lambda its: not any(one["severity"] == 1 for one in its))
            taken = measure(client, text)
    print(
        f"{text.count(chr(10))} lines, {len(found)} warnings; milliseconds from a key to the answer"
    )
    is_slow = False
    for question, seconds in taken.items():
        ordered = sorted(seconds)
        late = ordered[int(len(ordered) * 0.95) - 1]
        is_slow = is_slow or late > BOUND
        print(
            f"{question:12} median {median(ordered) * 1000:6.1f}   19 of 20 within {late * 1000:6.1f}"
        )
    return 1 if is_slow else 0


if __name__ == "__main__":
    sys.exit(main())
