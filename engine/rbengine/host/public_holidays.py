"""Public holidays of a country, or of a part of it; the library that knows them is loaded when somebody asks."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from rbengine.host.errors import CannotGoOnError

if TYPE_CHECKING:
    from holidays import HolidayBase


def holiday_on(country: str, day: date) -> str:
    """What `country` (`IT`, `DE-BY`) celebrates on `day`; empty on all other days, and where no country is named.

    Raises CannotGoOnError for a country that nobody knows the holidays of.
    """
    if not country:
        return ""
    found = _holidays(country).get(day)
    return "" if found is None else str(found)


@cache
def _holidays(country: str) -> "HolidayBase":
    """All years, each worked out when it is first asked about."""
    from holidays import country_holidays

    name, _, part = country.partition("-")
    try:
        return country_holidays(name, subdiv=part or None, language="en_US")
    except NotImplementedError as unknown:
        raise CannotGoOnError(
            f"the policy's holidays: {unknown}; write a code of ISO 3166: `IT`, `DE-BY`"
        ) from unknown
