"""A document of prose becomes drafts, and nothing of it is lost on the way."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rbengine.document.importing import Import, import_document
from rbengine.document.repair import repaired
from rbengine.format import format_source
from rbengine.source import SourceFile
from rbengine.syntax import parse
from support import coverage

SAMPLES = Path(__file__).parent / "samples"


def shipped() -> str:
    path = coverage.document()
    if not path.is_file():
        text = f"the runbook document is not at {path} (set RBENGINE_RUNBOOKS)"
        if os.environ.get("CI") == "true":
            pytest.fail(text)
        pytest.skip(text)
    return path.read_text("utf-8")


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9_]{2,}", text)


def assert_whole(text: str, found: Import) -> None:
    """Every word of every line is in a draft or in the remainder, and every draft is one that parses."""
    held = {one.lower() for draft in found.drafts for one in words(draft.text)}
    left = {number for number, _ in found.remainder}
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and number not in left:
            code_fence = line.strip().startswith(("```", "~~~", "|--"))
            lost = [] if code_fence else [one for one in words(line) if one.lower() not in held]
            assert lost == [], (number, line)
    for draft in found.drafts:
        assert parse(SourceFile(draft.name, draft.text)).problems == (), draft.text
        assert format_source(SourceFile(draft.name, draft.text)).text is not None


def test_the_document_becomes_fifteen_drafts() -> None:
    """With a policy and a calendar; headings of what is no runbook, and two templates, are left."""
    text = shipped()
    found = import_document(text, "runbooks.md")
    assert [one.name for one in found.drafts] == [
        *(f"rb{number:03}.rb" for number in range(1, 16)), "policy.rb", "calendar.rb",
    ]  # fmt: skip
    assert_whole(text, found)
    assert (found.lines, len(found.remainder)) == (1037, 88)
    assert all(one.questions for one in found.drafts)


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_a_document_that_was_encoded_twice_gives_the_same_drafts(wrong: str) -> None:
    """Somebody saved it with the wrong editor; that is said, and put right."""
    text = shipped()
    twice = text.encode("utf-8").decode(wrong, "replace").encode("utf-8")
    read = repaired(twice)
    assert read.told == ("30 lines were encoded twice",)
    assert import_document(read.text, "runbooks.md") == import_document(text, "runbooks.md")


def test_a_document_of_one_runbook_with_underlined_headings() -> None:
    """The title is the runbook, headings below a section are its cases; a plain GET is asked over HTTP."""
    text = (SAMPLES / "disk_full.md").read_text("utf-8")
    found = import_document(text, "disk_full.md")
    assert_whole(text, found)
    (draft,) = found.drafts
    assert (draft.name, draft.title) == ("rb001.rb", "Disk full on a web node")
    for said in (
        "found_see_which_tables_grew = query all at most 100 rows",
        'found_ask_the_health_page = http.get(url: "https://web.example.com/health")',
        'finding if_old_uploads_fill_the_disk "If old uploads fill the disk"',
        "DELETE FROM sessions WHERE ended_at < now() - interval '30 days'\n",
        "# $ df -h",
        "- Add a retention policy",
    ):
        assert said in draft.text


def test_a_wiki_of_several_runbooks_without_numbers() -> None:
    """They are numbered; what would be dangerous stands as a comment with a question."""
    text = (SAMPLES / "wiki.md").read_text("utf-8")
    found = import_document(text, "wiki.md", taken=["RB-001"])
    assert_whole(text, found)
    queue, login = found.drafts
    assert (queue.name, queue.title, login.name) == ("rb002.rb", "Queue does not drain", "rb003.rb")
    assert "WHERE state = 'waiting' AND id = :job_id" in queue.text
    assert "# ? a diagnosis only reads" in queue.text
    assert (
        "# ? without WHERE it would touch every row: which ones are meant?\n    # DELETE FROM jobs;"
        in queue.text
    )
    assert 'message mail_write_to_the_customer() "Your export is late"' in queue.text
    assert "Hello { {name}}, your export of [DATE] is late." in queue.text
    assert "# ? where does Some other heading belong?" in login.text
    left = " ".join(line for _, line in found.remainder)
    assert "Glossary" in left
    assert "Read this before your first shift." in left


@pytest.mark.parametrize(
    "text", ["", "\n\n", "just words", "# A title\n\nand text\n", "- a\n- b\n"]
)
def test_a_document_without_runbooks_is_all_remainder(text: str) -> None:
    """Nothing is made up."""
    found = import_document(text, "x.md")
    assert found.drafts == ()
    assert len(found.remainder) == found.lines


PIECES = st.sampled_from([
    "# T", "## RB-7: X", "## Y", "### Symptoms", "### Diagnosis", "### Fix", "### Recovery", "### Prevention",
    "**If so:**", "1. one", "2. **two**", "- three", "  - four", "```sql", "SELECT 1;", "UPDATE t SET a = 1", "```",
    "~~~", "'A_B' <C_D>", "| a | b |", "|---|---|", "| P1 | 5 min | Ada |", "Subject: {{ x }} {% y %}", "$$",
    '"quoted" \\ text', "\u202eabc", "---", "curl https://x.test/", "```bash", "    code", "> said", "<b>",
    "\u00e9 \u00c3\u00a9", "", "### Daily", "- [ ] look", "it's 5 o'clock: -- no",
])  # fmt: skip


@given(st.lists(PIECES, max_size=24).map("\n".join))
def test_any_document_gives_drafts_that_parse(text: str) -> None:
    """Whatever somebody wrote, in whatever order; and nothing is lost."""
    read = repaired(text.encode("utf-8")).text
    assert_whole(read, import_document(read, "x.md"))
