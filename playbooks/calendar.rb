# The document's maintenance calendar. A task without a body is ticked off by a person.
calendar "À La Carte Chat"

daily at 09:00 for on_call
  task "Check the daily system report email"
    manual "Open the daily system report and read it" within 2h by on_call
      give worrying: optional text "What in it needs somebody's attention?"
  task "Review critical alerts"
    manual "Go through the alerts of severity P0 and P1 since yesterday" within 2h by on_call
      give open: int "How many of them have no incident and no explanation?"
  # A budget of 5% for each channel, as RB-002 alerts at it.
  task "Check error budgets"
    budgets = query all at most 20 rows
      SELECT channel, count(*) AS total, count(*) FILTER (WHERE status IN ('failed', 'undelivered')) AS failed
      FROM messages
      WHERE direction = 'outbound' AND created_at > now() - interval '24 hours'
      GROUP BY channel
      ORDER BY channel
    note "{{ sum(budgets each it.failed) }} of {{ sum(budgets each it.total) }} messages failed since yesterday"
    spent = budgets where it.total >= 20 and percent(it.failed, of: it.total) > 5%
    check spent is empty
      else "More than 5% failed on {{ spent each it.channel }}"

weekly on monday at 10:00 for on_call
  task "Review slow query log"
    slow = query all at most 20 rows
      SELECT coalesce(left(query, 100), '') AS snippet, calls, mean_exec_time
      FROM extensions.pg_stat_statements
      WHERE mean_exec_time > 500
      ORDER BY total_exec_time DESC
      LIMIT 20
    note "{{ count(slow) }} statements take more than half a second each time"
    if slow is not empty
      manual "Look at {{ slow each it.snippet }}: would an index, a LIMIT or pages help?" within 1d by on_call
        give tasks: text "What will be done?"
  # Every function, for the ones that take webhooks are the ones that must not fail.
  task "Check webhook success rate"
    traffic = supabase.function_calls(since: 24h ago)
    for each one in traffic, at most 100
      rate = percent(one.calls - one.failed, of: one.calls)
      if rate is present
        note "{{ one.function }}: {{ rate }} of {{ one.calls }} requests succeeded"
        check rate >= 95%
          else "{{ one.function }} fails at {{ one.failed }} of {{ one.calls }} requests"
  # The size of an object is in its metadata.
  task "Review storage usage"
    buckets = query all at most 100 rows
      SELECT coalesce(bucket_id, '') AS bucket, count(*) AS files,
             coalesce((sum((metadata ->> 'size')::bigint) / 1048576)::bigint, 0) AS megabytes
      FROM storage.objects
      GROUP BY bucket_id
      ORDER BY 3 DESC
    note "{{ sum(buckets each it.megabytes) }} MB in {{ sum(buckets each it.files) }} files"
  # No public API tells whether a backup can be restored.
  task "Check backup success"
    manual "Supabase Dashboard, Database, Backups: is there one of every day of the week?" within 4h by on_call
      give newest: date "Of which day is the newest?"

monthly on day 1 at 10:00 for tech_lead
  task "Review PIRs"
    manual "Go through the reviews of this month's P0 and P1: are their action items done?" within 5d by tech_lead
      give late: int "How many action items are late?"
  task "Update runbooks"
    manual "Go through what this month's incidents taught, and change the playbooks" within 5d by tech_lead
      give changed: text "Which playbooks were changed?"
  task "Review SLOs"
  task "Conduct fire drill"
    manual "Run `rbengine drill` on one P0 and one P1 playbook" within 5d by tech_lead
      give minutes: int "How many minutes did it take?"
