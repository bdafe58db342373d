"""Whose public holidays are known; the library that knows them is loaded when somebody asks."""


def holiday_codes(country: str) -> tuple[str, ...]:
    """The codes of ISO 3166 that there are: every country, and the parts of that which `country` names (`DE-XX`)."""
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=True)
    name = country.partition("-")[0]
    return (*known, *(f"{name}-{part}" for part in known.get(name, ())))
