"""The vendors' own descriptions of their APIs, which are kept beside the project and not in it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def vendor_description(name: str) -> Any:
    """The JSON of `name` (`resend.json`); where it is missing, as below."""
    return json.loads(description_file(name).read_text(encoding="utf-8"))


def description_file(name: str) -> Path:
    """The file of `name`.

    Looked for in the folder of the environment variable RBENGINE_OPENAPI, else in `../shared/openapi` beside the
    project. Where it is missing the test is skipped by that name; under CI it fails.
    """
    folder = Path(os.environ.get("RBENGINE_OPENAPI") or ROOT.parent / "shared" / "openapi")
    path = folder / name
    if not path.is_file():
        text = f"the vendor's description {name} is not in {folder} (set RBENGINE_OPENAPI)"
        if os.environ.get("CI") == "true":
            pytest.fail(text)
        pytest.skip(text)
    return path
