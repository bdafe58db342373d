runbook RB-003 "WhatsApp Webhook Down/Failing"

severity P1
mttr     5m
alerts   WhatsAppWebhookFailing
tags     whatsapp, webhooks
use      platform

input since: instant = 2h ago        "Since when messages or statuses are missing"
input role: text = "authenticator"   "Role whose idle sessions may be ended"

symptoms
  - WhatsApp messages not appearing in inbox, covers RB-003/symptoms/1
  - Delivery status not updating, covers RB-003/symptoms/2
  - Webhook signature errors in logs, covers RB-003/symptoms/3

diagnose
  # Meta says itself which address it calls: that one is asked, and no other.
  step "Check Meta's side", timeout 10s, retry 2 times every 5s
    subscriptions = meta.app_subscriptions()
    hooks         = subscriptions where it.object is "whatsapp_business_account"
    hook          = first(hooks)
    check hook is present
      else "Meta's app is subscribed to no changes of WhatsApp"

  step "Check the connection pool", covers RB-003/resolve/2.1
    pool = call connections()

  # An unsigned POST that is answered with 200, as the document expects it, would be a hole: a webhook that is well
  # accepts the handshake, takes what Meta signs and refuses everything else.
  step "Check webhook endpoint status", timeout 10s, covers RB-003/diagnose/1
    health = call webhook_check(url: hook.callback_url, token: "WHATSAPP_VERIFY_TOKEN",
                                app_secret: "WHATSAPP_APP_SECRET")

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Check edge function logs", timeout 10s, retry 2 times every 5s, covers RB-003/diagnose/2.*, RB-003/resolve/3.1
    errors  = supabase.error_groups(functions: ["whatsapp-webhook"], since: since)
    traffic = supabase.function_calls(functions: ["whatsapp-webhook"], since: since)

  # The document prints the secret. Its digest is enough, and all that Supabase gives out.
  step "Verify webhook token", timeout 10s, retry 2 times every 5s, covers RB-003/diagnose/3, RB-003/resolve/1.1
    keys = supabase.secrets_check(names: ["WHATSAPP_VERIFY_TOKEN", "WHATSAPP_APP_SECRET"])

  # The verify token is for this handshake alone; signatures are made with the app secret.
  finding switched_off "Meta no longer calls the webhook", covers RB-003/resolve/1
    not hook.active

  finding signatures_refused "The webhook refuses what Meta signs", covers RB-003/resolve/1
    health.signed is "refused"

  finding timing_out "The webhook does not answer in time", covers RB-003/resolve/2
    health.signed is "silent"

  finding failing "The webhook answers with an error of its own", covers RB-003/resolve/3
    health.signed is "failing"

  finding believes_anybody "The webhook takes what nobody signed"
    health.unsigned is "taken"

resolve switched_off
  # The document's rule stands: what Supabase holds stays, and Meta is told.
  step "Subscribe again with the token that Supabase holds", timeout 10s, covers RB-003/resolve/1.2, RB-003/resolve/1.3
    token = ask "The verify token of the webhook, from the team's vault?": secret text within 10m by on_call
    held = try supabase.secret_holds(name: "WHATSAPP_VERIFY_TOKEN", value: token)
    match held
      when "different", "absent"
        escalate "The verify token in the team's vault is not the one that Supabase holds"
          impact "WhatsApp messages wait at Meta, for 7 days"
          next   "Find the right one: without it Meta's handshake fails"
        stop handed over "Nobody has the token that the webhook expects"
      otherwise
        note "Meta makes the handshake with it at once: that tells, where Supabase cannot compare"
    change "Subscribe {{ hook.callback_url }} to {{ hook.fields }}"
      meta.subscribe_app(callback_url: hook.callback_url, fields: hook.fields, verify_token: token)
      irreversible "it was switched off: there is nothing to go back to"
    on failure conflict, invalid, not_found, unauthorized, unavailable, rate_limited, timeout
      note "Meta did not subscribe the webhook: its handshake failed, or Meta does not answer"

resolve signatures_refused
  step "Put the app secret right", timeout 10s
    app_secret = ask "The app secret, from Meta's dashboard (App settings, Basic)?": secret text within 10m by on_call
    held = try supabase.secret_holds(name: "WHATSAPP_APP_SECRET", value: app_secret)
    match held
      when "same"
        escalate "Supabase holds Meta's app secret, and the webhook refuses what is signed with it"
          impact "WhatsApp messages wait at Meta, for 7 days"
          next   "Read the function: does it check the raw body, before anything parses it?"
        stop handed over "The secret is right: the check of signatures is not"
      otherwise
        change "Set WHATSAPP_APP_SECRET to what Meta signs with"
          supabase.set_secret(name: "WHATSAPP_APP_SECRET", value: app_secret)
          irreversible "Supabase does not show the former value"
        on failure conflict, invalid, unauthorized, unavailable, rate_limited, timeout
          note "The secret could not be set"

