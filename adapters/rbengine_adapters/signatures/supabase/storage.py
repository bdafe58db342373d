"""What the Supabase adapter promises of files: buckets, their limits, and removing what is in them."""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import BOOL, INT, TEXT, FieldType, ListOf, Record, optional

BUCKET = Record(
    (
        FieldType("id", TEXT),
        FieldType("public", BOOL),
        FieldType("largest_file_bytes", optional(INT)),
    ),
    "supabase.bucket",
)

MOST_FILES = 1000
"""How many files the vendor takes away in one call."""

_BUCKET = Parameter(name="bucket", type=TEXT, doc="the bucket's id")

STORAGE_OPERATIONS = (
    Operation(
        adapter="supabase",
        name="buckets",
        doc="The buckets, and the largest file that each takes; absent where only the project's own limit holds.",
        parameters=(),
        effect="observe",
        result=ListOf(BUCKET),
        refusals=("conflict",),
        api="GET /storage/v1/bucket",
        source="https://supabase.com/docs/reference/self-hosting-storage/introduction",
    ),
    Operation(
        adapter="supabase",
        name="limit_uploads",
        doc=(
            "Let a bucket take files up to this size, and no larger ones: 1 byte stops uploads. What is in it stays. "
            "`conflict` where the organization is over its quota. Doing it twice is doing it once."
        ),
        parameters=(
            _BUCKET,
            Parameter(
                name="largest_file_bytes",
                type=optional(INT),
                doc="the largest file it takes; absent: only the project's own limit",
            ),
        ),
        effect="change",
        result=BUCKET,
        refusals=("not_found", "invalid", "conflict"),
        undoable=True,
        api="PUT /storage/v1/bucket/{id} {public, file_size_limit}",
        source="https://supabase.com/docs/reference/self-hosting-storage/introduction",
    ),
    Operation(
        adapter="supabase",
        name="remove_files",
        doc=(
            "Remove files, with their bytes, for good; how many of them were there comes back. One that is not there "
            "is passed over. `conflict` where the organization is over its quota: nothing is removed then."
        ),
        parameters=(
            _BUCKET,
            Parameter(name="names", type=ListOf(TEXT), doc="names in the bucket, 1 to 1000"),
        ),
        effect="change",
        result=INT,
        refusals=("not_found", "invalid", "conflict"),
        api="DELETE /storage/v1/object/{bucket} {prefixes}",
        source="https://supabase.com/docs/guides/storage/management/delete-objects",
    ),
)

STORAGE_RECORDS = (BUCKET,)
