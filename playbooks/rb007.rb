runbook RB-007 "Email Sync Stopped"

severity P2
mttr     20m
alerts   EmailSyncStale
tags     email, cron

symptoms
  - New emails not appearing in inbox, covers RB-007/symptoms/1
  - Last sync time > 10 minutes ago, covers RB-007/symptoms/2
  - `email_accounts.last_sync_at` not updating, covers RB-007/symptoms/3

diagnose
  # The oldest first, and those that never synced before them: the document listed the healthiest.
  step "Check last sync times", covers RB-007/diagnose/1
    stale = query all at most 200 rows
      SELECT a.id, a.email, a.last_sync_at, now() - a.last_sync_at AS since_sync, a.last_error, a.auth_kind,
             a.oauth_token_expires_at, a.imap_host AS host, a.imap_port AS port, b.name AS business, b.owner_email
      FROM email_accounts a
      JOIN businesses b ON b.id = a.business_id
      WHERE a.is_active AND a.sync_enabled
        AND (a.last_sync_at IS NULL OR a.last_sync_at < now() - interval '10 minutes')
      ORDER BY a.last_sync_at ASC NULLS FIRST

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Check edge function logs", covers RB-007/diagnose/2.*
    errors = supabase.error_groups(functions: ["email-sync"], since: 1h ago)

  # A run that succeeded has only queued the call of the function; whether that answered is in `net._http_response`.
  step "Check cron job", covers RB-007/diagnose/3, RB-007/resolve/1.1
    extension = query maybe
      SELECT extversion FROM pg_extension WHERE extname = 'pg_cron'
    job = query maybe
      SELECT jobid, schedule, command, active FROM cron.job WHERE jobname = 'sync-emails'
    last_run = query maybe
      SELECT coalesce(d.status, 'unknown') AS status, d.return_message, coalesce(d.start_time, now()) AS started
      FROM cron.job_run_details d
      JOIN cron.job j ON j.jobid = d.jobid
      WHERE j.jobname = 'sync-emails' AND d.start_time IS NOT NULL
      ORDER BY d.start_time DESC
      LIMIT 1
    answers = query all at most 20 rows
      SELECT status_code, timed_out, error_msg, created FROM net._http_response
      WHERE created > now() - interval '1 hour' AND (timed_out OR status_code IS NULL OR status_code >= 400)
      ORDER BY created DESC
      LIMIT 20

  step "Log in to the mailboxes", timeout 1m, covers RB-007/resolve/2.1, RB-007/resolve/3.1
    mailboxes = stale each {email: it.email, host: it.host, port: it.port}
    logins    = imap.probe(mailboxes: mailboxes)

  step "Tell passwords from tokens", covers RB-007/resolve/2.2
    by_token      = stale where it.auth_kind is "oauth"
    refused       = logins where it.state is "refused"
    refused_mails = refused each it.email
    expired = by_token where it.email in refused_mails
      or (it.oauth_token_expires_at is present and it.oauth_token_expires_at < now)
    locked       = stale where it.auth_kind is "password" and it.email in refused_mails
    unreachable  = logins where it.state is "unreachable"
    locked_mails = locked each it.email
    waited       = stale where it.email not in locked_mails

  finding cron_stopped "The cron job is missing, inactive, failing or has not run for 10 minutes", covers RB-007/resolve/1
    either
      extension is absent
      job is absent
      not job.active
      last_run is absent
      last_run.started < 10m ago
      last_run.status is "failed"

  finding token_expired "OAuth tokens have expired"
    expired is not empty

  finding imap_unreachable "IMAP servers cannot be reached", covers RB-007/resolve/3
    unreachable is not empty

  finding password_refused "Mailboxes refuse the password that we have", covers RB-007/resolve/2
    locked is not empty

