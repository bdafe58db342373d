"""What fuzzing begins with: texts of every form of the language, right and wrong, and the words they are made of."""

import json
from collections.abc import Iterator
from pathlib import Path

from rbengine.semantics.catalogue import CATALOGUE as OF_THE_CHECKER
from rbengine.syntax.catalogue import CATALOGUE as OF_THE_TEXT
from rbengine_grammar import table
from support.tour import samples

CORPUS = Path(__file__).parent / "corpus"
_PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
_LONGEST = 20_000
"""Characters; the sample of a file that is too large is no seed."""


def seeds() -> Iterator[str]:
    """The corpus, the tour, the playbooks, the wrong and right samples of every code."""
    yield from corpus().values()
    yield from (one.text for one in samples())
    for path in sorted(_PLAYBOOKS.rglob("*.rb")):
        yield path.read_text(encoding="utf-8")
    for entry in (*OF_THE_TEXT, *OF_THE_CHECKER):
        yield from (one for one in (entry.wrong, entry.right) if len(one) < _LONGEST)


def corpus() -> dict[str, str]:
    """The kept texts by their names. What is no UTF-8 is read as the fuzzer reads it."""
    return {
        path.name: path.read_bytes().decode("utf-8", errors="replace")
        for path in sorted(CORPUS.iterdir())
    }


def dictionary() -> str:
    """Words and signs of the language, in libFuzzer's form."""
    terminals = json.loads(table.TERMINALS)
    words = (*terminals["words"], *terminals["signs"], "\n  ", "\n    ", "{{ ", " }}", ":id", "5m")
    return "".join(f'"{_escaped(one)}"\n' for one in words)


def _escaped(word: str) -> str:
    return "".join(
        sign if sign.isalnum() or sign in " _.:{}()[]" else f"\\x{ord(sign):02X}" for sign in word
    )
