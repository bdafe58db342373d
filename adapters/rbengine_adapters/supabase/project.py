"""The project itself: its status and plan, its services' health, its machine, and who is shut out."""

from ipaddress import AddressValueError, IPv4Address

from rbengine.contract.adapter import Invocation, Whereabouts
from rbengine.contract.values import Row, Value

from rbengine_adapters.supabase import answers
from rbengine_adapters.supabase.calls import SupabaseCalls
from rbengine_adapters.wire.endings import CallEndedError
from rbengine_adapters.wire.http import server_time
from rbengine_adapters.wire.plain import encoded


def health(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """`list of supabase.service_health`."""
    services = invocation.arguments["services"]
    if not isinstance(services, tuple) or not services:
        raise CallEndedError.refused("invalid", "at least one service is needed")
    # One parameter a service: a list with commas is refused.
    found = calls.read("/health", answers.HEALTH, {"services": [str(one) for one in services]})
    return tuple(
        Row(
            {
                "service": one.name,
                "status": one.status,
                "healthy": one.healthy,
                "error": one.error,
            }
        )
        for one in found
    )


def project(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - one form for all
    """`supabase.project`."""
    found = calls.read("", answers.PROJECT)
    owner = calls.read(f"/v1/organizations/{found.organization_slug}", answers.ORGANIZATION)
    return Row(
        {
            "name": found.name,
            "region": found.region,
            "status": found.status,
            "organization": owner.name,
            "plan": owner.plan,
        }
    )


def whereabouts(calls: SupabaseCalls) -> Whereabouts:
    """Where the token leads."""
    response = calls.send("GET", "", changes=False)
    found = calls.checked(answers.PROJECT, response, changes=False)
    return Whereabouts(
        facts={"supabase.project": found.ref}, version="v1", clock=server_time(response)
    )


def restart_database(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - as above
    """Nothing; it goes down now."""
    calls.change("PUT", "/config/database/postgres", {"restart_database": True})
    return None


def addons(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - as above
    """`list of supabase.addon`."""
    found = calls.read("/billing/addons", answers.ADDONS)
    return tuple(
        Row(
            {
                "kind": one.type,
                "variant": one.variant.id,
                "name": one.variant.name,
                "price": one.variant.price.description,
            }
        )
        for one in found.selected_addons
    )


def set_addon(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """Nothing; the project is resized from now on."""
    a = invocation.arguments
    content = {"addon_type": a["kind"], "addon_variant": a["variant"]}
    calls.change("PATCH", "/billing/addons", content)
    return None


def network_bans(calls: SupabaseCalls, invocation: Invocation) -> Value:  # noqa: ARG001 - as above
    """Addresses, sorted as the vendor gives them."""
    response = calls.send("POST", "/network-bans/retrieve", changes=False)
    return tuple(calls.checked(answers.BANS, response, changes=False).banned_ipv4_addresses)


def lift_network_bans(calls: SupabaseCalls, invocation: Invocation) -> Value:
    """Nothing; they are let in."""
    given = invocation.arguments["addresses"]
    addresses = [str(one) for one in given] if isinstance(given, tuple) else []
    try:
        wanted = [str(IPv4Address(one)) for one in addresses]
    except AddressValueError as error:
        raise CallEndedError.refused("invalid", f"no IPv4 address: {error}") from error
    if not wanted:
        raise CallEndedError.refused("invalid", "at least one address is needed")
    content = encoded({"ipv4_addresses": wanted, "requester_ip": False})
    calls.send("DELETE", "/network-bans", changes=True, content=content)
    return None
