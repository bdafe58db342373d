runbook RB-005 "Stripe Webhook Signature Failure"

severity P2
mttr     15m
alerts   StripeSignatureFailure
tags     billing, stripe, webhooks
use      platform

input since: instant = 24h ago   "When it may have begun"

symptoms
  - Payments succeeding but not reflected in app, covers RB-005/symptoms/1
  - Subscriptions not activating, covers RB-005/symptoms/2
  - "Invalid signature" errors in stripe-webhook logs, covers RB-005/symptoms/3

diagnose
  # No table holds the secret, and nothing shows its value: digests are compared, and when it was set.
  step "Verify the webhook secret", timeout 10s, retry 2 times every 3s, covers RB-005/diagnose/2
    secrets = supabase.secrets_check(names: ["STRIPE_WEBHOOK_SECRET"])
    key     = first(secrets)
    differs = secrets where it.state is not "same"

  # What was refused before the secret was set or the function deployed says nothing about the ones that are there now.
  step "Check webhook logs", timeout 10s, retry 2 times every 3s, covers RB-005/diagnose/1
    hook = supabase.function(slug: "stripe-webhook")
    unsigned = supabase.function_logs(function: "stripe-webhook", since: since,
                                      matching: "signature")
    errors = supabase.function_logs(function: "stripe-webhook", since: since,
                                    matching: "Webhook error")
    refused = unsigned where it.at > hook.updated_at and (key is absent or key.updated_at is absent
                                                          or it.at > key.updated_at)

  # What each attempt was answered stands in Stripe's dashboard only; our side of it, and what nobody took yet, do not.
  step "Check Stripe", timeout 10s, retry 2 times every 3s, covers RB-005/diagnose/3.*
    endpoints = stripe.webhook_endpoints()
    ours      = endpoints where it.url is hook.url
    on        = ours where it.status is "enabled"
    answered  = supabase.function_calls(functions: ["stripe-webhook"], since: since)
    pending = stripe.list_events(types: ["customer.subscription.*", "invoice.*",
                                         "payment_intent.*"], since: since, undelivered: true)

  finding no_endpoint "Stripe tells nobody of events"
    endpoints is empty

  finding url_wrong "No endpoint of Stripe leads to our function", covers RB-005/resolve/2
    not no_endpoint
    ours is empty

  finding switched_off "Our endpoint is switched off"
    ours is not empty
    on is empty

  finding secret_wrong "The function does not have the endpoint's secret", covers RB-005/resolve/1
    on is not empty
    differs is not empty
    either
      any(differs where it.state is "absent")
      refused is not empty

  # Rotating a secret that is right would change nothing.
  finding refused_all_the_same "The secret is right, and signatures are refused all the same"
    on is not empty
    not secret_wrong
    refused is not empty

resolve no_endpoint
  step "Hand the missing endpoint to people"
    escalate "Stripe has no webhook endpoint at all: somebody deleted it" to tech_lead
      impact "No payment reaches the app; {{ count(pending) }} events wait in Stripe"
      next   "Make one for {{ hook.url }} in Stripe, and set STRIPE_WEBHOOK_SECRET to its secret"
    stop handed over "Who deleted the endpoint, and why, is not ours to guess"

resolve url_wrong
  step "Verify the endpoint", covers RB-005/resolve/2.1
    wrong = choose "Events must go to {{ hook.url }}. Which endpoint should lead there?" from endpoints showing it.url within 15m by on_call
  step "Let it lead to our function", covers RB-005/resolve/2.2
    change "Let the endpoint lead to our function"
      stripe.update_webhook_endpoint(endpoint: wrong.id, url: hook.url, events: wrong.events)
      undo stripe.update_webhook_endpoint(endpoint: wrong.id, url: wrong.url, events: wrong.events)
    on failure conflict, invalid, not_found, rate_limited, timeout, unauthorized, unavailable
      escalate "Stripe did not take the new address of {{ wrong.id }}" to tech_lead
        impact "No payment reaches the app"
        next   "Set it to {{ hook.url }} in Stripe, Developers, Webhooks"
      stop handed over "The endpoint has to be changed in the dashboard"
  step "Send a test event"
    call ping_stripe_endpoint(endpoint: wrong.id)

resolve switched_off
  step "Switch it on"
    off = first(ours)
    change "Switch the endpoint on"
      stripe.enable_webhook_endpoint(endpoint: off.id)
      undo stripe.disable_webhook_endpoint(endpoint: off.id)
    on failure conflict, invalid, not_found, rate_limited, timeout, unauthorized, unavailable
      escalate "Stripe did not switch our endpoint on" to tech_lead
        impact "No payment reaches the app"
        next   "Switch it on in Stripe, Developers, Webhooks"
      stop handed over "The endpoint has to be switched on in the dashboard"
  step "Send a test event"
    call ping_stripe_endpoint(endpoint: off.id)

