"""What the Supabase adapter promises."""

from rbengine.contract.operations import AdapterSignature, HttpProvider

from rbengine_adapters.signatures.supabase.auth import AUTH_OPERATIONS, AUTH_RECORDS
from rbengine_adapters.signatures.supabase.functions import FUNCTION_OPERATIONS, FUNCTION_RECORDS
from rbengine_adapters.signatures.supabase.project import PROJECT_OPERATIONS, PROJECT_RECORDS
from rbengine_adapters.signatures.supabase.secrets import SECRET_OPERATIONS, SECRET_RECORDS
from rbengine_adapters.signatures.supabase.settings import SETTINGS
from rbengine_adapters.signatures.supabase.storage import STORAGE_OPERATIONS, STORAGE_RECORDS

_PROVIDERS = (
    HttpProvider(
        name="supabase",
        url="https://api.supabase.com",
        headers=(("Authorization", "Bearer {supabase.access_token}"),),
    ),
    HttpProvider(
        name="supabase_project",
        url="https://{supabase.project}.supabase.co",
        headers=(
            ("Authorization", "Bearer {supabase.service_key}"),
            ("apikey", "{supabase.service_key}"),
        ),
    ),
)

SIGNATURE = AdapterSignature(
    name="supabase",
    title="Supabase",
    version="v1",
    operations=(
        *FUNCTION_OPERATIONS,
        *SECRET_OPERATIONS,
        *PROJECT_OPERATIONS,
        *AUTH_OPERATIONS,
        *STORAGE_OPERATIONS,
    ),
    records=(
        *FUNCTION_RECORDS,
        *SECRET_RECORDS,
        *PROJECT_RECORDS,
        *AUTH_RECORDS,
        *STORAGE_RECORDS,
    ),
    factory="rbengine_adapters.supabase.adapter:factory",
    settings=SETTINGS,
    providers=_PROVIDERS,
)
