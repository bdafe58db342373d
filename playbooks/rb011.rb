runbook RB-011 "Subscription Status Not Updating"

severity P2
mttr     20m
alerts   SubscriptionDrift
tags     billing, stripe

input business: uuid   "Business that paid"

symptoms
  - User paid but still on Free tier, covers RB-011/symptoms/1
  - Subscription in Stripe but not in database, covers RB-011/symptoms/2
  - `check-subscription` returns wrong tier, covers RB-011/symptoms/3

diagnose
  step "Check database vs Stripe", covers RB-011/diagnose/1
    account = query one
      SELECT id, name, owner_email, stripe_customer_id, stripe_subscription_id,
             subscription_tier, subscription_status, subscription_period_end, frozen_reason
      FROM businesses
      WHERE id = :business
    check account.stripe_customer_id is present
      else "This business never had a Stripe customer: nothing to compare"

  # Status, tier and period end come from Stripe's items and price; the document wrote them as literals.
  step "Check Stripe subscription", timeout 20s, retry 3 times every 5s, covers RB-011/diagnose/2.*
    subscription = stripe.latest_subscription(customer: account.stripe_customer_id)

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Check webhook logs", covers RB-011/diagnose/3
    deliveries = supabase.function_logs(function: "stripe-webhook", since: 24h ago,
                                        matching: "customer.subscription.")

  # Stripe knows eight statuses; each is in one of the findings below.
  finding webhook_missed "Webhook missed", covers RB-011/resolve/1
    subscription is present
    subscription.status in ["active", "trialing", "past_due"]
    subscription.tier is present
    either
      subscription.status is not account.subscription_status
      subscription.tier is not account.subscription_tier
      subscription.current_period_end is not account.subscription_period_end

  # A price that the app does not know must never become a tier by guessing.
  finding unknown_price "Stripe bills a price that belongs to no tier"
    subscription is present
    subscription.status in ["active", "trialing", "past_due"]
    subscription.tier is absent

  finding collection_stopped "Stripe no longer collects, the database still says paid"
    subscription is present
    subscription.status in ["unpaid", "paused"]
    subscription.status is not account.subscription_status

  finding first_payment_open "The first payment never went through"
    subscription is present
    subscription.status in ["incomplete", "incomplete_expired"]

  finding cancelled_in_stripe "Cancelled in Stripe but active in the database", covers RB-011/resolve/2
    subscription is present
    subscription.status is "canceled"
    account.subscription_status in ["active", "trialing", "past_due", "unpaid", "paused"]

resolve webhook_missed
  step "Sync from Stripe", covers RB-011/resolve/1.1
    change "Copy tier, status and period end from Stripe"
      sql
        UPDATE businesses
        SET subscription_tier = :subscription.tier,
            subscription_status = :subscription.status,
            subscription_period_end = :subscription.current_period_end,
            stripe_subscription_id = :subscription.id,
            updated_at = now()
        WHERE id = :business
          AND stripe_customer_id = :account.stripe_customer_id
          AND subscription_tier = :account.subscription_tier
          AND subscription_status = :account.subscription_status
      expect 1 row
      may drift updated_at
    on failure conflict
      note "The row is no longer what was diagnosed: the webhook came after all, or somebody was faster"
  step "Trigger check-subscription", covers RB-011/resolve/1.2
    change "Run check-subscription for this business"
      supabase.invoke(function: "check-subscription", body: {business_id: business})
      irreversible "the app only reads Stripe again"
    on failure unavailable, unauthorized, invalid
      note "check-subscription did not answer; the row is right without it"

resolve unknown_price
  step "Hand the price to people"
    escalate "Stripe bills {{ subscription.price }}, and no tier belongs to that price"
      impact "{{ account.name }} pays and sees {{ account.subscription_tier }}"
      next   "Decide which tier the price means, add it to the app, then run RB-011 again"
    stop handed over "Nobody has said which tier {{ subscription.price }} means"

resolve collection_stopped
  step "Record Stripe's status"
    # The tier stays: freezing for non-payment is RB-001's decision.
    change "Set the status to {{ subscription.status }}, keep the tier"
      sql
        UPDATE businesses
        SET subscription_status = :subscription.status, updated_at = now()
        WHERE id = :business
          AND stripe_customer_id = :account.stripe_customer_id
          AND subscription_status = :account.subscription_status
      expect 1 row
      may drift updated_at
    note "Stripe says {{ subscription.status }}: go on with RB-001 if the customer asks for access"

resolve first_payment_open
  step "Leave it with the customer"
    note "Stripe says {{ subscription.status }}: the customer has to finish the first payment"
    stop handed over "There is no paid subscription to copy: the first payment is {{ subscription.status }}"

resolve cancelled_in_stripe
  # With its moment and its reason, or RB-001 could not tell this freeze from one for non-payment.
  step "Freeze the account", covers RB-011/resolve/2.1
    change "Freeze and move to the free tier"
      sql
        UPDATE businesses
        SET is_frozen = true,
            frozen_at = now(),
            frozen_reason = 'subscription_canceled',
            subscription_status = 'canceled',
            subscription_tier = 'free',
            updated_at = now()
        WHERE id = :business
          AND stripe_customer_id = :account.stripe_customer_id
          AND subscription_tier = :account.subscription_tier
          AND subscription_status = :account.subscription_status
          AND frozen_reason IS NOT DISTINCT FROM :account.frozen_reason
      expect 1 row
      may drift updated_at

otherwise
  escalate "Nothing is left to copy from Stripe, yet somebody sees the wrong subscription"
    impact "{{ account.name }} sees {{ account.subscription_tier }}, {{ account.subscription_status }}"
    next   "Look at the customer's session and at what check-subscription answers there"
  stop handed over "The database holds what Stripe says: the fault is elsewhere"

verify
  within 5m checking every 15s
    until no finding holds

recover
  step "Tell the customer", covers RB-011/resolve/2.2
    if cancelled_in_stripe
      email.send(to: account.owner_email, message: cancellation_confirmed(account))

prevent
  - Monitor webhook success rate, covers RB-011/prevent/1
  - Implement a webhook retry queue, covers RB-011/prevent/2
  - Add a subscription sync check on login, covers RB-011/prevent/3

message cancellation_confirmed(account: businesses) "Your subscription was cancelled"
  Hello {{ account.name }},

  your subscription has ended and your account is now on the free tier.
  If you did not cancel it, please answer this mail.
