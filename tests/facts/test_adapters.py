"""Signatures come from our package first, then from whoever offers one."""

import sys
import types
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from rbengine.contract.operations import AdapterSignature
from rbengine.facts import adapters
from rbengine.facts.adapters import AdapterError, event_subject, signature_of

THEIRS = AdapterSignature(name="pager", title="Pager", version="1", operations=())


@pytest.fixture(autouse=True)
def _forget() -> None:
    adapters.signature_of.cache_clear()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A package that offers an adapter `pager`."""
    module = types.ModuleType("acme_pager")
    monkeypatch.setitem(sys.modules, "acme_pager", module)
    entry = EntryPoint(name="pager", value="acme_pager:SIGNATURE", group=adapters.GROUP)

    def entry_points(*, group: str, name: str) -> EntryPoints:
        assert group == adapters.GROUP
        return EntryPoints([entry] if name == "pager" else [])

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    monkeypatch.setattr(adapters, "is_offered", lambda group: group == adapters.GROUP)
    return module


def test_ours_are_found_without_looking_at_installed_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That look costs 40 ms, and a third package must not replace an adapter of ours."""

    def never(**_: object) -> EntryPoints:
        raise AssertionError("looked")

    monkeypatch.setattr("importlib.metadata.entry_points", never)
    found = signature_of("stripe")
    assert found is not None
    assert found.name == "stripe"


def test_others_are_found_by_their_entry_point(offered: types.ModuleType) -> None:
    """Nothing to configure: installing the package is enough."""
    offered.SIGNATURE = THEIRS  # type: ignore[attr-defined]  # a module made here
    assert signature_of("pager") is THEIRS
    assert signature_of("nobody") is None


@pytest.mark.parametrize(
    "signature", [None, "text", AdapterSignature(name="other", title="", version="", operations=())]
)
def test_what_is_no_signature_is_said(offered: types.ModuleType, signature: object) -> None:
    """The package's name stands in the words, or nobody knows whose fault it is."""
    if signature is not None:
        offered.SIGNATURE = signature  # type: ignore[attr-defined]  # a module made here
    with pytest.raises(AdapterError, match="acme_pager"):
        signature_of("pager")


def test_an_adapter_says_what_its_events_carry() -> None:
    """An app's handler is checked against it."""
    found = event_subject("stripe", "customer.subscription.updated")
    assert found is not None
    assert found.name == "stripe.subscription"
    assert event_subject("stripe", "moon.rose") is None
    assert event_subject("nobody", "moon.rose") is None
