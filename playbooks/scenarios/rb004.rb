scenarios for RB-004

world one_slow_query "One report reads everything" default
  supabase.machine(cpu: 95)
  table pg_stat_user_tables
    | schemaname | relname       | seq_scan | idx_scan | seq_tup_read |
    | public     | messages      | 4000     | null     | 90000000     |
    | public     | conversations | 20       | 90000    | 4000         |
  table pg_stat_activity
    | pid  | usename       | application_name | state               | backend_start | query_start | query                                       | wait_event |
    | 4711 | authenticator | dashboard        | active              | = 2h ago      | = 12m ago   | SELECT count(*) FROM messages m, messages n | null       |
    | 4712 | authenticator | api              | idle in transaction | = 1h ago      | = 2s ago    | SELECT 1                                    | null       |
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 30s

world deaf_query "A statement that hears no cancel"
  supabase.machine(cpu: 95)
  table pg_stat_user_tables
    | schemaname | relname       | seq_scan | idx_scan | seq_tup_read |
    | public     | messages      | 4000     | null     | 90000000     |
    | public     | conversations | 20       | 90000    | 4000         |
  table pg_stat_activity
    | pid  | usename       | application_name | state               | backend_start | query_start | query                                       | wait_event  |
    | 4711 | authenticator | dashboard        | active              | = 2h ago      | = 12m ago   | SELECT count(*) FROM messages m, messages n | ClientWrite |
    | 4712 | authenticator | api              | idle in transaction | = 1h ago      | = 2s ago    | SELECT 1                                    | null        |
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 30s

world table_scanned "Messages are read from end to end"
  supabase.machine(cpu: 92)
  table pg_stat_user_tables
    | schemaname | relname       | seq_scan | idx_scan | seq_tup_read |
    | public     | messages      | 4000     | null     | 90000000     |
    | public     | conversations | 20       | 90000    | 4000         |
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 30s

world too_much_work "Many small statements, and a small machine"
  supabase.machine(cpu: 97)
  table pg_stat_user_tables
    | schemaname | relname       | seq_scan | idx_scan | seq_tup_read |
    | public     | messages      | 4000     | null     | 90000000     |
    | public     | conversations | 20       | 90000    | 4000         |
  table extensions.pg_stat_statements
    | query                  | calls | total_exec_time | mean_exec_time | rows |
    | SELECT * FROM messages | 9000  | 7200000         | 800            | 90   |
  person on_call answers "Reduce the concurrency" with {done: "email-sync is at 2, set it back to 10"} after 1m
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 30s

world calm "The machine has room"
  supabase.machine(cpu: 15)
  table pg_stat_user_tables
    | schemaname | relname       | seq_scan | idx_scan | seq_tup_read |
    | public     | messages      | 4000     | null     | 90000000     |
    | public     | conversations | 20       | 90000    | 4000         |
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 30s

world busy_alone "A busy machine, and nobody at hand"
  supabase.machine(cpu: 97)
  table pg_stat_user_tables
    | schemaname | relname       | seq_scan | idx_scan | seq_tup_read |
    | public     | messages      | 4000     | null     | 90000000     |
    | public     | conversations | 20       | 90000    | 4000         |
  table extensions.pg_stat_statements
    | query                  | calls | total_exec_time | mean_exec_time | rows |
    | SELECT * FROM messages | 9000  | 7200000         | 800            | 90   |
  contact on_call email "on.call@alacartechat.test"
  person on_call never answers

scenario "the statement is cancelled" in one_slow_query
  at 95s
    supabase.machine(cpu: 30)
  expect found long_running
  expect not found index_missing
  expect not found too_small
  expect changed "Cancel what authenticator runs in 4711"
  expect table pg_stat_activity where pid = 4711
    | state |
    | idle  |
  expect table pg_stat_activity where pid = 4712
    | state               |
    | idle in transaction |
  expect resolved within 5m
  expect no escalation

scenario "the statement ends by itself" in one_slow_query
  at 80s
    postgres.session_ends(pid: 4711)
  at 80s
    supabase.machine(cpu: 30)
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect resolved within 5m
  expect no escalation

scenario "the session is terminated" in deaf_query
  at 2m30s
    supabase.machine(cpu: 30)
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect changed "Terminate session 4711 of authenticator"
  expect table pg_stat_activity where pid = 4711 absent
  expect resolved within 6m
  expect no escalation

scenario "the machine stays busy" in one_slow_query
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect escalated to engineering_manager

scenario "the engineer spares the statement" in one_slow_query
  person on_call refuses "Cancel" after 1m
  expect found long_running
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody decides about the statement" in one_slow_query
  person on_call never answers
  expect found long_running
  expect asked 1 time "Cancel"
  expect nothing changed
  expect escalated to engineering_manager

scenario "a crash while the statement is cancelled" in one_slow_query
  crash during "Cancel what authenticator runs in 4711" before the answer
  at 95s
    supabase.machine(cpu: 30)
  expect the same as "the statement is cancelled"

