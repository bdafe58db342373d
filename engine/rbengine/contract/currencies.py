"""How many digits the minor unit of a currency has (ISO 4217, table A.1)."""

_DIGITS: dict[str, int] = {
    "bif": 0, "clp": 0, "djf": 0, "gnf": 0, "isk": 0, "jpy": 0, "kmf": 0, "krw": 0, "pyg": 0, "rwf": 0,
    "ugx": 0, "uyi": 0, "vnd": 0, "vuv": 0, "xaf": 0, "xof": 0, "xpf": 0,
    "bhd": 3, "iqd": 3, "jod": 3, "kwd": 3, "lyd": 3, "omr": 3, "tnd": 3,
    "clf": 4, "uyw": 4,
}  # fmt: skip


def minor_digits(currency: str) -> int:
    """2 for `usd`: 12.50 usd are 1250 cents. `currency` in lower case."""
    return _DIGITS.get(currency, 2)
