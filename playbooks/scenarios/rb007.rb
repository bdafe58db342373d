scenarios for RB-007

world company "One business, and people who answer"
  acme  = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  inbox = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  shop  = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world job_missing "Nobody scheduled the job again after the move" like company default
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
    | :shop  | :acme       | shop@acme.test  | oauth     | imap.mail.test | null         | = 30d from now         |
  person on_call approves after 90s

world job_inactive "The job was put out of work" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | false  |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 3m ago   |
  person on_call approves after 90s

world job_failing "The job runs and fails" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
  table cron.job
    | jobid | jobname     | schedule    | command      | active |
    | 7     | sync-emails | */5 * * * * | SELECT 1 / 0 | true   |
  table cron.job_run_details
    | jobid | status | start_time |
    | 7     | failed | = 3m ago   |
  person on_call approves after 90s

world never_ran "The job has never run" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  person on_call approves after 90s

world scheduler_stopped "The scheduler stopped an hour ago" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 1h ago   |
  postgres.scheduler(runs: false)
  person on_call approves after 90s

world token_old "A token has expired" like company
  table email_accounts
    | id    | business_id | email          | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :shop | :acme       | shop@acme.test | oauth     | imap.mail.test | = 2h ago     | = 1h ago               |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 3m ago   |
  person on_call approves after 90s

world token_taken_back "The owner has taken the token back" like company
  table email_accounts
    | id    | business_id | email          | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at | last_error    |
    | :shop | :acme       | shop@acme.test | oauth     | imap.mail.test | = 2h ago     | = 1h ago               | invalid_grant |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 3m ago   |
  imap.mailbox(email: "shop@acme.test", locked: true)
  person on_call approves after 90s

world password_changed "The owner of one mailbox changed the password" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
    | :shop  | :acme       | shop@acme.test  | oauth     | imap.mail.test | = 15m ago    | = 30d from now         |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 3m ago   |
  imap.mailbox(email: "inbox@acme.test", locked: true)
  person on_call approves after 90s

world unreachable "The IMAP servers cannot be reached" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 3m ago   |
  person on_call approves after 90s
  person on_call answers "Check firewall" with {cause: "the provider moved"} after 4m

world behind "The job runs, the mailboxes answer, and yet nothing comes" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2h ago     | null                   |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 3m ago   |
  supabase.function(slug: "email-sync", verify_jwt: false)
  supabase.log(function: "email-sync", level: "error", text: "relation emails does not exist",
               at: 5m ago)

world in_time "Every account synced" like company
  table email_accounts
    | id     | business_id | email           | auth_kind | imap_host      | last_sync_at | oauth_token_expires_at |
    | :inbox | :acme       | inbox@acme.test | password  | imap.acme.test | = 2m ago     | null                   |
  table cron.job
    | jobid | jobname     | schedule    | command                                                                 | active |
    | 7     | sync-emails | */5 * * * * | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') | true   |
  table cron.job_run_details
    | jobid | status    | start_time |
    | 7     | succeeded | = 3m ago   |

scenario "the job is missing" in job_missing
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect table cron.job where jobname = sync-emails
    | schedule    | active |
    | */5 * * * * | true   |
  expect changed "Run email-sync once"
  expect resolved within 10m
  expect no escalation

scenario "the job is inactive" in job_inactive
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect table cron.job where jobname = sync-emails
    | jobid | schedule    | active |
    | 7     | */5 * * * * | true   |
  expect changed "Run email-sync once"
  expect resolved within 10m
  expect no escalation

scenario "the job fails" in job_failing
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect table cron.job where jobname = sync-emails
    | jobid | schedule    | active |
    | 7     | */5 * * * * | true   |
  expect changed "Run email-sync once"
  expect resolved within 10m
  expect no escalation

scenario "the job has never run" in never_ran
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect table cron.job where jobname = sync-emails
    | jobid | schedule    | active |
    | 7     | */5 * * * * | true   |
  expect changed "Run email-sync once"
  expect resolved within 10m
  expect no escalation

scenario "the scheduler stopped" in scheduler_stopped
  at 4m
    postgres.scheduler(runs: true)
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect table cron.job where jobname = sync-emails
    | jobid | schedule    | active |
    | 7     | */5 * * * * | true   |
  expect changed "Run email-sync once"
  expect resolved within 10m
  expect no escalation

