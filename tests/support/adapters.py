"""`docs/adapters.md`, from the signatures (`make adapters`)."""

from rbengine.report.adapters import adapters_page
from rbengine_adapters import names, signature_of
from support.golden import ROOT

PAGE = ROOT / "docs" / "adapters.md"


def text() -> str:
    """The page of the adapters that come with the engine."""
    return adapters_page([one for name in names() if (one := signature_of(name)) is not None])


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
