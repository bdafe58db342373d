library platform "What several runbooks need"

# Lifts a freeze for non-payment and no other: whoever froze the account meanwhile had another reason.
# The moment of the freeze is part of the guard, so a later freeze for the next failed payment stands.
procedure unfreeze_after_payment(business: uuid, frozen_at: optional instant, invoice: text,
                                 paid_at: instant)
  change "Unfreeze the account, {{ invoice }} is paid"
    sql
      UPDATE businesses
      SET is_frozen = false, frozen_at = NULL, frozen_reason = NULL, updated_at = now()
      WHERE id = :business
        AND is_frozen
        AND frozen_reason = 'payment_failed'
        AND frozen_at IS NOT DISTINCT FROM :frozen_at
    expect 1 row
    may drift updated_at
    sql
      UPDATE invoices
      SET status = 'paid', paid_at = :paid_at
      WHERE business_id = :business
        AND stripe_invoice_id = :invoice
        AND status IN ('open', 'failed')
    expect at most 1 row
  on failure conflict
    note "The account is no longer what was diagnosed: the webhook came after all, or somebody was faster"

# What a vendor's own page says. One that cannot be reached or read is unknown, and unknown is not up.
record provider_page
  page: one of meta or resend or stripe or supabase or twilio
  component: text
  state: one of up or degraded or down or unknown
  says: text

procedure provider_state(page: one of meta or resend or stripe or supabase or twilio,
                         component: text) gives provider_page
  answer = try status.component(page: page, component: component)
  match answer
    when failed
      give {page: page, component: component, state: "unknown", says: answer.failure.text}
    when present
      give {page: page, component: component, state: answer.state, says: answer.says}
    when absent
      give {page: page, component: component, state: "unknown", says: "the page has no such part"}

# Waits, and gives whether the provider is up again. It recovers when it recovers: the policy escalates meanwhile.
procedure wait_for_recovery(page: one of meta or resend or stripe or supabase or twilio,
                            component: text) gives bool
  within 3h checking every 1m
    seen = call provider_state(page: page, component: component)
    until seen.state is "up"
  else
    give false
  give true

# A push deploys nothing by itself: the platform's dates say what is deployed.
record rollback_result
  state: one of deployed or pushed or refused

procedure rollback(repository: text, commit: git.commit, functions: list of text) gives rollback_result
  before = supabase.functions(slugs: functions)
  known  = before each it.updated_at
  change "Revert {{ commit.title }}, and push"
    git.revert_and_push(repository: repository, commit: commit.sha)
    undo git.revert_and_push(repository: repository, commit: result.sha)
    approve by on_call
  on failure conflict, unauthorized, not_found, invalid, unavailable, rate_limited, timeout
    note "Nothing was pushed: {{ commit.short }} was built upon, the branch is protected, or somebody does not answer"
    give {state: "refused"}
  within 5m checking every 15s
    live = try supabase.functions(slugs: functions)
    until live is present and any(live where it.updated_at not in known)
  else
    give {state: "pushed"}
  give {state: "deployed"}

# A webhook of Meta's, asked as Meta asks it. One that is well accepts the handshake, takes what is signed and
# refuses what is not: the document's unsigned POST that is answered with 200 would be a hole.
record webhook_health
  handshake: one of accepted or refused or failing or silent
  signed: one of taken or refused or failing or silent
  unsigned: one of taken or refused or failing or silent

procedure webhook_check(url: url, token: text, app_secret: text) gives webhook_health
  greeting = try http.handshake(url: url, token: token)
  notified = try http.notify_signed(url: url, app_secret: app_secret)
  stranger = try http.notify_unsigned(url: url)
  give {handshake: greeting.verdict if greeting is present else "silent",
        signed: notified.verdict if notified is present else "silent",
        unsigned: stranger.verdict if stranger is present else "silent"}

# How it was answered is seen in the function's traffic. Endpoints that Stripe does not ping wait for the next event.
procedure ping_stripe_endpoint(endpoint: text)
  change "Send a test event to the endpoint"
    stripe.ping_webhook_endpoint(endpoint: endpoint)
    irreversible "a test event is looked at and forgotten"
  on failure conflict, invalid, not_found, rate_limited, timeout, unauthorized, unavailable
    note "Stripe sent no test event: the next event will show"

# The document counts the active rows of pg_stat_activity. Every session of a client takes one of the connections that
# there are, whatever it does, and PostgreSQL's own processes take none.
record connection_pool
  used: int
  available: int

