"""Names of incidents and runs."""

from datetime import UTC, datetime

from rbengine.host.identity import incident_id, run_id


def test_ids_count_by_the_day_in_the_policys_zone() -> None:
    """23:30 UTC is the next day in Rome: the id must say the day people remember."""
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert incident_id(late, "Europe/Rome", []) == "INC-2026-11-24-001"
    assert incident_id(late, "UTC", ["INC-2026-11-23-009", "INC-2026-11-24-011"]) == (
        "INC-2026-11-23-010"
    )
    assert run_id(late, "UTC", ["INC-2026-11-23-009"]) == "RUN-2026-11-23-001"
