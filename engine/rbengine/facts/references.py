"""Where a value of a profile comes from: it stands there, or in the environment, a file, a program's answer.

```toml
account = "acct_1032D82eZvKYlo2C"
key     = "env:STRIPE_KEY"
key     = "file:~/.config/shop/stripe"
key     = { command = ["op", "read", "op://shop/stripe/key"], timeout = "20s" }
key     = { command = ["op", "read", "op://shop/stripe/key"] }
```

Nothing here follows a reference: that is for whoever runs in the profile (`host.live.resolving`).
"""

import re
from datetime import timedelta

import msgspec

LONGEST = timedelta(minutes=2)
"""How long a command may be given."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DURATION = re.compile(r"(0|[1-9][0-9]{0,8})(ms|s|m|h)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours"}


class Written(msgspec.Struct, frozen=True):
    """The value itself; never a secret."""

    text: str


class FromEnvironment(msgspec.Struct, frozen=True):
    """A variable of the environment."""

    variable: str


class FromFile(msgspec.Struct, frozen=True):
    """What a file holds; its path counts from the project, `~` is the user's home."""

    path: str


class FromCommand(msgspec.Struct, frozen=True):
    """What a program writes: its name and arguments, no shell."""

    words: tuple[str, ...]
    timeout: timedelta = timedelta(seconds=10)


Reference = Written | FromEnvironment | FromFile | FromCommand


def reference_in(text: str) -> Reference | None:
    """`text` as a value or a reference; None where it begins as a reference and is none."""
    kind, colon, rest = text.partition(":")
    match kind if colon else "":
        case "env":
            return FromEnvironment(rest) if _VARIABLE.fullmatch(rest) else None
        case "file":
            return FromFile(rest) if rest.strip() and "\0" not in rest else None
        case "command":
            return None
        case _:
            return Written(text)


def told(reference: Reference) -> str:
    """As it is written, on one line, for people. Holds no secret but what stands in a command itself."""
    match reference:
        case Written(text=text):
            return text
        case FromEnvironment(variable=variable):
            return f"env:{variable}"
        case FromFile(path=path):
            return f"file:{path}"
        case FromCommand(words=words):
            import shlex

            return f"command: {shlex.join(words)}"


def read_duration(text: str) -> timedelta | None:
    """`20s`, `500ms`, `1m`; None for what is none, or nothing."""
    found = _DURATION.fullmatch(text)
    if found is None or int(found[1]) == 0:
        return None
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