scenario "pg_cron is not enabled" in job_missing
  at 0s
    sql
      DELETE FROM pg_extension WHERE extname = 'pg_cron'
  at 3m
    table pg_extension
      | extname |
      | pg_cron |
  person on_call answers "enable pg_cron" with true after 4m
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect asked 1 time "enable pg_cron"
  expect changed "Run email-sync once"
  expect resolved within 12m
  expect no escalation

scenario "nobody hears that the job was scheduled" in job_missing
  fault postgres lost answer during "Schedule sync-emails every 5 minutes"
  expect the same as "the job is missing"

scenario "pg_cron is taken away while somebody approves" in job_missing
  at 1m
    sql
      DELETE FROM pg_extension WHERE extname = 'pg_cron'
  expect the same as "the database is down when the job is scheduled"

scenario "pg_cron is said to be enabled, and is not" in job_missing
  at 0s
    sql
      DELETE FROM pg_extension WHERE extname = 'pg_cron'
  person on_call answers "enable pg_cron" with true after 4m
  expect found cron_stopped
  expect asked 1 time "enable pg_cron"
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody enables pg_cron" in job_missing
  at 0s
    sql
      DELETE FROM pg_extension WHERE extname = 'pg_cron'
  person on_call never answers
  expect found cron_stopped
  expect asked 1 time "enable pg_cron"
  expect nothing changed
  expect escalated to tech_lead

scenario "the scheduled job does not run" in job_missing
  at 0s
    postgres.scheduler(runs: false)
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect not changed "Run email-sync once"
  expect escalated to tech_lead

scenario "the job runs and the accounts stay behind" in job_missing
  fault app "email-sync" down
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect not changed "Run email-sync once"
  expect escalated to tech_lead

scenario "a token has expired" in token_old
  expect found token_expired
  expect not found cron_stopped
  expect changed "Refresh the OAuth tokens of 1 accounts"
  expect changed "Run email-sync once"
  expect resolved within 12m
  expect no escalation

scenario "the token cannot be refreshed" in token_taken_back
  expect found token_expired
  expect changed "Refresh the OAuth tokens of 1 accounts"
  expect escalated to tech_lead

scenario "a password was changed" in password_changed
  expect found password_refused
  expect not found token_expired
  expect sent email to "owner@acme.test" with "Please connect inbox@acme.test again"
  expect changed "Run email-sync once"
  expect handed over within 12m
  expect no escalation

scenario "the servers cannot be reached" in unreachable
  fault imap unavailable from 0s to 4m
  expect found imap_unreachable
  expect not found cron_stopped
  expect asked 1 time "Check firewall"
  expect changed "Run email-sync once"
  expect resolved within 12m
  expect no escalation

scenario "the servers are back before anybody looks" in unreachable
  fault imap unavailable from 0s to 2m
  expect the same as "the servers cannot be reached"

scenario "the servers stay out of reach" in unreachable
  fault imap unavailable from 0s to 3h
  expect found imap_unreachable
  expect asked 1 time "Check firewall"
  expect nothing changed
  expect escalated to tech_lead

scenario "the accounts sync again, and the servers stay out of our reach" in unreachable
  fault imap unavailable from 0s to 3h
  at 5m
    sql
      UPDATE email_accounts SET last_sync_at = now()
  expect found imap_unreachable
  expect asked 1 time "Check firewall"
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody looks at the firewall" in unreachable
  fault imap unavailable from 0s to 3h
  person on_call never answers
  expect found imap_unreachable
  expect asked 1 time "Check firewall"
  expect nothing changed
  expect escalated to tech_lead

scenario "the job runs, the mailboxes answer" in behind
  expect not found cron_stopped
  expect not found token_expired
  expect not found imap_unreachable
  expect not found password_refused
  expect nothing changed
  expect escalated to tech_lead with "accounts have not synced for 10 minutes"
  expect handed over within 1m

scenario "no account is behind" in in_time
  expect not found cron_stopped
  expect nothing changed
  expect escalated to tech_lead with "Every mail account synced"
  expect handed over within 1m with "No account is behind"

scenario "no account is behind, and a mailbox is closed" in in_time
  at 0s
    imap.mailbox(email: "inbox@acme.test", locked: true)
  expect not found password_refused
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead
  expect handed over within 1m

