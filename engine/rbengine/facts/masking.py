"""The text of `rbengine.toml` as it may be shown: what may be a secret is blotted out, everything else in its place.

A problem is drawn with its line, and the line may hold the key that should not stand there.
"""

import re
import tomllib
from collections.abc import Sequence

from rbengine.contract.operations import AdapterSignature
from rbengine.facts.offered_settings import Offered
from rbengine.facts.profiles import OWN
from rbengine.facts.references import FromEnvironment, FromFile, Written, reference_in
from rbengine.facts.toml_places import Path, places
from rbengine.source import SourceFile

_BLOT = "•"
_REFERENCE = re.compile(r"""\s*(["'])(?:env:\w+|file:[^"'\n]*)\1\s*""")
_HARMLESS = frozenset(
    {"playbooks", "schema", "project", "people", "state", "templates", "contacts"}
)
_HEADER = re.compile(r"^[ \t]*\[+[ \t]*[\"']?([A-Za-z0-9_-]*)", re.MULTILINE)


def masked(source: SourceFile, signatures: Sequence[AdapterSignature]) -> SourceFile:
    """The same file, every character that stays at its place."""
    try:
        tomllib.loads(source.text)
    except tomllib.TOMLDecodeError:
        return SourceFile(source.path, _blotted_blindly(source.text))
    offered = Offered(signatures)
    text = list(source.text)
    found = places(source.text)
    above = {path[:length] for path in found for length in range(1, len(path))}
    for path, place in found.items():
        start, end = place.value.start, place.value.end
        if path in above or start == end or _may_be_shown(path, source.text[start:end], offered):
            continue
        text[start:end] = _blotted(source.text[start:end])
    return SourceFile(source.path, "".join(text))


def _may_be_shown(path: Path, value: str, offered: Offered) -> bool:
    if path[0] != "profiles":
        return path[0] in _HARMLESS
    if path[2:3] and path[2] in OWN:
        return True
    plain = value.strip("\"'")
    if isinstance(reference_in(plain), FromEnvironment | FromFile) or value in {"true", "false"}:
        return True
    if path[4:] and (path[-2] == "command" or path[-1] == "timeout"):
        return True
    name = ".".join(path[2:])
    setting = offered.setting(name) or offered.setting(name.rpartition(".")[0])
    return setting is not None and not setting.secret and reference_in(plain) == Written(plain)


def _blotted_blindly(text: str) -> str:
    """Where the text is no TOML, nobody can tell which value is what: from the first profile on none is shown."""
    found = next((one for one in _HEADER.finditer(text) if one[1] not in _HARMLESS), None)
    if found is None:
        return text
    rows = text[found.start() :].split("\n")
    return text[: found.start()] + "\n".join(map(_blind, rows))


def _blind(row: str) -> str:
    if row.lstrip()[:1] in {"[", "#", ""}:
        return row
    key, equals, value = row.partition("=")
    if not equals:
        return _blotted(row)
    return row if _REFERENCE.fullmatch(value) else key + equals + _blotted(value)


def _blotted(text: str) -> str:
    return "".join(one if one in "\"'\n[]{} " else _BLOT for one in text)
