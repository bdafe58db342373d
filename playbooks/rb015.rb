runbook RB-015 "Storage Quota Exceeded"

severity P2
mttr     30m
alerts   StorageQuota
tags     storage, quota

input quota_gb: int = 1 "Storage of the organization's plan, in GB: Settings, Billing (1 on Free, 100 on Pro)"
input temporary: text = "temp-uploads"   "Bucket whose old files may go"
input keep: duration = 90d               "How long a temporary file is kept"

symptoms
  - File upload failures, covers RB-015/symptoms/1
  - "Storage quota exceeded" errors, covers RB-015/symptoms/2
  - Images not loading, covers RB-015/symptoms/3

diagnose
  # The size of a file stands in its metadata; there is no column of that name.
  step "Check storage usage", covers RB-015/diagnose/1
    usage = query all at most 100 rows
      SELECT coalesce(bucket_id, '') AS bucket, count(*) AS files,
             coalesce(sum((metadata ->> 'size')::bigint), 0)::bigint AS bytes
      FROM storage.objects
      GROUP BY bucket_id
      ORDER BY bytes DESC

  # No call tells the quota, and it counts over all projects of the organization: what is ours is a lower bound.
  step "Check the quota", timeout 10s, retry 2 times every 3s, covers RB-015/diagnose/2.*
    project = supabase.project()
    quota   = quota_gb * 1000000000
    used    = sum(usage each it.bytes)

  # An organization over its quota is answered 402 everywhere, also when it wants to delete.
  step "Ask Storage", timeout 10s
    buckets = try supabase.buckets()

  step "Identify large files", covers RB-015/diagnose/3
    largest = query all at most 20 rows
      SELECT id, coalesce(name, '') AS name, coalesce(bucket_id, '') AS bucket,
             coalesce((metadata ->> 'size')::bigint, 0) AS bytes, created_at
      FROM storage.objects
      ORDER BY bytes DESC
      LIMIT 20

  finding over_quota "Supabase has stopped the project: the organization is over its quota"
    buckets is failed
    buckets.failure.kind is "conflict"

  finding nearly_full "More than 80% of the quota is used"
    used * 5 > quota * 4

resolve over_quota
  step "Upgrade the plan", covers RB-015/resolve/1, RB-015/resolve/1.1
    manual "Nothing can be deleted now. Upgrade the plan in Settings, Billing (it is {{ project.plan if project.plan is present else "unknown" }}), or ask Supabase's support" within 30m by on_call
      give done: text "What was done: upgrade or ticket?"
    within 15m checking every 1m
      served = try supabase.buckets()
      until served is present
    else
      stop handed over "Storage still refuses everything: {{ done }}"

resolve nearly_full
  # The document's check sums all files for each upload, and is no SQL: a bucket's own limit stops uploads at once.
  step "Block new uploads", timeout 10s, covers RB-015/resolve/1.2
    now_there = try supabase.buckets()
    block = choose "{{ used }} of {{ quota }} bytes are used. Shall uploads stop meanwhile?" within 10m by on_call
      stop  "Stop uploads to every bucket, until this run is over"
      leave "Leave uploads as they are"
    if block is "stop" and now_there is present
      change "Stop uploads to {{ count(now_there) }} buckets"
        for each bucket in now_there, at most 20
          supabase.limit_uploads(bucket: bucket.id, largest_file_bytes: 1)
          undo
            supabase.limit_uploads(bucket: bucket.id, largest_file_bytes: bucket.largest_file_bytes)
      on failure conflict, invalid, not_found, rate_limited, timeout, unauthorized, unavailable
        note "Uploads go on, at least to some buckets"

  # By the Storage API: a DELETE of rows is refused, and would leave the bytes behind. In portions, listed first.
  step "Clean up temporary files", timeout 10s, covers RB-015/resolve/2.1
    portions = query all at most 30 rows
      SELECT (n - 1) / 100 AS portion, coalesce(array_agg(name ORDER BY n), '{}') AS names, count(*) AS files,
             coalesce(sum(bytes), 0)::bigint AS bytes
      FROM (
        SELECT coalesce(name, '') AS name, coalesce((metadata ->> 'size')::bigint, 0) AS bytes,
               row_number() OVER (ORDER BY created_at, name) AS n
        FROM storage.objects
        WHERE bucket_id = :temporary AND created_at < now() - :keep
      ) AS old
      GROUP BY portion
      ORDER BY portion
    if portions is not empty
      change "Remove {{ sum(portions each it.files) }} files of {{ temporary }}, older than {{ keep }}"
        allow W430 "thirty portions that take all their time are more files than were ever there"
        for each portion in portions, at most 30
          supabase.remove_files(bucket: temporary, names: portion.names)
          irreversible "files are removed with their bytes; their names stand in the plan"
        approve by on_call or engineering_manager
    on failure conflict, invalid, not_found, rate_limited, timeout, too_many, unauthorized, unavailable
      note "Old files are still there, or some of them"

  step "Let uploads in again", timeout 10s
    if block is "stop" and now_there is present
      change "Let uploads in again to {{ count(now_there) }} buckets"
        for each bucket in now_there, at most 20
          supabase.limit_uploads(bucket: bucket.id, largest_file_bytes: bucket.largest_file_bytes)
          undo
            supabase.limit_uploads(bucket: bucket.id, largest_file_bytes: 1)
      on failure conflict, invalid, not_found, rate_limited, timeout, unauthorized, unavailable
        escalate "Uploads are still stopped, at least to some buckets" to tech_lead
          impact "Nobody can upload files there"
          next   "Set the buckets' limits in Supabase, Storage, as the report lists them"
        stop handed over "Uploads are still stopped"
  step "Look at what is left"
    left = query value
      SELECT coalesce(sum((metadata ->> 'size')::bigint), 0)::bigint FROM storage.objects
    if left * 5 > quota * 4
      allow W431 "five things are asked one after the other; after two hours the policy calls the tech lead"
      manual "{{ left }} of {{ quota }} bytes are still used. Upgrade the plan, or move large files to cheaper storage: the report lists the {{ count(largest) }} largest" within 30m by on_call
        give done: text "What was done?"
    on failure timeout, unavailable
      note "How much is used now could not be read"

otherwise
  escalate "Storage answers, and less than 80% of the quota is used" to tech_lead
    impact "Uploads fail for somebody"
    next   "Look at the size limits of the buckets, and at the policies on storage.objects"
  stop handed over "The quota is not what stops uploads"

verify
  step "Storage answers"
    within 5m checking every 30s
      again = try supabase.buckets()
      until again is present

prevent
  - Monitor storage usage daily, covers RB-015/prevent/1
  - Alert at 80% quota, covers RB-015/prevent/2
  - Implement file retention policy, covers RB-015/prevent/3, RB-015/resolve/2
  - Compress media on upload, covers RB-015/prevent/4, RB-015/resolve/2.2
  - Move old files to cheaper storage (S3 Glacier), covers RB-015/resolve/2.3
