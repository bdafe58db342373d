"""What a profile allows a run's calls."""

from datetime import timedelta

import pytest
from rbengine.contract.values import Datum, Row
from rbengine.host.live.scene import bounded
from rbengine.runtime.commands import OperationRequest, Perform


@pytest.mark.parametrize(("limit", "left"), [(None, 30), (60, 30), (5, 5)])
def test_a_call_takes_no_longer_than_the_profile_allows(limit: int | None, left: int) -> None:
    """What the playbook or the policy allows is a bound too: the smaller one holds."""
    request = OperationRequest(operation="klaxon.page", arguments=Datum(Row({})), effect="tell")
    call = Perform(call=1, request=request, key="k", timeout=timedelta(seconds=30))
    bound = None if limit is None else timedelta(seconds=limit)
    assert bounded(call, bound).timeout == timedelta(seconds=left)
