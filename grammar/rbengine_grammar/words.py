"""The word for every terminal that has no text of its own: what a message calls it.

Words and signs of the language are called by themselves, in backticks.
"""

WORDS = {
    "_NL": "the end of the line",
    "_INDENT": "an indented block",
    "_DEDENT": "the end of the block",
    "$END": "the end of the text",
    "BLOCK": "an indented text below",
    "ROW": "a row between `|` signs",
    "NAME": "a name",
    "LABEL": "a name and `:`",
    "BINDER": "a name and `=`",
    "STRING": "a text in double quotes",
    "INT": "a whole number",
    "DECIMAL": "a decimal number",
    "PERCENT": "a percentage",
    "DURATION": "a duration such as `10m`",
    "DATE": "a date such as `2026-03-02`",
    "TIME": "a time of day such as `09:00`",
    "CURRENCY": "a currency such as `usd`",
    "ID": "a runbook's id such as `RB-011`",
    "PLACE": "a place such as `RB-011/resolve/1.2`",
    "TAG": "a tag in lower case",
    "CELL": "a value as in a table's cell",
    "COMPARE": "a comparison",
    "BROKEN": "lines that could not be read",
    "SIGN": "a sign",
}
