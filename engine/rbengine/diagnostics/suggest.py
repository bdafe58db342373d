"""Suggestions for a slip of the pen, within a small edit distance only."""

from collections.abc import Iterable

_FURTHEST = 3  # edits; beyond this a suggestion is a guess


def nearest(word: str, offered: Iterable[str]) -> str | None:
    """The offered word that is at most a third of `word` away (and at most three edits); ties by alphabet."""
    limit = min(_FURTHEST, max(1, len(word) // 3))
    best: tuple[int, str] | None = None
    for candidate in sorted(offered):
        if abs(len(candidate) - len(word)) > limit:
            continue
        distance = _distance(word.lower(), candidate.lower())
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None


def did_you_mean(word: str, offered: Iterable[str]) -> str | None:
    """The `help` line of a slip, or None where nothing is near."""
    candidate = nearest(word, offered)
    return f"did you mean `{candidate}`?" if candidate else None


def _distance(left: str, right: str) -> int:
    """Edits between two words; swapping two neighbours counts as one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
