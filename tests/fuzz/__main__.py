"""`python -m fuzz [seconds] [folder]` from `tests/`: texts that reach new code, each judged, for a bounded time.

Begins with the corpus, the tour, the playbooks and the samples of the catalogues. A text of which something does not
hold that holds of every text is written to the folder as `find-…`, and the exit code is not 0; those that reached new
code are in its `grown`. A text that is kept afterwards goes into `tests/fuzz/corpus`.
"""

import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rbengine", "rbengine_grammar"]):
    from fuzz.judging import judged
    from fuzz.seeds import dictionary, seeds

    SEEDS = tuple(seeds())
    for _text in SEEDS:
        judged(_text)  # passes are imported when they are first needed

LONGEST = 3000
"""Bytes of one text; longer ones find nothing more, and slowly."""
SLOW = 10
"""Seconds after which libFuzzer itself calls a text too slow."""


def one(data: bytes) -> None:
    """What the fuzzer calls with each text."""
    judged(data.decode("utf-8", errors="replace"))


LINES = tuple(line for text in SEEDS for line in text.split("\n") if line.strip())


def mutated(data: bytes, longest: int, seed: int) -> bytes:
    """Half of the time a line of another text, elsewhere or at another depth; else whatever libFuzzer does."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return bytes(atheris.Mutate(data, longest))
    lines = data.decode("utf-8", errors="replace").split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines) + 1)
        line = chance.choice(LINES) if chance.random() < 0.7 else chance.choice(lines)
        if chance.random() < 0.5 and at < len(lines):
            line = " " * (len(lines[at]) - len(lines[at].lstrip(" "))) + line.lstrip(" ")
        lines[at : at + chance.randint(0, 2)] = [line]
    return "\n".join(lines).encode("utf-8", errors="replace")[:longest]


def main() -> None:
    """Never returns: libFuzzer ends the process."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="fuzz-")).resolve()
    begin, grown = folder / "seeds", folder / "grown"
    for one_of_them in (begin, grown):
        one_of_them.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(SEEDS):
        (begin / f"{number}").write_bytes(text.encode("utf-8", errors="replace"))
    words = folder / "words"
    words.write_text(dictionary(), encoding="utf-8")
    print(f"finds go to {folder}", flush=True)
    atheris.Setup(
        [
            sys.argv[0], str(grown), str(begin), f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-dict={words}",
            f"-timeout={SLOW}", f"-artifact_prefix={folder}/find-", "-print_final_stats=1",
        ],
        one,
        custom_mutator=mutated,
    )  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    main()
