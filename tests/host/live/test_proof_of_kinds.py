"""What must be proven of settings of which there may be many, `git.remote.*`."""

from datetime import timedelta

import pytest
from rbengine.contract.adapter import Adapter, Invocation, Whereabouts
from rbengine.contract.operations import AdapterSignature, Setting
from rbengine.contract.outcomes import Outcome, Refused
from rbengine.host.live.proof import ElsewhereError, Proof

SIGNATURE = AdapterSignature(
    name="git",
    title="git",
    version="2",
    operations=(),
    settings=(Setting(name="git.remote.*", doc="where it is", says_where=True),),
)


class Two:
    """An adapter with two checkouts."""

    def perform(self, invocation: Invocation) -> Outcome:
        """Nothing is asked of it."""
        raise AssertionError(invocation)

    def settle(self, invocation: Invocation) -> Outcome | None:
        """As above."""
        raise AssertionError(invocation)

    def locate(self, timeout: timedelta) -> Whereabouts | Refused:  # noqa: ARG002 - it knows
        """Where both are."""
        return Whereabouts(facts={"git.remote.app": "a:app.git", "git.remote.site": "a:site.git"})


ADAPTER: Adapter = Two()


def test_what_the_profile_says_is_so() -> None:
    """Of one it says where it is, of the other it says nothing; both are known afterwards."""
    proof = Proof({"git.remote.app": "a:app.git"})
    assert proof.demand(SIGNATURE, ADAPTER) is None
    assert proof.places == {"git.remote.app": "a:app.git", "git.remote.site": "a:site.git"}


@pytest.mark.parametrize("settings", [{"git.remote.app": "b:app.git"}, {"git.remote.none": "a:x"}])
def test_another_place_is_refused(settings: dict[str, str]) -> None:
    """Also one that nobody says anything of."""
    with pytest.raises(ElsewhereError, match=r"git\.remote"):
        Proof(settings).demand(SIGNATURE, ADAPTER)


def test_a_run_goes_on_only_where_it_began() -> None:
    """By what its journal says."""
    with pytest.raises(ElsewhereError, match="where the run began"):
        Proof({}, {"git.remote.site": "b:site.git"}).demand(SIGNATURE, ADAPTER)