scenario "pg_cron was switched off a moment ago" in behind
  at 0s
    sql
      DELETE FROM pg_extension WHERE extname = 'pg_cron'
  expect found cron_stopped
  expect asked 1 time "enable pg_cron"
  expect nothing changed
  expect escalated to tech_lead

scenario "the engineer refuses" in job_missing
  person on_call refuses "Schedule" after 1m
  expect found cron_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody answers" in job_missing
  person on_call never answers
  expect found cron_stopped
  expect asked 1 time "Schedule sync-emails"
  expect nothing changed
  expect escalated to tech_lead

scenario "a crash while the job is scheduled" in job_missing
  crash during "Schedule sync-emails every 5 minutes" before the answer
  expect the same as "the job is missing"

scenario "the database is down" in job_missing
  fault postgres down from 0s to 3h
  expect not judged cron_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "the database is down when the job is scheduled" in job_missing
  fault postgres refuses with unavailable or invalid during "Schedule sync-emails every 5 minutes"
  expect found cron_stopped
  expect asked 1 time "Schedule sync-emails every 5 minutes"
  expect nothing changed
  expect escalated to tech_lead

scenario "the logs cannot be read" in job_missing
  fault supabase unavailable from 0s to 1m
  expect the same as "the job is missing"

scenario "the database goes down behind the accounts" in job_missing
  fault postgres down from 1ms to 3h
  expect not judged cron_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "the database goes down behind the logs" in job_missing
  fault postgres down from 309ms to 3h
  expect not judged cron_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "the database goes down behind the extension" in job_missing
  fault postgres down from 312ms to 3h
  expect not judged cron_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "the database goes down behind the job" in job_missing
  fault postgres down from 315ms to 3h
  expect not judged cron_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "the database goes down behind its runs" in job_missing
  fault postgres down from 320ms to 3h
  expect not judged cron_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "the engineer does not enable pg_cron" in job_missing
  at 0s
    sql
      DELETE FROM pg_extension WHERE extname = 'pg_cron'
  person on_call refuses "enable pg_cron" after 4m
  expect found cron_stopped
  expect asked 1 time "enable pg_cron"
  expect nothing changed
  expect escalated to tech_lead

scenario "the database goes down while pg_cron is enabled" in job_missing
  fault postgres down from 241400ms to 3h
  at 0s
    sql
      DELETE FROM pg_extension WHERE extname = 'pg_cron'
  at 3m
    table pg_extension
      | extname |
      | pg_cron |
  person on_call answers "enable pg_cron" with true after 4m
  expect found cron_stopped
  expect asked 1 time "enable pg_cron"
  expect nothing changed
  expect escalated to tech_lead

scenario "the runs cannot be read for a minute" in job_missing
  fault postgres down from 3m to 4m
  expect the same as "the job is missing"

scenario "nobody lets the tokens be refreshed" in token_old
  person on_call never answers
  expect found token_expired
  expect asked 1 time "Refresh the OAuth tokens"
  expect nothing changed
  expect escalated to tech_lead

scenario "the engineer refuses to refresh tokens" in token_old
  person on_call refuses "Refresh the OAuth tokens" after 1m
  expect found token_expired
  expect nothing changed
  expect escalated to tech_lead

scenario "the function that refreshes is down" in token_old
  fault app "oauth-refresh-tokens" down
  expect found token_expired
  expect nothing changed
  expect asked 1 time "Refresh the OAuth tokens"
  expect escalated to tech_lead

scenario "the answer of the refresh is lost" in token_old
  fault supabase lost answer from 80s to 100s
  person on_call answers "Was this done" with "applied" after 1m
  expect found token_expired
  expect asked 1 time "Was this done"
  expect changed "Refresh the OAuth tokens of 1 accounts"
  expect changed "Run email-sync once"
  expect resolved within 12m

scenario "Supabase limits the rate when tokens are refreshed" in token_old
  fault supabase refuses with not_found or conflict or invalid during "Refresh the OAuth tokens of 1 accounts"
  expect found token_expired
  expect nothing changed
  expect asked 1 time "Refresh the OAuth tokens"
  expect escalated to tech_lead

scenario "Supabase limits the rate of the last sync" in token_old
  fault supabase refuses with not_found or conflict or invalid during "Run email-sync once"
  at 5m
    sql
      UPDATE email_accounts SET last_sync_at = now()
  expect found token_expired
  expect changed "Refresh the OAuth tokens of 1 accounts"
  expect not changed "Run email-sync once"
  expect escalated to tech_lead