# A secret that somebody reads in the dashboard keeps the endpoint, and Stripe sends what it could not deliver by
# itself. A new endpoint needs nobody, but its secret comes back once and is in memory only: where it is lost on the
# way, the endpoint is taken back.
resolve secret_wrong
  step "Get the correct secret", covers RB-005/resolve/1.1.*, RB-005/resolve/1.2
    old = first(on)
    way = choose "The function lacks the secret of {{ old.id }}. Where does it come from?" within 10m by on_call
      reveal "Somebody reads it in Stripe: Developers, Webhooks, Signing secret, Reveal"
      rotate "A new endpoint with a secret of its own takes the place of this one"
    match way
      when "reveal"
        secret = ask "Signing secret of {{ old.id }}?": secret text within 10m by on_call
        change "Set STRIPE_WEBHOOK_SECRET to what was revealed"
          supabase.set_secret(name: "STRIPE_WEBHOOK_SECRET", value: secret)
          irreversible "the former value cannot be read back"
        tested = old.id
      when "rotate"
        made = change "Make a new endpoint in its place"
          stripe.create_webhook_endpoint(url: hook.url, events: old.events,
                                         api_version: old.api_version)
          undo stripe.delete_webhook_endpoint(endpoint: result.id)
        change "Switch the former endpoint off"
          stripe.disable_webhook_endpoint(endpoint: old.id)
          undo stripe.enable_webhook_endpoint(endpoint: old.id)
        change "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
          supabase.set_secret(name: "STRIPE_WEBHOOK_SECRET", value: made.result.secret)
          irreversible "the former value cannot be read back"
        note "The settings still name the former secret: keep the new one there, as the dashboard shows it"
        tested = made.result.id
  step "Test the webhook", covers RB-005/resolve/1.3
    allow W431 "a new secret takes four approvals, in one sitting; after two hours the policy calls the tech lead"
    call ping_stripe_endpoint(endpoint: tested)

resolve refused_all_the_same
  step "Find what else refuses signatures"
    manual "Is the body parsed before it is checked, does a proxy change it, is a clock 5 minutes off, are test and live mixed up?" within 30m by on_call
      give cause: text "What was it, and what was done?"

otherwise
  escalate "Stripe's endpoint leads to our function, its secret is there and no signature was refused" to tech_lead
    impact "{{ count(pending) }} events are not taken yet; {{ count(errors) }} errors stand in the logs"
    next   "RB-011 compares one business with Stripe, RB-014 looks at errors of functions"
  stop handed over "Signatures are not what is wrong"

# Logs may lack lines, so that nothing was refused proves nothing: that something was taken does.
verify
  step "An event is taken"
    allow W430 "only one of the findings can hold: each needs the endpoint that the one before lacks"
    within 5m checking every 30s
      seen = supabase.function_calls(functions: ["stripe-webhook"], since: 5m ago)
      until any(seen where it.calls > it.refused + it.failed)

recover
  # Stripe has no call that sends an event again. What our endpoint could not take, Stripe itself repeats for three days.
  step "Send failed events again", timeout 20s, retry 3 times every 5s, covers RB-005/resolve/2.3.*
    left = stripe.list_events(types: ["customer.subscription.*", "invoice.*", "payment_intent.*"],
                              since: since, undelivered: true)
    if left is not empty
      manual "Resend {{ count(left) }} events in Stripe: Developers, Webhooks, Failed events, Resend" within 30m by on_call
        give resent: int "How many were sent again?"
    on failure invalid, rate_limited, timeout, too_many, unauthorized, unavailable
      note "Which events are not delivered could not be read: Stripe repeats them by itself for three days"

  # Tier, status and period end are Stripe's; the document wrote them as literals, for every customer alike.
  step "Sync the subscriptions", timeout 20s, retry 3 times every 5s, covers RB-005/recover/1
    accounts = query all at most 50 rows
      SELECT id, coalesce(stripe_customer_id, '') AS customer, subscription_status
      FROM businesses
      WHERE stripe_customer_id = ANY(:pending.customer)
      ORDER BY customer
    stale = for each account in accounts, at most 50
      subscription = stripe.latest_subscription(customer: account.customer)
      if subscription is absent
        skip "no subscription"
      if subscription.tier is absent
        skip "its price belongs to no tier"
      give {business: account.id, tier: subscription.tier, status: subscription.status,
            until: subscription.current_period_end,
            same: account.subscription_status is subscription.status}
    due = stale where not it.same
    if due is not empty
      change "Sync {{ count(due) }} subscriptions with Stripe"
        for each one in due, at most 50
          sql
            UPDATE businesses
            SET subscription_tier = :one.tier, subscription_status = :one.status,
                subscription_period_end = :one.until, updated_at = now()
            WHERE id = :one.business AND subscription_status <> :one.status
          expect at most 1 row
    on failure conflict, invalid, not_found, rate_limited, timeout, too_many, unauthorized, unavailable
      escalate "Webhooks arrive again, and not every subscription could be synced" to tech_lead
        impact "Customers of {{ count(pending) }} events may see a wrong tier"
        next   "RB-011 compares and syncs one business"

prevent
  - Monitor webhook success rate, covers RB-005/prevent/1
  - Alert on signature failures, covers RB-005/prevent/2
  - Implement webhook event replay queue, covers RB-005/prevent/3
