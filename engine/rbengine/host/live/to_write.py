"""What somebody copies to complete a profile: lines of `rbengine.toml`, and of a shell."""

from collections.abc import Collection, Iterable, Sequence

from rbengine.contract.operations import Setting
from rbengine.facts.toml_writing import written_key, written_value

Value = tuple[str, Setting | None, str]
"""A setting by its name, what is known of it, and its value."""


def settings_lines(
    profile: str, tables: Collection[str], values: Iterable[Value]
) -> tuple[str, ...]:
    """The settings below the headers of their tables; those of `tables` the profile has already.

    A header that is there twice would make the file no TOML.
    """
    found: dict[str, list[str]] = {}
    for name, setting, value in values:
        table, key = _place(name, setting)
        found.setdefault(table, []).append(f"{written_key(key)} = {written_value(value)}")
    lines: list[str] = []
    for table, rows in found.items():
        header = f"[profiles.{profile}.{table}]"
        lines += [f"# below {header}" if table in tables else header, *rows]
    return tuple(lines)


def variable_lines(variables: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """A line for each variable of the environment, with the setting that refers to it."""
    wide = max((len(name) for name, _ in variables), default=0)
    return tuple(f"export {name}=…{' ' * (wide - len(name))}  # {what}" for name, what in variables)


def _place(name: str, setting: Setting | None) -> tuple[str, str]:
    """Table and key: `git.remote` and `app`."""
    if setting is not None and setting.name.endswith(".*"):
        table = setting.name[:-2]
        return table, name[len(table) + 1 :]
    table, _, key = name.partition(".")
    return table, key