procedure connections() gives connection_pool
  seen = query one
    SELECT count(*) AS used,
           coalesce((SELECT max(setting::int) FROM pg_settings WHERE name = 'max_connections')
                    - (SELECT max(setting::int) FROM pg_settings WHERE name = 'superuser_reserved_connections'),
                    0) AS available
    FROM pg_stat_activity
    WHERE backend_type = 'client backend'
  give {used: seen.used, available: seen.available}

# The document ends every idle session: poolers, PostgREST and pg_cron's launcher among them. Here only those of one
# role, the fifty that are idle for longest, each known by process and start. Gives how many there were.
procedure end_idle_sessions(role: text) gives int
  idle = query all at most 50 rows
    SELECT coalesce(pid, 0) AS pid, coalesce(backend_start, now()) AS backend_start,
           coalesce(application_name, '') AS application, coalesce(now() - state_change, interval '0') AS idle_for
    FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database() AND usename = :role
      AND state = 'idle' AND state_change < now() - interval '10 minutes' AND pid <> pg_backend_pid()
    ORDER BY state_change
    LIMIT 50
  if idle is not empty
    change "End {{ count(idle) }} idle sessions of {{ role }}"
      for each session in idle, at most 50
        postgres.terminate(pid: session.pid, backend_start: session.backend_start)
        irreversible "a client that wants its session again opens a new one"
      approve by on_call
    on failure unavailable, timeout, rate_limited, unauthorized, conflict
      note "Not every session could be ended: whether it was enough is looked at next"
  give count(idle)
  on failure unavailable, timeout, too_many
    note "The idle sessions cannot be listed now"
    give 0

# Browsers connect again by themselves, and subscribe to what they had.
procedure reconnect_realtime()
  change "Disconnect all realtime clients; they connect again by themselves"
    supabase.realtime_shutdown()
    irreversible "connections drop for some seconds and come back"
  on failure unavailable, rate_limited, timeout, unauthorized, not_found, conflict
    note "Supabase did not disconnect anybody; whether they came back by themselves is looked at next"

# Mail to many cannot be called back: the list is bounded, and somebody who sees how many there are says yes.
# An owner of several businesses gets one mail. Gives how many were told.
procedure notify_businesses(businesses: list of uuid, subject: text, says: text) gives int
  owners = query all at most 500 rows
    SELECT DISTINCT owner_email AS email FROM businesses WHERE id = ANY(:businesses) ORDER BY email
  people = owners each it.email
  if people is not empty
    approve "Tell {{ count(people) }} owners of {{ count(businesses) }} businesses: {{ subject }}?" by on_call or engineering_manager
    email.send_each(to: people, message: business_notice(subject: subject, says: says))
  give count(people)
  on failure unavailable, rate_limited, timeout, unauthorized, conflict, invalid, too_many
    escalate "The owners of {{ count(businesses) }} businesses could not be told: {{ subject }}"
      impact "They do not know what happened to them"
      next   "Tell them by hand, or run this again when mail works"
    give 0

# The functions that send read how long they wait between two messages. What a vendor allows stands in its console.
procedure slow_sending(setting: text)
  pause = ask "How many milliseconds between two messages ({{ setting }})?": int within 10m by on_call
  check pause > 0 and pause <= 60000
    else "A pause between 1 and 60000 milliseconds is possible, not {{ pause }}"
  change "Set {{ setting }} to {{ pause }} milliseconds"
    supabase.set_secret(name: setting, value: "{{ pause }}")
    irreversible "Supabase does not show the former value"
  on failure unavailable, rate_limited, timeout, unauthorized, conflict, invalid
    escalate "{{ setting }} could not be set"
      impact "Messages go on leaving as fast as before"
      next   "Set it by hand: Supabase, Edge Functions, Secrets"

# The document's mail said that everything was recovered before anybody knew. This one says what was counted.
message service_incident(from: instant, to: instant, recovered: int, missing: int) "Service incident notification"
  We had a technical issue between {{ from | local }} and {{ to | local }} that affected the delivery of messages.

  {% if missing == 0 -%}
  All {{ recovered }} affected messages were recovered.
  {%- else -%}
  {{ recovered }} messages were recovered; {{ missing }} are not recovered yet. We will write to you about them.
  {%- endif %}

  We apologise. If you notice any missing message, please contact support.

message business_notice(subject: text, says: text) "{{ subject }}"
  Hello,

  {{ says }}

  If you have questions, please answer this mail.
