"""Bytes of a document as text, with what had to be put right on the way."""

import unicodedata

import msgspec

_BEFORE_2017 = "cp1252"
"""What most documents that are not UTF-8 were written in."""


class Repaired(msgspec.Struct, frozen=True, kw_only=True):
    """A document as text. `told` are the repairs, a sentence each."""

    text: str
    told: tuple[str, ...] = ()


def repaired(data: bytes) -> Repaired:
    """The text of a document: UTF-8, or else the encoding of older editors; text that was encoded twice is put right.

    Never fails: a byte that no encoding has stands as `\\ufffd`.
    """
    told: list[str] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode(_BEFORE_2017, "replace")
        told.append(f"it is not UTF-8; read as {_BEFORE_2017}")
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    lines = text.split("\n")
    better = [_once(one) for one in lines]
    wrong = sum(a != b for a, b in zip(lines, better, strict=True))
    if wrong:
        told.append(
            f"{wrong} lines were encoded twice" if wrong > 1 else "1 line was encoded twice"
        )
    seen = ["".join(one for one in line if not _is_unseen(one)) for line in better]
    unseen = sum(len(a) - len(b) for a, b in zip(better, seen, strict=True))
    if unseen:
        told.append(f"{unseen} characters that nobody sees were left out")
    return Repaired(text="\n".join(seen), told=tuple(told))


def _is_unseen(character: str) -> bool:
    """Control and format characters: they could turn what a reader sees into something else."""
    return (not character.isascii() and unicodedata.category(character) in {"Cc", "Cf"}) or (
        character < " " or character == "\x7f"
    )


def _once(line: str) -> str:
    if line.isascii():
        return line
    from ftfy import fix_encoding

    return fix_encoding(line)
