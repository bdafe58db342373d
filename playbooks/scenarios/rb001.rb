scenarios for RB-001

world card_declined "The card was declined, the account was frozen" default
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status | is_frozen | frozen_at | frozen_reason  |
    | :business | Acme | owner@acme.test | cus_acme           | starter           | past_due            | true      | = 2d ago  | payment_failed |
  table invoices
    | business_id | stripe_invoice_id | amount_cents | status | created_at |
    | :business   | in_2              | 4900         | failed | = 3d ago   |
  stripe.invoice(id: "in_1", customer: "cus_acme", amount: 4900, status: "paid", attempts: 1,
                 created: 33d ago, delivered: true)
  stripe.invoice(id: "in_2", customer: "cus_acme", amount: 4900, status: "open", attempts: 2,
                 created: 3d ago, delivered: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world paid_webhook_lost "The invoice was paid, its webhook never arrived"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status | is_frozen | frozen_at | frozen_reason  |
    | :business | Acme | owner@acme.test | cus_acme           | starter           | past_due            | true      | = 2d ago  | payment_failed |
  table invoices
    | business_id | stripe_invoice_id | amount_cents | status | created_at |
    | :business   | in_1              | 4900         | failed | = 3d ago   |
  stripe.invoice(id: "in_1", customer: "cus_acme", amount: 4900, status: "paid", attempts: 2,
                 created: 3d ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world written_off "The invoice was voided, the freeze stayed"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_status | is_frozen | frozen_at | frozen_reason  |
    | :business | Acme | owner@acme.test | cus_acme           | past_due            | true      | = 2d ago  | payment_failed |
  stripe.invoice(id: "in_1", customer: "cus_acme", amount: 4900, status: "void", attempts: 2,
                 created: 3d ago, delivered: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world never_billed "Frozen for a failed payment, without any invoice"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_status | is_frozen | frozen_at | frozen_reason  |
    | :business | Acme | owner@acme.test | cus_acme           | past_due            | true      | = 2d ago  | payment_failed |
  stripe.customer(id: "cus_acme", email: "owner@acme.test")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world cancelled "The subscription was cancelled, that is why the account is frozen"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_status | is_frozen | frozen_at | frozen_reason         |
    | :business | Acme | owner@acme.test | cus_acme           | canceled            | true      | = 9d ago  | subscription_canceled |
  stripe.invoice(id: "in_1", customer: "cus_acme", amount: 4900, status: "paid", attempts: 1,
                 created: 33d ago, delivered: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world cancelled_owing "Cancelled, with an invoice that nobody paid"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_status | is_frozen | frozen_at | frozen_reason         |
    | :business | Acme | owner@acme.test | cus_acme           | canceled            | true      | = 9d ago  | subscription_canceled |
  stripe.invoice(id: "in_1", customer: "cus_acme", amount: 4900, status: "open", attempts: 4,
                 created: 33d ago, delivered: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world cancelled_unbilled "Cancelled before anything was billed"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_status | is_frozen | frozen_at | frozen_reason         |
    | :business | Acme | owner@acme.test | cus_acme           | canceled            | true      | = 9d ago  | subscription_canceled |
  stripe.customer(id: "cus_acme", email: "owner@acme.test")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world older_invoice_open "The last invoice was paid, the one before was not"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_status | is_frozen | frozen_at | frozen_reason  |
    | :business | Acme | owner@acme.test | cus_acme           | past_due            | true      | = 33d ago | payment_failed |
  table invoices
    | business_id | stripe_invoice_id | amount_cents | status | created_at |
    | :business   | in_1              | 4900         | failed | = 34d ago  |
  stripe.invoice(id: "in_1", customer: "cus_acme", amount: 4900, status: "open", attempts: 4,
                 created: 34d ago, delivered: true)
  stripe.invoice(id: "in_2", customer: "cus_acme", amount: 4900, status: "paid", attempts: 1,
                 created: 3d ago, delivered: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world frozen_by_an_incident "An incident froze a business that Stripe never billed"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | is_frozen | frozen_at | frozen_reason               |
    | :business | Acme | owner@acme.test | null               | true      | = 2h ago  | incident:INC-2026-11-23-007 |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world not_frozen "The account is open"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | starter           | active              |
  stripe.invoice(id: "in_1", customer: "cus_acme", amount: 4900, status: "paid", attempts: 1,
                 created: 3d ago, delivered: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

scenario "the customer pays and the webhook unfreezes" in card_declined
  at 12m
    stripe.pay_invoice(id: "in_2")
  expect found payment_failed
  expect not found paid_but_frozen
  expect sent email to "owner@acme.test" with "https://invoice.stripe.com/i/simulated/in_2"
  expect sent email to "owner@acme.test" with "Your account is open again"
  expect not changed "Unfreeze the account, in_2 is paid"
  expect table businesses where id = :business
    | is_frozen | frozen_reason |
    | false     | null          |
  expect resolved within 15m
  expect no escalation

scenario "the customer pays and the webhook does not come" in card_declined
  fault app "stripe-webhook" down
  at 12m
    stripe.pay_invoice(id: "in_2")
  expect found payment_failed
  expect sent email to "owner@acme.test" with "Please update your payment method"
  expect changed "Unfreeze the account, in_2 is paid"
  expect table businesses where id = :business
    | is_frozen | frozen_reason |
    | false     | null          |
  expect table invoices where stripe_invoice_id = in_2
    | status |
    | paid   |
  expect sent email to "owner@acme.test" with "Your account is open again"
  expect resolved within 25m
  expect no escalation

scenario "Stripe is down while the customer pays" in card_declined
  fault stripe unavailable from 11m to 13m
  at 12m
    stripe.pay_invoice(id: "in_2")
  expect the same as "the customer pays and the webhook unfreezes"

scenario "the database is down when the webhook comes" in card_declined
  fault app "stripe-webhook" down
  fault postgres down from 12m to 13m
  at 12m
    stripe.pay_invoice(id: "in_2")
  expect the same as "the customer pays and the webhook does not come"

scenario "the link cannot be sent" in card_declined
  fault email unavailable from 0s to 3h
  expect found payment_failed
  expect asked 1 time "Was this done"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the link is not taken" in card_declined
  fault email refuses with rate_limited or conflict or invalid during "Send the payment link"
  expect found payment_failed
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the answer to the link is lost" in card_declined
  fault email lost answer from 0s to 3s
  at 12m
    stripe.pay_invoice(id: "in_2")
  expect the same as "the customer pays and the webhook unfreezes"

scenario "the database is down when the account is unfrozen" in paid_webhook_lost
  fault postgres down from 80s to 3h
  expect found paid_but_frozen
  expect asked 1 time "Unfreeze the account"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the customer does not pay" in card_declined
  expect found payment_failed
  expect sent email to "owner@acme.test" with "Please update your payment method"
  expect not sent email to "owner@acme.test" with "Your account is open again"
  expect nothing changed
  expect handed over within 70m
  expect no escalation

scenario "the webhook was lost" in paid_webhook_lost
  expect found paid_but_frozen
  expect not found payment_failed
  expect not found frozen_for_another_reason
  expect changed "Unfreeze the account, in_1 is paid"
  expect table businesses where id = :business
    | is_frozen | frozen_at | frozen_reason | subscription_tier |
    | false     | null      | null          | starter           |
  expect table invoices where stripe_invoice_id = in_1
    | status |
    | paid   |
  expect sent email to "owner@acme.test" with "Your account is open again"
  expect resolved within 5m
  expect no escalation

scenario "Stripe is down when the pager rings" in paid_webhook_lost
  fault stripe unavailable from 0s to 8s
  expect the same as "the webhook was lost"

scenario "the logs cannot be read" in paid_webhook_lost
  fault supabase unavailable from 0s to 30s
  expect the same as "the webhook was lost"

scenario "the webhook comes while we wait for approval" in paid_webhook_lost
  at 60s
    stripe.deliver_pending_events()
  expect found paid_but_frozen
  expect not changed "Unfreeze the account, in_1 is paid"
  expect table businesses where id = :business
    | is_frozen | frozen_reason |
    | false     | null          |
  expect sent email to "owner@acme.test" with "Your account is open again"
  expect resolved within 5m
  expect no escalation

scenario "another runbook freezes the account while we wait" in paid_webhook_lost
  at 60s
    sql
      UPDATE businesses SET frozen_reason = 'incident:INC-2026-11-23-007' WHERE id = :business
  expect found paid_but_frozen
  expect not changed "Unfreeze the account, in_1 is paid"
  expect table businesses where id = :business
    | is_frozen | frozen_reason               |
    | true      | incident:INC-2026-11-23-007 |
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the next failed payment freezes the account again while we wait" in paid_webhook_lost
  fault postgres down during "The account is open" for 15s
  at 60s
    sql
      UPDATE businesses SET frozen_at = now() WHERE id = :business
  expect found paid_but_frozen
  expect not changed "Unfreeze the account, in_1 is paid"
  expect table businesses where id = :business
    | is_frozen | frozen_reason  |
    | true      | payment_failed |
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "our table has other invoices, and this one was voided by hand" in paid_webhook_lost
  at 0s
    sql
      UPDATE invoices SET status = 'void' WHERE stripe_invoice_id = 'in_1'
    table invoices
      | business_id | stripe_invoice_id | amount_cents | status |
      | :business   | in_8              | 4900         | failed |
      | :business   | in_9              | 4900         | open   |
  expect found paid_but_frozen
  expect changed "Unfreeze the account, in_1 is paid"
  expect table invoices where business_id = :business
    | stripe_invoice_id | status |
    | in_1              | void   |
    | in_8              | failed |
    | in_9              | open   |
  expect sent email to "owner@acme.test" with "Your account is open again"
  expect resolved within 5m
  expect no escalation

scenario "the engineer refuses" in paid_webhook_lost
  person on_call refuses "Unfreeze the account" after 1m
  expect found paid_but_frozen
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "nobody answers" in paid_webhook_lost
  person on_call never answers
  expect found paid_but_frozen
  expect asked 1 time "Unfreeze the account"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "a crash while the account is unfrozen" in paid_webhook_lost
  crash during "Unfreeze the account, in_1 is paid" before the answer
  expect the same as "the webhook was lost"

scenario "the account is locked by somebody else" in paid_webhook_lost
  fault postgres lock timeout during "Unfreeze the account, in_1 is paid"
  expect found paid_but_frozen
  expect asked 1 time "Unfreeze the account, in_1 is paid"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the confirmation is lost on its way" in paid_webhook_lost
  fault email lost answer from 91s to 2m
  expect the same as "the webhook was lost"

scenario "the confirmation is not taken" in paid_webhook_lost
  fault email refuses with unauthorized or conflict or invalid during "Confirm to the customer"
  expect found paid_but_frozen
  expect changed "Unfreeze the account, in_1 is paid"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "Stripe is down for hours" in paid_webhook_lost
  fault stripe unavailable from 0s to 3h
  expect not judged payment_failed
  expect not judged paid_but_frozen
  expect not found frozen_for_another_reason
  expect nothing changed
  expect escalated to tech_lead

scenario "Stripe goes down while the invoices are read" in paid_webhook_lost
  fault stripe unavailable from 100ms to 3h
  expect not judged paid_but_frozen
  expect nothing changed
  expect escalated to tech_lead

scenario "Stripe goes down while the payments are read" in paid_webhook_lost
  fault stripe unavailable from 420ms to 3h
  expect not judged paid_but_frozen
  expect nothing changed
  expect escalated to tech_lead

scenario "the database does not answer" in paid_webhook_lost
  fault postgres down from 0s to 3h
  expect not judged payment_failed
  expect nothing changed
  expect escalated to tech_lead

scenario "the invoice was voided" in written_off
  expect found nothing_to_collect
  expect not found paid_but_frozen
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "there is no invoice at all" in never_billed
  expect found nothing_to_collect
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "frozen by a cancellation" in cancelled
  expect found frozen_for_another_reason
  expect not found paid_but_frozen
  expect nothing changed
  expect escalated to tech_lead with "Acme is frozen for another reason: subscription_canceled"
  expect handed over within 1m

scenario "frozen by a cancellation, with an open invoice" in cancelled_owing
  expect found frozen_for_another_reason
  expect not found payment_failed
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead
  expect handed over within 1m

scenario "frozen by a cancellation, never billed" in cancelled_unbilled
  expect found frozen_for_another_reason
  expect not found nothing_to_collect
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "an older invoice is still open" in older_invoice_open
  at 12m
    stripe.pay_invoice(id: "in_1")
  expect found payment_failed
  expect not found paid_but_frozen
  expect sent email to "owner@acme.test" with "https://invoice.stripe.com/i/simulated/in_1"
  expect sent email to "owner@acme.test" with "Your account is open again"
  expect nothing changed
  expect table businesses where id = :business
    | is_frozen | frozen_reason |
    | false     | null          |
  expect resolved within 15m
  expect no escalation

scenario "frozen by an incident, never a customer of Stripe" in frozen_by_an_incident
  expect nothing changed
  expect escalated to tech_lead with "Acme is frozen (incident:INC-2026-11-23-007), and Stripe never had it as a customer"
  expect handed over within 1m with "Nobody ever billed this business"

scenario "not frozen" in not_frozen
  expect not found payment_failed
  expect not found paid_but_frozen
  expect not found nothing_to_collect
  expect not found frozen_for_another_reason
  expect nothing changed
  expect escalated to tech_lead with "The account is not frozen"
  expect handed over within 1m with "the fault is elsewhere"
