"""A letter as a text message: what it is about, how it begins, and how it ends."""

LONGEST = 1600
"""Characters that one text message may have, in all its parts."""

_BEGINNING = 700
_LEFT_OUT = "\n[…]\n"


def as_text_message(subject: str, text: str) -> str:
    """Subject and text, at most `LONGEST` characters.

    Of a letter that is longer the middle is left out, and it says so: its end holds the reason and what comes next.
    """
    whole = f"{subject}\n\n{text}"
    if len(whole) <= LONGEST:
        return whole
    ending = LONGEST - _BEGINNING - len(_LEFT_OUT)
    return whole[:_BEGINNING] + _LEFT_OUT + whole[-ending:]