scenario "the database goes down when tokens are refreshed" in token_old
  fault postgres down from 90815ms to 3h
  expect found token_expired
  expect changed "Refresh the OAuth tokens of 1 accounts"
  expect escalated to tech_lead

scenario "the engineer does not look at the firewall" in unreachable
  fault imap unavailable from 0s to 3h
  person on_call refuses "Check firewall" after 1m
  expect found imap_unreachable
  expect asked 1 time "Check firewall"
  expect nothing changed
  expect escalated to tech_lead

scenario "the owner cannot be told" in password_changed
  fault email refuses with conflict or invalid during "email.send"
  expect found password_refused
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the mail to the owner is lost on its way" in password_changed
  fault email lost answer from 0s to 5s
  expect the same as "a password was changed"

scenario "the database is away while the accounts sync" in job_missing
  at 4m
    table cron.job_run_details
      | jobid | status    | start_time |
      | 1     | succeeded | = now      |
  at 6m
    sql
      UPDATE email_accounts SET last_sync_at = now()
  fault postgres down from 5m to 5m20s
  expect the same as "the job is missing"

scenario "the engineer refuses the last sync" in job_missing
  person on_call refuses "Run email-sync" after 1m
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect not changed "Run email-sync once"
  expect escalated to tech_lead

scenario "nobody approves the last sync" in job_missing
  person on_call approves "Schedule" after 90s
  person on_call never answers
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect asked 1 time "Run email-sync once"
  expect not changed "Run email-sync once"
  expect escalated to tech_lead

scenario "email-sync is down at the end" in job_missing
  fault app "email-sync" down from 5m10s to 3h
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect asked 1 time "Run email-sync once"
  expect not changed "Run email-sync once"
  expect escalated to tech_lead

scenario "the answer of the last sync is lost" in job_missing
  fault supabase lost answer from 6m to 7m10s
  expect the same as "the job is missing"

scenario "the servers answer again and fail once more" in unreachable
  fault imap unavailable from 0s to 4m20s
  expect the same as "the servers cannot be reached"

scenario "the accounts fall behind again" in token_old
  fault app "email-sync" down from 9m to 3h
  at 6m
    sql
      UPDATE email_accounts SET last_sync_at = now()
  expect found token_expired
  expect changed "Refresh the OAuth tokens of 1 accounts"
  expect changed "Run email-sync once"
  expect resolved within 12m

scenario "the scheduled job is taken back" in job_missing
  at 0s
    postgres.scheduler(runs: false)
  person on_call approves "Take back what was done?" after 1m
  expect found cron_stopped
  expect undone "Schedule sync-emails every 5 minutes"
  expect table cron.job where jobname = sync-emails absent
  expect escalated to tech_lead

scenario "the scheduled job stays" in job_missing
  at 0s
    postgres.scheduler(runs: false)
  person on_call refuses "Take back what was done?" after 1m
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect not changed "Run email-sync once"
  expect escalated to tech_lead

scenario "the former job is put back" in job_inactive
  at 0s
    postgres.scheduler(runs: false)
  person on_call approves "Take back what was done?" after 1m
  expect found cron_stopped
  expect undone "Schedule sync-emails every 5 minutes"
  expect table cron.job where jobname = sync-emails
    | command                                                                 |
    | SELECT net.http_post(url := 'https://app.test/functions/v1/email-sync') |
  expect escalated to tech_lead

scenario "the mailboxes close their doors before the last sync" in job_missing
  at 6m30s
    imap.mailbox(email: "inbox@acme.test", locked: true)
    imap.mailbox(email: "shop@acme.test", locked: true)
  person on_call approves "Run email-sync" after 14m
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect changed "Run email-sync once"
  expect escalated to tech_lead

scenario "the database goes down behind the last sync" in job_missing
  fault postgres down from 6m33s to 3h
  expect found cron_stopped
  expect not found token_expired
  expect changed "Schedule sync-emails every 5 minutes"
  expect changed "Run email-sync once"
  expect escalated to tech_lead

not covered "every mailbox that fails is a line of its answer; only a list of something else is refused"
  `imap.probe` refused in "Log in to the mailboxes"
  `imap.probe` refused in "Check the connection"
