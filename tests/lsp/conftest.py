"""A project on disk that an editor opens."""

from pathlib import Path

import pytest
from support.editors import FILES

SCHEMA = """CREATE TABLE shops (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  customer text,
  state text NOT NULL CHECK (state IN ('open', 'closed')),
  orders integer NOT NULL DEFAULT 0,
  is_frozen boolean NOT NULL DEFAULT false,
  opened_at timestamptz
);
CREATE TABLE visits (id bigint PRIMARY KEY, shop uuid REFERENCES shops (id));
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small project of the editor's tests, with a schema and without facts; and a Ruby file."""
    root = tmp_path / "shop"
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (root / "rbengine.toml").write_text('playbooks = "p"\n', encoding="utf-8")
    (root / "p" / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    (root / "p" / "server.rb").write_text("require 'sinatra'\nget '/' do\nend\n", encoding="utf-8")
    return root
