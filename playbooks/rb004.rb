runbook RB-004 "Database High CPU (>80%)"

severity P1
mttr     10m
alerts   DatabaseHighCpu
tags     database, performance

input longer_than: duration = 1m   "Statements that run longer than this are looked at"
input scanned: int = 1000000 "Rows that scans of one table read in a minute, from where an index is missing"

symptoms
  - Slow dashboard loading, covers RB-004/symptoms/1
  - Queries timing out, covers RB-004/symptoms/2
  - High database CPU alert, covers RB-004/symptoms/3

diagnose
  # Every counter here counts up since the server began: only the difference over a minute says something about now.
  step "Look for a minute", covers RB-004/diagnose/1
    cpu_before = supabase.metrics()
    tables_before = query all at most 5000 rows
      SELECT coalesce(schemaname || '.' || relname, '') AS name, coalesce(seq_tup_read, 0) AS rows_read
      FROM pg_stat_user_tables
    wait 1m
    cpu_after = supabase.metrics()
    cpu = percent(cpu_after.cpu_busy_ms - cpu_before.cpu_busy_ms,
                  of: cpu_after.cpu_ms - cpu_before.cpu_ms)

  # Clients' sessions only, each known by process and start: a process number alone is soon somebody else's.
  step "Find slow queries", covers RB-004/diagnose/2
    running = query all at most 10 rows
      SELECT coalesce(pid, 0) AS pid, coalesce(usename, '?') AS role, coalesce(application_name, '') AS application,
             coalesce(state, '?') AS state, coalesce(backend_start, now()) AS backend_start,
             coalesce(query_start, now()) AS query_start,
             coalesce(now() - query_start, interval '0') AS duration, coalesce(left(query, 100), '') AS snippet
      FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND datname = current_database() AND state <> 'idle'
        AND pid <> pg_backend_pid()
      ORDER BY duration DESC
      LIMIT 10
    long = running where it.state is "active" and it.duration > longer_than

  # Tables without any index have no `idx_scan` at all; the document's comparison left out exactly those.
  step "Check for missing indexes", covers RB-004/diagnose/3
    scans = query all at most 10 rows
      SELECT coalesce(s.schemaname || '.' || s.relname, '') AS name, coalesce(s.seq_scan, 0) AS seq_scans,
             coalesce(s.idx_scan, 0) AS index_scans, s.seq_tup_read - b.rows_read AS rows_read
      FROM pg_stat_user_tables s
      JOIN unnest(:tables_before.name, :tables_before.rows_read) AS b(name, rows_read)
        ON b.name = s.schemaname || '.' || s.relname
      WHERE s.seq_tup_read - b.rows_read >= :scanned
      ORDER BY s.seq_tup_read - b.rows_read DESC
      LIMIT 10

  step "Find what costs most", covers RB-004/resolve/2.2.*
    costly = query all at most 10 rows
      SELECT left(query, 100) AS snippet, calls, mean_exec_time, rows
      FROM extensions.pg_stat_statements
      ORDER BY total_exec_time DESC
      LIMIT 10

  finding long_running "Statements run for longer than they should", covers RB-004/resolve/1
    long is not empty

  finding index_missing "Large tables are read from end to end", covers RB-004/resolve/2, RB-004/resolve/2.1
    scans is not empty

  finding too_small "The machine is busy, and no single statement is why", covers RB-004/resolve/2.3
    cpu is present
    cpu > 80%
    long is empty
    scans is empty

resolve long_running
  allow W430 "one statement takes half a minute; ten that will not be cancelled are rare"
  for each statement in long, at most 10
    step "End {{ statement.snippet }}", timeout 5s, covers RB-004/resolve/1.1
      # First the statement alone: its client sees an error and may go on. A backup or a migration is a person's to spare.
      change "Cancel what {{ statement.role }} runs in {{ statement.pid }}"
        postgres.cancel(pid: statement.pid, backend_start: statement.backend_start,
                        query_start: statement.query_start)
        irreversible "what it did not commit is lost, and its client sees an error"
      within 20s checking every 5s
        left = query value
          SELECT count(*) FROM pg_stat_activity
          WHERE pid = :statement.pid AND backend_start = :statement.backend_start
            AND query_start = :statement.query_start AND state = 'active'
        until left is 0
      else
        change "Terminate session {{ statement.pid }} of {{ statement.role }}"
          postgres.terminate(pid: statement.pid, backend_start: statement.backend_start)
          irreversible "its connection breaks, and what it did not commit is lost"

