"""Every operation that speaks with a vendor is called once, so that what is tried on all of them leaves none out."""

from rbengine.contract.outcomes import Succeeded
from rbengine.facts.adapters import signatures
from support.every_call import CALLS, arranged
from support.peers import SimulatedPeer

OTHERWISE = {"status.update", "git.revert_and_push"}
"""They need the id of something that is made at run time."""
OF_THE_DATABASE = {"cron", "postgres"}


def test_no_operation_is_forgotten() -> None:
    """A new one must be added there."""
    names = {
        one.full_name
        for each in signatures()
        if each.name not in OF_THE_DATABASE
        for one in each.operations
    }
    assert names - OTHERWISE == set(CALLS)


def test_each_of_them_succeeds_in_a_rehearsal() -> None:
    """In their order, in one world."""
    peer = SimulatedPeer()
    arranged(peer)
    outcomes = {name: peer.call(name, key=name, **given) for name, given in CALLS.items()}
    assert not {name: one for name, one in outcomes.items() if not isinstance(one, Succeeded)}
