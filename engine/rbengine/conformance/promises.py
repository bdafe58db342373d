"""What a signature has to be, before anything is called."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from rbengine.conformance.bench import signed
from rbengine.conformance.fitting import misfit
from rbengine.conformance.kit import Kit, Named
from rbengine.conformance.requiring import require

HEAVY = (
    "aiohttp", "boto3", "google", "grpc", "httpx", "psycopg", "pydantic", "requests", "urllib3", "websockets",
)  # fmt: skip
"""Packages that no signature needs."""


def checks(kit: Kit) -> Iterator[Named]:
    """Of the signature alone."""
    yield "signature: names are its own", partial(_names, kit)
    yield "signature: every operation says what it does and where that stands", partial(_told, kit)
    yield "signature: every default is of its parameter's type", partial(_defaults, kit)
    yield "signature: effect, repetition and settling fit together", partial(_repetition, kit)
    yield "signature: it loads without any client library", partial(_light, kit)
    yield "signature: every operation has a case that succeeds", partial(_cases, kit)


def _names(kit: Kit) -> None:
    signature = signed(kit.adapter)
    require(signature.name == kit.adapter, f"the signature calls itself `{signature.name}`")
    others = [one.full_name for one in signature.operations if one.adapter != kit.adapter]
    require(not others, f"operations of another adapter: {', '.join(others)}")
    names = [one.name for one in signature.operations]
    require(len(set(names)) == len(names), "two operations have one name")
    require(signature.factory.count(":") == 1, "`factory` is not `module:function`")


def _told(kit: Kit) -> None:
    for one in signed(kit.adapter).operations:
        require(one.doc.endswith("."), f"{one.full_name}: `doc` is no sentence")
        require(one.api, f"{one.full_name}: `api` does not say which call stands behind it")
        require(one.source, f"{one.full_name}: `source` does not say where that is documented")
        silent = [parameter.name for parameter in one.parameters if not parameter.doc]
        require(not silent, f"{one.full_name}: parameters without `doc`: {', '.join(silent)}")


def _defaults(kit: Kit) -> None:
    for one in signed(kit.adapter).operations:
        for parameter in one.parameters:
            if parameter.default is not None:
                wrong = misfit(parameter.default.value, parameter.type, parameter.name)
                require(wrong is None, f"{one.full_name}: a default that does not fit: {wrong}")


def _repetition(kit: Kit) -> None:
    for one in signed(kit.adapter).operations:
        if one.effect == "observe":
            plain = (one.idempotency, one.settles) == ("naturally", False)
            require(plain, f"{one.full_name} only looks: nothing of it is ever lost or settled")
        elif one.idempotency == "by key" and one.key_window is None:
            text = f"{one.full_name} keeps its key in what it makes: there is a look for it"
            require(one.settles, text)
        keyless = one.key_window is None or one.idempotency == "by key"
        require(keyless, f"{one.full_name} has no key: there is nothing to keep for a while")


def _light(kit: Kit) -> None:
    factory = signed(kit.adapter).factory.partition(":")[0]
    code = (
        "import json, sys\n"
        "from rbengine.facts.adapters import signature_of\n"
        f"signature_of({kit.adapter!r})\n"
        f"print(json.dumps([one for one in {(*HEAVY, factory)!r} if one in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)},
    )
    require(done.returncode == 0, f"the signature cannot be loaded: {done.stderr}")
    loaded = json.loads(done.stdout)
    require(not loaded, f"the signature loads {', '.join(loaded)}; the checker reads it all day")


def _cases(kit: Kit) -> None:
    lacking = kit.lacking()
    require(not lacking, f"no case in which they succeed: {', '.join(lacking)}")
