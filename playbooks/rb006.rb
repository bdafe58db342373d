# P0. Escalate first, think second: the policy pages both managers at the first instant, and again without progress.
runbook RB-006 "Mass Message Loss Suspected"

severity P0
mttr     immediate
alerts   MessageGap
tags     data-loss, customers
owner    engineering_manager
use      platform

input from: instant = 1h ago      "Start of the suspected loss"
input to: instant = 1d from now   "End of the suspected loss, where it has ended"

symptoms
  - Customers report missing messages, covers RB-006/symptoms/1
  - Gap in message timestamps, covers RB-006/symptoms/2
  - Webhook received but message not in database, covers RB-006/symptoms/3

diagnose
  # A quiet conversation has gaps too: they are shown, and nothing is concluded from them.
  step "Check for message gaps", covers RB-006/diagnose/1
    end_of_gaps = to if to < now else now
    gaps = query all on replica at most 20 rows
      WITH message_times AS (
        SELECT conversation_id, created_at,
               lag(created_at) OVER (PARTITION BY conversation_id ORDER BY created_at) AS prev_time
        FROM messages
        WHERE created_at > :from - interval '1 hour' AND created_at <= :end_of_gaps
      )
      SELECT conversation_id, created_at, prev_time, created_at - prev_time AS gap
      FROM message_times
      WHERE created_at - prev_time > interval '10 minutes'
        AND created_at > :from
      ORDER BY gap DESC
      LIMIT 20
    traffic = query all on replica at most 10 rows
      SELECT channel,
             count(*) FILTER (WHERE created_at > :from) AS in_the_window,
             count(*) FILTER (WHERE created_at <= :from) AS a_week_before
      FROM messages
      WHERE direction = 'inbound'
        AND (created_at > :from AND created_at <= :end_of_gaps
             OR created_at > :from - interval '7 days' AND created_at <= :end_of_gaps - interval '7 days')
      GROUP BY channel
      ORDER BY channel

  # Evidence for people: logs may lag and drop lines.
  step "Check webhook logs for failures", covers RB-006/diagnose/2.*
    failures = supabase.error_groups(functions: ["whatsapp-webhook", "sms-webhook", "email-sync"],
                                     since: from)

  step "Look at the webhooks", timeout 20s, retry 3 times every 5s doubling
    hooks = supabase.functions(slugs: ["whatsapp-webhook", "sms-webhook"])

  # What is younger than two minutes may still be on its way to us, and mail is only fetched every few minutes.
  step "Compare provider records", timeout 20s, retry 2 times every 5s, covers RB-006/diagnose/3.*
    until = to if to < 2m ago else 2m ago
    mailboxes = query all
      SELECT email, imap_host AS host, imap_port AS port
      FROM email_accounts
      WHERE is_active AND sync_enabled
      ORDER BY email
    parallel
      meta_seen   = meta.message_history(from: from, to: until)
      twilio_seen = twilio.messages(from: from, to: until, direction: "inbound")
      imap_seen   = imap.messages(mailboxes: mailboxes, from: from, to: until)
    ours = query all at most 10000 rows
      SELECT channel, coalesce(provider_message_id, '') AS id
      FROM messages
      WHERE provider_message_id = ANY(:meta_seen.message_id)
         OR provider_message_id = ANY(:twilio_seen.sid)
         OR provider_message_id = ANY(:imap_seen.message_id)
    have          = ours each it.id
    lost_whatsapp = meta_seen where it.message_id not in have
    lost_sms      = twilio_seen where it.sid not in have
    lost_email    = imap_seen where it.message_id not in have and it.at < 10m ago

  # Mail is fetched, not pushed: what was not fetched waits in the mailbox.
  finding losing_now "Messages are being lost right now"
    either
      any(lost_whatsapp where it.at > 10m ago)
      any(lost_sms where it.at > 10m ago)

  finding lost "Messages that the providers have are not in our table", covers RB-006/resolve/3
    either
      lost_whatsapp is not empty
      lost_sms is not empty
      lost_email is not empty