resolve cron_stopped
  step "Enable pg_cron", covers RB-007/resolve/1.1
    if extension is absent
      manual "Supabase Dashboard, Database, Extensions: enable pg_cron" within 15m by on_call
      enabled = query maybe
        SELECT extversion FROM pg_extension WHERE extname = 'pg_cron'
      check enabled is present
        else "pg_cron is still not enabled"
  # The key comes from Vault when the job runs: in the document it stood in the command, for everybody to read, and any
  # visitor's key was enough.
  step "Schedule the job", timeout 20s, retry 3 times every 5s, covers RB-007/resolve/1.2
    command = text
      SELECT net.http_post(
        url := (SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = 'project_url')
               || '/functions/v1/email-sync',
        headers := jsonb_build_object(
          'Content-Type', 'application/json',
          'Authorization', 'Bearer '
            || (SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = 'email_sync_token')),
        timeout_milliseconds := 60000
      );
    change "Schedule sync-emails every 5 minutes"
      cron.schedule(name: "sync-emails", schedule: "*/5 * * * *", command: command)
      undo
        if job is present
          cron.schedule(name: "sync-emails", schedule: job.schedule, command: job.command)
        else
          cron.unschedule(name: "sync-emails")
  step "Wait for its first run"
    scheduled_at = now
    allow W430 "each finding alone is within the MTTR; all of them at once are not one incident"
    within 6m checking every 30s
      runs = cron.runs(name: "sync-emails", since: scheduled_at)
      until any(runs each it.status is "succeeded")

resolve token_expired
  step "Refresh OAuth tokens", covers RB-007/resolve/2.3
    change "Refresh the OAuth tokens of {{ count(expired) }} accounts"
      supabase.invoke(function: "oauth-refresh-tokens", body: {accounts: expired each it.id})
      irreversible "every refresh gives out a new token and ends the old one"
    still_expired = query value
      SELECT count(*) FROM email_accounts
      WHERE id = ANY(:expired.id) AND (oauth_token_expires_at IS NULL OR oauth_token_expires_at < now())
    if still_expired > 0
      note "{{ still_expired }} accounts have no valid token: their owners have to connect them again"

resolve imap_unreachable
  step "Check the connection", covers RB-007/resolve/3.2, RB-007/resolve/3.3
    manual "Check firewall, network and IMAP settings of {{ unreachable each it.email }}" within 15m by on_call
      give cause: text "What was wrong?"
    within 3m checking every 30s
      again = imap.probe(mailboxes: mailboxes)
      until not any(again each it.state is "unreachable")

resolve password_refused
  # Only the owner can put this right. An account that is refused is no longer waited for.
  step "Ask for the new password", timeout 5s
    for each account in locked, at most 40
      email.send(to: account.owner_email,
                 message: reconnect_mailbox(mailbox: account.email, business: account.business))

otherwise
  if stale is empty
    escalate "Every mail account synced within 10 minutes"
      impact "Somebody misses mail, and every account is in time"
      next   "Ask which mail is missing and compare with RB-006"
    stop handed over "No account is behind: the fault is elsewhere"
  escalate "Mail accounts are behind although the job runs and their servers let us in"
    impact "{{ count(stale) }} accounts have not synced for 10 minutes"
    next   "Read the errors of email-sync: {{ errors each it.text }}"
  stop handed over "The job runs, the mailboxes answer: the fault is in email-sync"

verify
  step "The accounts sync again"
    within 6m checking every 30s
      left = query value
        SELECT count(*) FROM email_accounts
        WHERE id = ANY(:waited.id)
          AND (last_sync_at IS NULL OR last_sync_at < :incident.started)
      until left is 0

recover
  step "Trigger a sync now", timeout 20s, covers RB-007/recover/1
    change "Run email-sync once"
      supabase.invoke(function: "email-sync", body: {since: 24h ago})
      irreversible "a sync only adds messages, and knows those that are there by their Message-ID"
  step "Check whether it synced", covers RB-007/recover/2
    within 2m checking every 10s
      behind = query value
        SELECT count(*) FROM email_accounts
        WHERE id = ANY(:waited.id)
          AND (last_sync_at IS NULL OR last_sync_at < now() - interval '10 minutes')
      until behind is 0
    if locked is not empty
      stop handed over "{{ count(locked) }} owners have been asked for their new password; the other accounts sync"

prevent
  - Monitor last_sync_at timestamps, covers RB-007/prevent/1
  - Alert if any account >15 minutes since sync, covers RB-007/prevent/2
  - Implement retry logic with exponential backoff, covers RB-007/prevent/3

message reconnect_mailbox(mailbox: text, business: text) "Please connect {{ mailbox }} again"
  Hello {{ business }},

  your mailbox {{ mailbox }} no longer accepts the password that we have, so that new mails do not arrive here.
  Please enter it again under Settings, Email accounts.
