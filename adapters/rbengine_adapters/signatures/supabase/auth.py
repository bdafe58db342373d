"""What the Supabase adapter promises of Auth."""

from rbengine.contract.operations import Operation
from rbengine.contract.types import TEXT, Enum, FieldType, Record

SIGN_IN = Enum(("signed in", "credentials refused"), "supabase.sign_in")

AUTH_HEALTH = Record((FieldType("name", TEXT), FieldType("version", TEXT)), "supabase.auth_health")

AUTH_OPERATIONS = (
    Operation(
        adapter="supabase",
        name="auth_health",
        doc="That Auth answers, and its version; `unavailable` where it says that it is not well.",
        parameters=(),
        effect="observe",
        result=AUTH_HEALTH,
        refusals=("conflict",),
        api="GET /auth/v1/health",
        source="https://supabase.com/docs/reference/self-hosting-auth/introduction",
    ),
    Operation(
        adapter="supabase",
        name="sign_in_probe",
        doc=(
            "Sign a test user in and out again, with the settings `supabase.probe_email` and "
            "`supabase.probe_password`. `credentials refused` says that Auth is up and does not know this user. "
            "The session is closed at once; no other session is touched."
        ),
        parameters=(),
        effect="observe",
        result=SIGN_IN,
        refusals=("invalid", "conflict"),
        api="POST /auth/v1/token?grant_type=password and POST /auth/v1/logout?scope=local",
        source="https://supabase.com/docs/guides/auth/debugging/error-codes",
    ),
)

AUTH_RECORDS = (AUTH_HEALTH,)