resolve losing_now
  # Freezing stops sending and not receiving, so both are offered, each with its exact way back.
  step "Stop the loss", covers RB-006/resolve/1
    hold = choose "Messages are being lost. What shall stop?" within 5m by engineering_manager or cto
      both     "Receiving and sending"
      webhooks "Receiving: webhooks are refused, so that providers keep what they cannot deliver"
      sending  "Sending: every business is frozen, receiving goes on"
      nothing  "Nothing"
    if hold in ["both", "webhooks"]
      to_hold = hooks where not it.verify_jwt
      change "Hold the webhooks, so that providers keep what they cannot deliver"
        for each hook in to_hold, at most 10
          supabase.hold_function(slug: hook.slug)
          undo supabase.release_function(slug: hook.slug)
        approve by engineering_manager or cto
    if hold in ["both", "sending"]
      change "Freeze every business that is not frozen, and remember which"
        sql
          INSERT INTO incident_freezes (incident_id, business_id)
          SELECT :incident.id, id FROM businesses WHERE NOT is_frozen
        expect at most 10000 rows
        sql
          UPDATE businesses b
          SET is_frozen = true, frozen_at = now(), frozen_reason = 'incident:' || :incident.id
          FROM incident_freezes f
          WHERE f.incident_id = :incident.id AND f.business_id = b.id AND NOT b.is_frozen
        expect at most 10000 rows
        approve by engineering_manager or cto

  step "Identify the root cause", covers RB-006/resolve/2.*
    cause = choose "What is the root cause?" within 30m by on_call
      transaction "Database transactions fail or roll back"
      race        "A race condition"
      dedup       "The deduplication drops good messages"
      deploy      "A deploy"
      unknown     "Not known yet"
    # A question and not a `manual`: what is held below must be let in again whether or not the loss goes on.
    deployed = ask "Fix the cause ({{ cause }}) and deploy. Link to the deploy?": url within 2h by on_call

  # What was lost in the last minutes must be old enough to be compared.
  step "Let the webhooks in again"
    if hold in ["both", "webhooks"]
      to_release = hooks where not it.verify_jwt
      change "Release the webhooks, so that providers deliver what they kept"
        for each hook in to_release, at most 10
          supabase.release_function(slug: hook.slug)
          undo supabase.hold_function(slug: hook.slug)
        approve by engineering_manager or cto
    wait 3m

resolve lost
  # A number that belongs to several conversations is not guessed at.
  step "Insert the SMS that Twilio still has", covers RB-006/resolve/3.1, RB-006/resolve/3.2
    placed = query all at most 2000 rows
      SELECT coalesce(s.sid, '') AS sid, c.id AS conversation_id
      FROM unnest(:lost_sms.sid, :lost_sms.from) AS s(sid, phone)
      JOIN conversations c ON c.channel = 'sms' AND c.contact_phone = s.phone
      WHERE NOT EXISTS (
        SELECT 1 FROM conversations o
        WHERE o.channel = 'sms' AND o.contact_phone = s.phone AND o.id <> c.id
      )
    if placed is not empty
      change "Insert {{ count(placed) }} SMS that Twilio still has"
        sql
          INSERT INTO messages (conversation_id, channel, direction, content, status, provider_message_id,
                                recovered_by, created_at)
          SELECT p.conversation_id, 'sms', 'inbound', s.body, 'received', p.sid, :incident.id, s.sent_at
          FROM unnest(:placed.sid, :placed.conversation_id) AS p(sid, conversation_id)
          JOIN unnest(:lost_sms.sid, :lost_sms.body, :lost_sms.at) AS s(sid, body, sent_at) ON s.sid = p.sid
          ON CONFLICT (channel, provider_message_id) DO NOTHING
        expect at most count(placed) rows
    placed_sids = placed each it.sid
    unplaced    = lost_sms where it.sid not in placed_sids
    if unplaced is not empty
      manual "Place {{ count(unplaced) }} SMS whose number belongs to no conversation or to several" within 1h by on_call
        give done: int "How many of them could you place?"

  step "Fetch the e-mail again", covers RB-006/resolve/3.1
    if lost_email is not empty
      change "Run email-sync for the window"
        supabase.invoke(function: "email-sync", body: {since: from})
        irreversible "it imports by Message-ID: what is there stays as it is"

  # Meta repeats for seven days what our webhook did not take. What it took is gone: no API gives its content again.
  step "Wait for what Meta repeats"
    coming     = lost_whatsapp where it.webhook in ["PENDING", "RETRYING"]
    coming_ids = coming each it.message_id
    if coming is not empty
      within 15m checking every 1m
        arrived = query value
          SELECT count(*) FROM messages
          WHERE channel = 'whatsapp' AND provider_message_id = ANY(:coming_ids)
        until arrived is count(coming)
      else
        note "Meta still repeats some of {{ count(coming) }} messages"
  step "Ask Meta about what it will not repeat"
    gone = lost_whatsapp where it.message_id not in coming_ids
    if gone is not empty
      manual "Ask Meta's support about {{ count(gone) }} messages, by the ids in the report" within 1h by on_call
        give ticket: text "Number of the ticket"