scenario "the database is down when the statement is cancelled" in one_slow_query
  fault postgres refuses with unavailable or conflict during "Cancel what authenticator runs in 4711"
  expect found long_running
  expect asked 1 time "Cancel"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the database is away while the statement ends" in deaf_query
  fault postgres down from 94s to 99s
  at 2m30s
    supabase.machine(cpu: 30)
  expect the same as "the session is terminated"

scenario "the engineer spares the session" in deaf_query
  person on_call refuses "Terminate" after 1m
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect not changed "Terminate session 4711 of authenticator"
  expect escalated to engineering_manager

scenario "nobody decides about the session" in deaf_query
  person on_call approves "Cancel" after 30s
  person on_call never answers
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect asked 1 time "Terminate"
  expect not changed "Terminate session 4711 of authenticator"
  expect escalated to engineering_manager

scenario "a crash while the session is terminated" in deaf_query
  crash during "Terminate session 4711 of authenticator" before the answer
  at 2m30s
    supabase.machine(cpu: 30)
  expect the same as "the session is terminated"

scenario "the database is down when the session is terminated" in deaf_query
  fault postgres refuses with unavailable or conflict during "Terminate session 4711 of authenticator"
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect asked 1 time "Terminate"
  expect not changed "Terminate session 4711 of authenticator"
  expect escalated to engineering_manager