resolve timing_out
  step "Restart connections", timeout 2s, covers RB-003/resolve/2.2, RB-003/resolve/2.3
    if pool.available > 0 and percent(pool.used, of: pool.available) > 80%
      allow W430 "fifty sessions that take two seconds each to end are rare"
      allow W431 "on-call is asked twice in 40 minutes at most; at 30 the policy calls the engineering manager"
      ended = call end_idle_sessions(role: role)
      note "{{ ended }} idle sessions of {{ role }} held connections"
    else
      escalate "The webhook does not answer in time, and the database has connections left"
        impact "WhatsApp messages wait at Meta, for 7 days"
        next   "Look for slow statements with RB-004, and at what the function waits for"
      stop handed over "It is slow, and not for want of connections"

resolve failing
  step "Tell"
    escalate "The WhatsApp webhook answers with errors"
      impact "WhatsApp messages wait at Meta, for 7 days"
      next   "Nothing yet: on-call is asked to read the errors, fix and deploy"
  step "Fix and deploy", covers RB-003/resolve/3.2, RB-003/resolve/3.3
    manual "Fix what the errors of whatsapp-webhook in the report say, and deploy it" within 1h by on_call
      give deployed: url "Link to the deploy"

resolve believes_anybody
  step "Close the hole"
    escalate "whatsapp-webhook takes messages that nobody signed"
      impact "Anybody who knows its address can write into every inbox"
      next   "Deploy a check of X-Hub-Signature-256 before anything else"
    manual "Let the webhook refuse what is not signed, and deploy it" within 1h by on_call
      give link: url "Link to the deploy"

otherwise
  allow W704 "a webhook that takes what is signed is well"
  if hooks is empty
    escalate "Meta's app is subscribed to no changes of WhatsApp"
      impact "No WhatsApp message arrives, and Meta keeps none for us"
      next   "Subscribe the webhook: Meta, WhatsApp, Configuration"
    stop handed over "Nobody has told Meta where to send messages"
  escalate "The webhook is well in every way that Meta would notice, yet messages are missing"
    impact "WhatsApp inboxes may have gaps"
    next   "Go on with RB-006: it compares Meta's record with ours"
  stop handed over "Handshake, signatures and subscription are in order: the fault is elsewhere"

verify
  allow W430 "Meta's handshake and a deploy take their minutes"
  within 2m checking every 20s
    until no finding holds

recover
  step "Test with Meta's button", covers RB-003/resolve/3.4
    if failing
      manual "Send a test message with Meta's button (WhatsApp, Configuration, Webhooks, Test)" within 20m by on_call
        give seen: bool "Did it arrive?"
      check seen
        else "Meta's test message did not arrive"
  # Meta does repeat what the webhook did not take, for seven days: only what it gave up, or what we thanked for and
  # lost, has to be looked for. Quiet conversations have gaps too, so Meta's record is compared, not the clock.
  step "Wait for what Meta repeats", timeout 20s, retry 2 times every 5s, covers RB-003/recover/1.*
    history = try meta.message_history(from: since, to: 2m ago)
    if history is present
      within 15m checking every 1m
        waiting = query value
          SELECT count(*) AS n FROM unnest(:history.message_id) AS s(id)
          WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.provider_message_id = s.id)
        until waiting is 0
      else
        note "Meta's record and our table still differ"
  step "Contact affected businesses", timeout 20s, covers RB-003/recover/2
    if history is present
      missing = query value
        SELECT count(*) AS n FROM unnest(:history.message_id) AS s(id)
        WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.provider_message_id = s.id)
      quiet = query all at most 500 rows
        SELECT c.business_id, max(m.created_at) AS last_message
        FROM conversations c
        JOIN messages m ON m.conversation_id = c.id
        WHERE c.channel = 'whatsapp' AND m.created_at > :since - interval '7 days'
        GROUP BY c.business_id
        HAVING max(m.created_at) < :since + interval '30 minutes'
        ORDER BY last_message
      if missing > 0 and quiet is not empty
        told = call notify_businesses(businesses: quiet each it.business_id,
                                      subject: "WhatsApp messages may be missing",
                                      says: "some WhatsApp messages did not reach your inbox today. Please look into WhatsApp itself.")
        note "{{ told }} owners were told"
    else
      stop handed over "Meta's record cannot be read: run RB-006 once it can"
    on failure unavailable, timeout, too_many
      stop handed over "Who is affected cannot be read: run RB-006 once the database answers"

on breach
  escalate "WhatsApp messages do not arrive, and the webhook is not repaired after 5 minutes"
    impact "WhatsApp messages wait at Meta, for 7 days"
    next   "See what the run found, and who it waits for"

prevent
  - Monitor webhook success rate, covers RB-003/prevent/1
  - Alert on >5% failure rate, covers RB-003/prevent/2
  - Implement webhook retry queue, covers RB-003/prevent/3