otherwise
  escalate "Three comparisons found no loss: what did the customers see?" to engineering_manager
    impact "Every message that the providers have from {{ from | local }} to {{ until | local }} is in our table"
    next   "Ask the customers for one message each: number, time, direction"
  stop handed over "Nothing that a provider delivered is missing"

verify
  # Duplicates cannot carry one id twice; the same words twice in one conversation and minute would be one.
  step "Nothing new is lost and nothing is doubled", covers RB-006/resolve/3.3
    within 30m checking every 1m
      parallel
        new_sms      = twilio.messages(from: 12m ago, to: 2m ago, direction: "inbound")
        new_whatsapp = meta.message_history(from: 12m ago, to: 2m ago)
      missing = query value
        SELECT count(*)
        FROM unnest(:new_sms.sid || :new_whatsapp.message_id) AS s(id)
        WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.provider_message_id = s.id)
      doubled = query value
        SELECT count(*)
        FROM messages m
        JOIN messages o ON o.conversation_id = m.conversation_id AND o.direction = m.direction
          AND o.content = m.content AND o.id <> m.id
          AND o.created_at BETWEEN m.created_at - interval '1 minute' AND m.created_at + interval '1 minute'
        WHERE m.recovered_by = :incident.id
      until missing is 0 and doubled is 0

recover
  step "Let everybody in again"
    frozen = query all at most 10000 rows
      SELECT business_id FROM incident_freezes WHERE incident_id = :incident.id
    if frozen is not empty
      change "Unfreeze what this incident froze"
        sql
          UPDATE businesses
          SET is_frozen = false, frozen_at = NULL, frozen_reason = NULL
          WHERE id = ANY(:frozen.business_id) AND frozen_reason = 'incident:' || :incident.id
        expect at most count(frozen) rows

  # The providers are compared once more: only what stands in the table now is called recovered, and a person
  # decides before anybody gets the mail.
  step "Notify affected customers", timeout 20s, retry 3 times every 5s doubling, covers RB-006/resolve/4
    by_now = to if to < 2m ago else 2m ago
    parallel
      all_sms      = twilio.messages(from: from, to: by_now, direction: "inbound")
      all_whatsapp = meta.message_history(from: from, to: by_now)
      all_email    = imap.messages(mailboxes: mailboxes, from: from, to: by_now)
    missing_now = query value
      SELECT count(*)
      FROM unnest(:all_sms.sid || :all_whatsapp.message_id || :all_email.message_id) AS s(id)
      WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.provider_message_id = s.id)
    recovered = query all at most 5000 rows
      SELECT m.id, b.owner_email AS email
      FROM messages m
      JOIN conversations c ON c.id = m.conversation_id
      JOIN businesses b ON b.id = c.business_id
      WHERE m.recovered_by = :incident.id
         OR m.provider_message_id = ANY(:lost_whatsapp.message_id)
         OR m.provider_message_id = ANY(:lost_email.message_id)
      ORDER BY email, m.id
    owners = distinct(recovered each it.email)
    if owners is not empty
      approve "Tell {{ count(owners) }} customers that {{ count(recovered) }} messages are recovered and {{ missing_now }} are not?" by engineering_manager or cto
      email.send_each(to: owners,
                      message: service_incident(from: from, to: by_now, recovered: count(recovered),
                                                missing: missing_now))
    if missing_now > 0
      stop handed over "{{ missing_now }} messages are still missing: their ids stand in the report"

prevent
  - Implement comprehensive chaos testing (DEF-004), covers RB-006/prevent/1
  - Add message idempotency keys, covers RB-006/prevent/2
  - Implement outbox pattern for critical messages, covers RB-006/prevent/3
  - Add database constraints to prevent duplicates, covers RB-006/prevent/4
  - Add monitoring for message gap detection, covers RB-006/prevent/5