resolve index_missing
  step "Decide on the index", covers RB-004/resolve/2.1
    table = choose "Which table needs an index?" from scans showing it.name within 10m by on_call
    existing = query all at most 50 rows
      SELECT indexname, indexdef FROM pg_indexes WHERE schemaname || '.' || tablename = :table.name
    columns = ask "Columns that the slow query filters and sorts by, in order (conversation_id, created_at desc)": text within 10m by on_call
    index = ask "A name for the index": text within 10m by on_call
  # Outside any transaction, so that writers go on; what a failed attempt leaves behind is dropped.
  step "Add the index", timeout 3m, covers RB-004/resolve/2.1
    built = change "Build {{ index }} on {{ table.name }} ({{ columns }})"
      allow W430 "an index of a large table takes its minutes, and nobody waits for it to read or write"
      postgres.create_index(table: table.name, name: index, columns: columns)
      undo
        postgres.drop_index(table: table.name, name: index)
    if built.result is "existed"
      note "{{ index }} was there already: it is not the index that is missing"

resolve too_small
  escalate "The database is at {{ cpu }}, and no single statement is why" to engineering_manager
    impact "Everything that reads the database is slow"
    next   "Say how much a larger instance may cost"
  step "Add temporary rate limiting", covers RB-004/resolve/1.2.*
    manual "Reduce the concurrency of edge functions, or put their requests into a queue" within 10m by on_call
      give done: text "What was reduced, and how is it undone?"
  step "Scale the database", covers RB-004/resolve/2.3.*
    way = choose "The machine is at {{ cpu }}. What shall be done?" within 15m by on_call
      larger  "A larger instance: it costs more, and the database restarts"
      replica "A read replica: it helps where reading can be moved there"
      nothing "Nothing: the limits are enough until the statements are better"
    match way
      when "larger"
        addons = supabase.addons()
        former = first(addons where it.kind is "compute_instance")
        size = ask "Which size? It is {{ former.name if former is present else "the smallest" }} now": one of ci_small or ci_medium or ci_large or ci_xlarge or ci_2xlarge within 10m by on_call
        change "Change the instance to {{ size }}"
          supabase.set_addon(kind: "compute_instance", variant: size)
          approve by engineering_manager
          undo
            supabase.set_addon(kind: "compute_instance",
                               variant: former.variant if former is present else "ci_micro")
        allow W430 "the database restarts in its own time; the engineering manager knows"
        within 5m checking every 15s
          states = supabase.health(services: ["db"])
          until all(states each it.healthy)
      when "replica"
        manual "Supabase Dashboard, Database, Replication: add a read replica and move reading there" within 1h by on_call
          give region: text "In which region?"
      when "nothing"
        note "{{ count(costly) }} statements cost most: WHERE clauses, LIMIT and pages make them cheaper"

otherwise
  escalate "The CPU alert came, and the machine is at {{ cpu if cpu is present else "a use nobody can tell" }}"
    impact "No statement runs long and no table is scanned: the dashboard is slow for another reason"
    next   "Look at the functions' errors (RB-014) and at the connections"
  stop handed over "The database is not busy now"

verify
  # Measured from here on: the minutes before say how it was.
  step "The machine has room again"
    cpu_then = supabase.metrics()
    within 3m checking every 1m
      cpu_now = supabase.metrics()
      use = percent(cpu_now.cpu_busy_ms - cpu_then.cpu_busy_ms,
                    of: cpu_now.cpu_ms - cpu_then.cpu_ms)
      until use is present and use <= 80%

prevent
  - Monitor slow query log daily, covers RB-004/prevent/1
  - Review database performance weekly, covers RB-004/prevent/2
  - Proactively add indexes for common queries, covers RB-004/prevent/3
