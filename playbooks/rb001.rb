runbook RB-001 "Account Frozen Due to Payment Failure"

severity P2
mttr     15m
alerts   AccountFrozen
tags     billing, stripe
use      platform

input business: uuid   "Business whose account is frozen"

symptoms
  - Customer reports "Account Frozen" banner, covers RB-001/symptoms/1
  - Cannot send messages, covers RB-001/symptoms/2
  - Can receive but not reply, covers RB-001/symptoms/3

diagnose
  step "Verify account status", covers RB-001/diagnose/1
    account = query one
      SELECT id, name, owner_email, is_frozen, frozen_at, frozen_reason, stripe_customer_id, subscription_status
      FROM businesses
      WHERE id = :business
    check account.stripe_customer_id is present
      else "This business never had a Stripe customer: nobody ever billed it"

  # What Stripe billed: drafts are not billed yet, and an open invoice nobody tried to collect has not failed.
  step "Check Stripe payment status", timeout 20s, retry 3 times every 5s, covers RB-001/diagnose/2.*
    customer = stripe.customer(customer: account.stripe_customer_id)
    invoices = stripe.list_invoices(customer: account.stripe_customer_id)
    payments = stripe.payments(customer: account.stripe_customer_id, since: 90d ago)
    billed   = invoices where it.status in ["paid", "void", "uncollectible"] or it.attempts > 0
    latest   = first(billed)
    owed     = first(billed where it.status is "open")

  # Stripe decides; our own table is shown beside it.
  step "Check outstanding invoice", covers RB-001/diagnose/3
    failed_here = query maybe
      SELECT stripe_invoice_id, amount_cents, currency, status, created_at
      FROM invoices
      WHERE business_id = :business AND status = 'failed'
      ORDER BY created_at DESC
      LIMIT 1

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Check webhook logs", covers RB-001/resolve/2.2
    deliveries = supabase.function_logs(function: "stripe-webhook", since: 24h ago,
                                        matching: "invoice.payment_succeeded")
    paid_events = stripe.list_events(types: ["invoice.paid", "invoice.payment_succeeded"],
                                     since: 30d ago, undelivered: true)
    undelivered = paid_events where it.customer is account.stripe_customer_id

  # Only a frozen account has a reason: the schema sees to it.
  finding payment_failed "The payment genuinely failed", covers RB-001/resolve/1
    account.frozen_reason is "payment_failed"
    owed is present

  finding paid_but_frozen "The payment succeeded, the account is still frozen", covers RB-001/resolve/2
    account.frozen_reason is "payment_failed"
    owed is absent
    latest is present
    latest.status is "paid"

  # Voided, written off, or never billed: whether that lets the customer in again is not ours to say.
  finding nothing_to_collect "Frozen for a failed payment, and Stripe collects nothing"
    account.frozen_reason is "payment_failed"
    owed is absent
    either
      latest is absent
      latest.status is not "paid"

  finding frozen_for_another_reason "Frozen, and not for a failed payment"
    account.is_frozen
    account.frozen_reason is not "payment_failed"

resolve payment_failed
  step "Send the payment link", retry 3 times every 5s doubling, covers RB-001/resolve/1.1, RB-001/resolve/1.2
    allow W613 "without the link nobody can pay; the mail promises nothing but what Stripe asks for"
    email.send(to: account.owner_email,
               message: payment_failed_mail(account: account, amount: owed.amount_remaining,
                                            page: owed.page))
  step "Wait for the payment", covers RB-001/resolve/1.3
    allow W430 "the customer pays when the customer pays, and the run watches instead of a person"
    within 1h checking every 1m
      bill = stripe.invoice(invoice: owed.id)
      until bill.status is "paid"
    else
      stop handed over "The customer has the link and has not paid yet: the account stays frozen"
  step "Let the webhook unfreeze the account", covers RB-001/resolve/1.4
    within 5m checking every 15s
      current = query one
        SELECT is_frozen FROM businesses WHERE id = :business
      until not current.is_frozen
    else
      note "{{ owed.id }} is paid and the webhook has not come: unfreezing by hand"
      call unfreeze_after_payment(business: business, frozen_at: account.frozen_at,
                                  invoice: bill.id,
                                  paid_at: bill.paid_at if bill.paid_at is present else now)

resolve paid_but_frozen
  step "Unfreeze by hand", covers RB-001/resolve/2.1, RB-001/resolve/2.3, RB-001/resolve/2.3.1
    call unfreeze_after_payment(business: business, frozen_at: account.frozen_at,
                                invoice: latest.id,
                                paid_at: latest.paid_at if latest.paid_at is present else now)

resolve nothing_to_collect
  step "Hand the freeze to people"
    escalate "{{ account.name }} is frozen for a failed payment, and Stripe has nothing to collect"
      impact "{{ account.name }} cannot send messages"
      next   "Decide whether the account is let in again: the invoice was voided, written off or never made"
    stop handed over "Nobody owes anything in Stripe: whether to unfreeze is a decision for people"

resolve frozen_for_another_reason
  step "Hand the freeze to people"
    escalate "{{ account.name }} is frozen for another reason: {{ account.frozen_reason if account.frozen_reason is present else "none given" }}"
      impact "{{ account.name }} cannot send messages"
      next   "subscription_canceled belongs to RB-011, incident:… to the incident that froze it"
    stop handed over "Frozen for {{ account.frozen_reason if account.frozen_reason is present else "none given" }}: a payment does not lift this freeze"

otherwise
  if account.is_frozen
    escalate "{{ account.name }} is frozen ({{ account.frozen_reason if account.frozen_reason is present else "none given" }}), and Stripe never had it as a customer"
      impact "{{ account.name }} cannot send messages"
      next   "Ask whoever froze the account: there is no payment to look at"
    stop handed over "Nobody ever billed this business: a payment does not lift this freeze"
  escalate "The account is not frozen, yet somebody cannot send"
    impact "{{ account.name }}: {{ account.subscription_status }}"
    next   "Look at the customer's session, and at RB-002 if several customers cannot send"
  stop handed over "The database says the account is open: the fault is elsewhere"

verify
  step "The account is open"
    within 2m checking every 15s
      now_open = query one
        SELECT is_frozen FROM businesses WHERE id = :business
      until not now_open.is_frozen

recover
  step "Confirm to the customer", retry 3 times every 5s doubling, covers RB-001/resolve/2.3.2
    email.send(to: account.owner_email, message: account_open_again(account: account))

prevent
  - Monitor webhook delivery success rate, covers RB-001/prevent/1
  - Set up retry logic with dead-letter queue, covers RB-001/prevent/2
  - Alert on webhook failures, covers RB-001/prevent/3

message payment_failed_mail(account: businesses, amount: money, page: optional url) "Your payment failed"
  Hello {{ account.name }},

  your payment of {{ amount }} failed. Please update your payment method.

  {% if page is present -%}
  You can pay here: {{ page }}
  {%- else -%}
  Please answer this mail and we will send you the invoice.
  {%- endif %}

  As soon as the payment has arrived, your account opens by itself.

message account_open_again(account: businesses) "Your account is open again"
  Hello {{ account.name }},

  your payment has arrived and your account is open again: you can send messages as before.
