"""What Twilio's error codes mean. A code is a number that Twilio may change; the meaning is ours to keep.

Source: https://www.twilio.com/docs/api/errors, a page for each code.
"""

MEANING: dict[int, str] = {
    20003: "unauthorized",
    20005: "account_suspended",
    20006: "unauthorized",
    20429: "rate_limited",
    14107: "rate_limited",
    21210: "from_invalid",
    21211: "to_invalid",  # not the country alone: any number that is none
    21212: "from_invalid",
    21214: "to_invalid",
    21215: "region_not_permitted",
    21217: "to_invalid",
    21219: "to_not_verified",
    21408: "region_not_permitted",
    21606: "from_cannot_send",
    21608: "to_not_verified",  # a trial account, or one without an approved profile
    21610: "to_opted_out",
    21611: "rate_limited",
    21612: "to_not_routable",
    21614: "to_not_mobile",  # the receiver, not the sender
    30001: "rate_limited",
    30002: "account_suspended",
    30003: "unreachable",
    30004: "blocked",
    30005: "unknown_handset",
    30006: "landline_or_carrier_unreachable",
    30007: "filtered",  # by Twilio or by the carrier
    30022: "rate_limited",
    30034: "from_not_registered",
}


def meaning_of(code: int) -> str:
    """`twilio.error`."""
    return MEANING.get(code, "other")
