"""The places of a runbook document: what gets a name, and which."""

from rbengine.document import places_of

DOCUMENT = """\
# Runbooks

## RB-900: Slow

### Symptoms
- Pages load slowly
- An alert

### Diagnostic Steps

1. **Look at the load**
```sql
SELECT 1;
```

Expected: one row

2. **Look at the dashboard**
- Open it
- Read it

3. **Read the log**
```bash
# Look for:
# - Timeouts
# - Crashes
```

### Resolution Steps

Call somebody first.

**If it is the disk:**
1. Delete:
   - old files
   - logs

**If it is the network:**
1. Wait
2. Test

---

## Who to call (always)

| who | when |
|---|---|
| Ada | at night |
"""


def named(text: str) -> list[tuple[str, str, int]]:
    return [(one.id, one.kind, one.line) for one in places_of(text)]


def test_every_bullet_query_command_and_remark_has_a_place() -> None:
    """What has no name cannot be pointed at, and then nobody knows that it was forgotten."""
    assert named(DOCUMENT) == [
        ("RB-900/symptoms/1", "item", 6),
        ("RB-900/symptoms/2", "item", 7),
        ("RB-900/diagnose/1", "item", 11),
        ("RB-900/diagnose/1/query", "query", 12),
        ("RB-900/diagnose/1/note", "note", 16),
        ("RB-900/diagnose/2", "item", 18),
        ("RB-900/diagnose/2.1", "item", 19),
        ("RB-900/diagnose/2.2", "item", 20),
        ("RB-900/diagnose/3", "item", 22),
        ("RB-900/diagnose/3/command", "command", 23),
        ("RB-900/diagnose/3.1", "item", 25),
        ("RB-900/diagnose/3.2", "item", 26),
        ("RB-900/resolve/0", "note", 31),
        ("RB-900/resolve/1", "branch", 33),
        ("RB-900/resolve/1.1", "item", 34),
        ("RB-900/resolve/1.1.1", "item", 35),
        ("RB-900/resolve/1.1.2", "item", 36),
        ("RB-900/resolve/2", "branch", 38),
        ("RB-900/resolve/2.1", "item", 39),
        ("RB-900/resolve/2.2", "item", 40),
        ("who-to-call/text/1", "row", 48),
    ]


def test_the_digest_is_of_the_words_and_not_of_their_layout() -> None:
    """Wrapping a line anew changes nothing; another word is another place to look at."""
    before, wrapped, changed = (
        places_of(f"## RB-900\n### Symptoms\n- {text}\n")[0].digest
        for text in ("Pages load slowly", "Pages load\n  slowly", "Pages load fast")
    )
    assert before == wrapped != changed


def test_a_part_belongs_to_its_item() -> None:
    """A step that carries out the item carries out its query."""
    parts = {one.id: one.whole for one in places_of(DOCUMENT)}
    assert parts["RB-900/diagnose/1/query"] == "RB-900/diagnose/1"
    assert parts["RB-900/diagnose/1"] == "RB-900/diagnose/1"


def test_any_text_is_a_document() -> None:
    """People keep runbooks in every shape: none is refused, and what has no heading is found all the same."""
    assert named("") == []
    assert named("just words\n\n- a\n- b\n") == [
        ("document/text/0", "note", 1),
        ("document/text/1", "item", 3),
        ("document/text/2", "item", 4),
    ]
