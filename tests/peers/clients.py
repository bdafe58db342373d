# mypy: ignore-errors
"""Clients from other hands, each doing what one of our operations does. Run by the Python that has them.

`clients.py NAME ADDRESS`, with what it is to say as JSON on its input; what it was told comes out as JSON.
"""

import json
import sys


def meta(base, given):
    """The vendor's own library: an app's webhook is subscribed, and looked at."""
    from facebook_business.adobjects.application import Application
    from facebook_business.api import FacebookAdsApi
    from facebook_business.session import FacebookSession

    FacebookSession.GRAPH = base
    session = FacebookSession(access_token=f"{given['app']}|secret")
    app = Application(given["app"], api=FacebookAdsApi(session, api_version=given["version"]))
    app.create_subscription(params=given["subscribe"])
    return [dict(one) for one in app.get_subscriptions()]


def storage(base, given):
    """The vendor's own client: a bucket gets a limit, and files are removed."""
    from storage3 import SyncStorageClient

    key = given["key"]
    client = SyncStorageClient(
        f"{base}/storage/v1/", {"authorization": f"Bearer {key}", "apikey": key}
    )
    client.update_bucket(given["bucket"], given["change"])
    removed = client.from_(given["bucket"]).remove(given["remove"])
    buckets = client.list_buckets()
    return {
        "buckets": [[one.id, one.public, one.file_size_limit] for one in buckets],
        "removed": [one["name"] for one in removed],
    }


def functions(base, given):
    """The vendor's own client: a function is called."""
    from supabase_functions import SyncFunctionsClient

    key = given["key"]
    client = SyncFunctionsClient(
        f"{base}/functions/v1", {"authorization": f"Bearer {key}", "apikey": key}
    )
    return json.loads(client.invoke(given["function"], {"body": given["body"]}))


def statuspage(base, given):
    """A client made from the vendor's description: an incident is opened, one is told more of, all are looked at."""
    import atlassian_statuspage as page

    configuration = page.Configuration()
    configuration.host = f"{base}/v1"
    configuration.api_key["Authorization"] = f"OAuth {given['key']}"
    incidents = page.IncidentsApi(page.ApiClient(configuration))
    opened = page.PostPagesPageIdIncidentsIncident(**given["publish"])
    made = incidents.post_pages_page_id_incidents(
        page.PostPagesPageIdIncidents(opened), given["page"]
    )
    told = page.PatchPagesPageIdIncidentsIncident(**given["update"])
    incidents.patch_pages_page_id_incidents_incident_id(
        page.PatchPagesPageIdIncidents(told), given["page"], made.id
    )
    open_ = incidents.get_pages_page_id_incidents_unresolved(given["page"])
    return [
        {
            "id": one.id, "title": one.name, "stage": one.status, "link": one.shortlink,
            "said": [it.body for it in one.incident_updates],
        }
        for one in open_
    ]  # fmt: skip


if __name__ == "__main__":
    name, address = sys.argv[1:]
    print(json.dumps(globals()[name](address, json.load(sys.stdin))))