scenario "an index is added" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  at 4m
    supabase.machine(cpu: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel, created_at desc" after 30s
  person on_call answers "A name" with "messages_channel_created" after 30s
  expect found index_missing
  expect not found long_running
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect changed "Build messages_channel_created on public.messages (channel, created_at desc)"
  expect resolved within 10m
  expect no escalation

scenario "the index was there" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  at 4m
    supabase.machine(cpu: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "conversation_id, created_at desc" after 30s
  person on_call answers "A name" with "messages_conversation" after 30s
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect changed "Build messages_conversation on public.messages (conversation_id, created_at desc)"
  expect resolved within 10m

scenario "there is no such column" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "chanel" after 30s
  person on_call answers "A name" with "messages_channel_created" after 30s
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect nothing changed
  expect asked 1 time "Build"
  expect escalated to engineering_manager

scenario "the index cannot be built" in table_scanned
  fault postgres refuses with conflict or unavailable during "Build messages_channel on public.messages (channel)"
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel" after 30s
  person on_call answers "A name" with "messages_channel" after 30s
  expect the same as "there is no such column"

scenario "the table is gone by now" in table_scanned
  at 0s
    table pg_stat_user_tables
      | schemaname | relname         | seq_scan | idx_scan | seq_tup_read |
      | public     | message_archive | 4000     | null     | 90000000     |
  at 30s
    postgres.scanned(table: "message_archive", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel" after 30s
  person on_call answers "A name" with "message_archive_channel" after 30s
  expect the same as "there is no such column"

scenario "nobody knows the table" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call never answers
  expect found index_missing
  expect asked 1 time "Which table"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer names no table" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call refuses "Which table" after 1m
  expect found index_missing
  expect asked 1 time "Which table"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody knows the columns" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call never answers
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer names no columns" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call refuses "Columns" after 1m
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody knows a name" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel, created_at desc" after 30s
  person on_call never answers
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer gives no name" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel, created_at desc" after 30s
  person on_call refuses "A name" after 1m
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer refuses the index" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel, created_at desc" after 30s
  person on_call answers "A name" with "messages_channel_created" after 30s
  person on_call refuses "Build" after 1m
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody approves the index" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel, created_at desc" after 30s
  person on_call answers "A name" with "messages_channel_created" after 30s
  person on_call never answers
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect asked 1 time "Build"
  expect nothing changed
  expect escalated to engineering_manager

scenario "a crash while the index is built" in table_scanned
  crash during "Build messages_channel_created on public.messages (channel, created_at desc)" before the answer
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  at 4m
    supabase.machine(cpu: 30)
  person on_call answers "Which table" with "1" after 30s
  person on_call answers "Columns" with "channel, created_at desc" after 30s
  person on_call answers "A name" with "messages_channel_created" after 30s
  expect found index_missing
  expect asked 1 time "Which table"
  expect asked 1 time "Columns"
  expect asked 1 time "A name"
  expect changed "Build messages_channel_created on public.messages (channel, created_at desc)"
  expect resolved within 10m

scenario "the database goes down while the table is chosen" in table_scanned
  at 30s
    postgres.scanned(table: "messages", rows: 9000000, times: 30)
  fault postgres down from 80s to 3h
  person on_call answers "Which table" with "1" after 30s
  expect found index_missing
  expect asked 1 time "Which table"
  expect nothing changed
  expect escalated to engineering_manager

scenario "a larger machine" in too_much_work
  at 7m
    supabase.machine(cpu: 30)
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager approves "Change the instance" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size? It is Micro now"
  expect changed "Change the instance to ci_medium"
  expect escalated to engineering_manager
  expect resolved within 20m

scenario "the limits are enough" in too_much_work
  at 3m
    supabase.machine(cpu: 30)
  person on_call answers "What shall be done?" with "nothing" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 15m

scenario "reading moves to a replica" in too_much_work
  at 10m
    supabase.machine(cpu: 30)
  person on_call answers "What shall be done?" with "replica" after 1m
  person on_call answers "add a read replica" with {region: "eu-west-1"} after 8m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "add a read replica"
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 20m

scenario "nobody adds the replica" in too_much_work
  person on_call answers "Reduce the concurrency" with {done: "email-sync is at 2"} after 1m
  person on_call answers "What shall be done?" with "replica" after 1m
  person on_call never answers
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "add a read replica"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer adds no replica" in too_much_work
  person on_call answers "What shall be done?" with "replica" after 1m
  person on_call refuses "add a read replica" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "add a read replica"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody limits anything" in too_much_work
  person on_call refuses "Reduce the concurrency" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody is there to limit anything" in busy_alone
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody says what shall be done" in too_much_work
  person on_call answers "Reduce the concurrency" with {done: "email-sync is at 2"} after 1m
  person on_call never answers
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer does not say what shall be done" in too_much_work
  person on_call refuses "What shall be done?" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody says which size" in too_much_work
  person on_call answers "Reduce the concurrency" with {done: "email-sync is at 2"} after 1m
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call never answers
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer names no size" in too_much_work
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call refuses "Which size?" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the manager refuses a larger machine" in too_much_work
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager refuses "Change the instance" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the manager does not answer" in too_much_work
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager never answers
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect asked 1 time "Change the instance"
  expect nothing changed
  expect escalated to engineering_manager

scenario "Supabase is away when the sizes are read" in too_much_work
  fault supabase unavailable from 3m30s to 3h
  person on_call answers "What shall be done?" with "larger" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "Supabase is away when the size is changed" in too_much_work
  fault supabase refuses with conflict or invalid during "Change the instance to ci_medium"
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager approves "Change the instance" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the answer to the change is lost" in too_much_work
  fault supabase lost answer from 5m30s to 6m20s
  at 7m
    supabase.machine(cpu: 30)
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager approves "Change the instance" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect changed "Change the instance to ci_medium"
  expect escalated to engineering_manager
  expect resolved within 20m

scenario "the machine does not come back, it is taken back" in too_much_work
  at 5m30s
    supabase.health(service: "db", status: "UNHEALTHY")
  fault supabase unavailable from 7m to 7m30s
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager approves "Change the instance" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect escalated to engineering_manager
  expect undone "Change the instance to ci_medium"

scenario "the machine does not come back" in too_much_work
  at 5m30s
    supabase.health(service: "db", status: "UNHEALTHY")
  fault supabase unavailable from 7m to 7m30s
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager approves "Change the instance" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect changed "Change the instance to ci_medium"
  expect escalated to engineering_manager

scenario "the machine has room" in calm
  expect not found long_running
  expect not found index_missing
  expect not found too_small
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over within 2m

scenario "the metrics cannot be read" in one_slow_query
  fault supabase unavailable from 0s to 3h
  expect not judged too_small
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect escalated to engineering_manager

scenario "the second metrics cannot be read" in one_slow_query
  fault supabase unavailable from 30s to 3h
  expect not judged too_small
  expect found long_running
  expect changed "Cancel what authenticator runs in 4711"
  expect escalated to engineering_manager

scenario "the database goes down before the scans" in one_slow_query
  fault postgres down from 60313ms to 3h
  expect found long_running
  expect not judged index_missing
  expect asked 1 time "Cancel"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the database goes down behind the first metrics" in one_slow_query
  fault postgres down from 100ms to 3h
  expect not judged long_running
  expect nothing changed
  expect escalated to engineering_manager

scenario "the database is down" in one_slow_query
  fault postgres down from 0s to 3h
  expect not judged long_running
  expect nothing changed
  expect escalated to engineering_manager

scenario "the machine does not come back, and nobody decides" in too_much_work
  at 5m30s
    supabase.health(service: "db", status: "UNHEALTHY")
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_medium" after 1m
  person engineering_manager approves "Change the instance" after 1m
  expect found too_small
  expect asked 1 time "Reduce the concurrency"
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect changed "Change the instance to ci_medium"
  expect escalated to engineering_manager

scenario "Supabase is away while the machine is measured" in one_slow_query
  fault supabase unavailable from 2m20s to 2m40s
  at 95s
    supabase.machine(cpu: 30)
  expect the same as "the statement is cancelled"

not covered "in a minute a machine always counts some time: only two readings at one moment would have none"
  `cpu is present` of too_small fails
