"""Keys and values as TOML wants them written."""

import json


def written_key(name: str) -> str:
    """Bare where it may be."""
    return name if name.replace("-", "").replace("_", "").isalnum() else json.dumps(name)


def written_value(text: str) -> str:
    """A truth as itself, anything else as a text in quotes: what JSON writes of one TOML reads as the same."""
    return text if text in ("true", "false") else json.dumps(text, ensure_ascii=False)


def written_example(text: str) -> str:
    """The same for a signature's example, which may be a table."""
    return text if text.startswith("{") else written_value(text)
