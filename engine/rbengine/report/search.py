"""Which runbook is meant: words that somebody remembers against the words that stand in the runbooks."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from rbengine.diagnostics import nearest
from rbengine.workspace.card import Card

_WORD = re.compile(r"[^\W_]+(?:-[0-9]+)?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORTEST_BEGINNING = 3
"""Letters from which on the beginning of a word stands for it: `froz` for `frozen`."""
_SHORTEST_SLIP = 4
"""Letters from which on a word may be mistyped."""
_BEGUN = 0.7
_MISTYPED = 0.5
_ALL = 4.0
"""A runbook with all the words in one line comes before one that has them here and there."""
_EMPTY = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "for",
        "from",
        "has",
        "in",
        "is",
        "it",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "the",
    }
    | {"to", "was", "we", "with"}
)


class _Field(NamedTuple):
    name: str
    weight: float
    texts: Sequence[str]


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A runbook that fits, with the line of it that fits best."""

    card: Card
    score: float
    where: str
    """`title`, `symptom`, `alert`, `tag`, `finding`, `step`, `message` or `id`."""
    text: str


def search(asked: str, cards: Iterable[Card]) -> tuple[Hit, ...]:
    """Runbooks that have any of the words, the best first; those of equal worth by id.

    Rare words count more than those that every runbook has. A word that none has may be the beginning of one, or
    mistyped. Linear in the text of the runbooks.
    """
    wanted = _content(asked)
    shelf = [(card, _fields(card)) for card in cards]
    held = [
        {word for one in fields for text in one.texts for word in words(text)}
        for _, fields in shelf
    ]
    meant = _meant(wanted, sorted(set().union(*held)))
    rarity = {
        word: math.log(1 + len(shelf) / (1 + sum(word in one for one in held)))
        for found in meant.values()
        for word in found
    }
    hits = [hit for card, fields in shelf if (hit := _hit(card, fields, meant, rarity))]
    return tuple(sorted(hits, key=lambda one: (-one.score, one.card.id)))


def words(text: str) -> list[str]:
    """The words of a text in lower case; `WebhookFailure` is two."""
    return [one.lower() for one in _WORD.findall(_CAMEL.sub(" ", text))]


def _content(asked: str) -> list[str]:
    """What was asked for without the words that say nothing; all of them where nothing else was said."""
    every = list(dict.fromkeys(words(asked)))
    return [one for one in every if one not in _EMPTY] or every


def _fields(card: Card) -> tuple[_Field, ...]:
    return (
        _Field("id", 9, (card.id,)),
        _Field("alert", 6, card.alerts),
        _Field("title", 5, (card.title,)),
        _Field("symptom", 4, card.symptoms),
        _Field("tag", 3, card.tags),
        _Field("finding", 3, card.findings),
        _Field("step", 1.5, card.steps),
        _Field("message", 1, card.messages),
    )


def _meant(wanted: Iterable[str], known: Sequence[str]) -> dict[str, dict[str, float]]:
    """For each word asked, the known words that it may stand for, each with how surely."""
    vocabulary = frozenset(known)
    meant: dict[str, dict[str, float]] = {}
    for word in wanted:
        found = {word: 1.0} if word in vocabulary else {}
        if len(word) >= _SHORTEST_BEGINNING:
            found |= {one: _BEGUN for one in known if one != word and one.startswith(word)}
        if not found and len(word) >= _SHORTEST_SLIP:
            near = nearest(word, known)
            found = {near: _MISTYPED} if near else {}
        meant[word] = found
    return meant


def _hit(
    card: Card,
    fields: Sequence[_Field],
    meant: Mapping[str, Mapping[str, float]],
    rarity: Mapping[str, float],
) -> Hit | None:
    best: tuple[float, str, str] = (0.0, "", "")
    each: dict[str, float] = {}
    for one in fields:
        for text in one.texts:
            here = set(words(text))
            scores = {}
            for word, found in meant.items():
                worth = max(
                    (sure * rarity[known] for known, sure in found.items() if known in here),
                    default=0.0,
                )
                if worth:
                    scores[word] = worth * one.weight
                    each[word] = max(each.get(word, 0.0), scores[word])
            whole = sum(scores.values()) * (_ALL if len(scores) == len(meant) > 1 else 1.0)
            if whole > best[0]:
                best = (whole, one.name, text)
    if not each:
        return None
    return Hit(card=card, score=sum(each.values()) + best[0], where=best[1], text=best[2])
