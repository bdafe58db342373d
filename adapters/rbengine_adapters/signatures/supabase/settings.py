"""What a profile says about a Supabase project."""

from rbengine.contract.operations import Setting

PROJECT = Setting(
    name="supabase.project",
    doc="the project's reference, 20 letters",
    example="abcdefghijklmnopqrst",
    required=True,
    says_where=True,
)
PUBLIC_KEY = Setting(
    name="supabase.public_key",
    doc="the key that browsers use: publishable, or `anon`",
    example="sb_publishable_…",
)
EXPECTED_SECRET = Setting(
    name="supabase.secret.*",
    doc="what a secret of the edge functions should be, by its name",
    example="env:STRIPE_WEBHOOK_SECRET",
    secret=True,
)
SETTINGS = (
    PROJECT,
    Setting(
        name="supabase.access_token",
        doc="a token of the management API",
        example="env:SUPABASE_ACCESS_TOKEN",
        secret=True,
        required=True,
    ),
    Setting(
        name="supabase.service_key",
        doc="the secret key of the project, for its functions, files and figures",
        example="env:SUPABASE_SERVICE_KEY",
        secret=True,
    ),
    PUBLIC_KEY,
    EXPECTED_SECRET,
    Setting(
        name="supabase.logs",
        doc="how its logs are asked: `clickhouse`, or `bigquery` of older projects",
        example="clickhouse",
        one_of=("clickhouse", "bigquery"),
    ),
    Setting(
        name="supabase.probe_email",
        doc="the address of a test user, for `supabase.sign_in_probe`",
        example="probe@example.com",
    ),
    Setting(
        name="supabase.probe_password",
        doc="the password of that user",
        example="env:PROBE_PASSWORD",
        secret=True,
    ),
)
