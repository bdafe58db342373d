scenarios for RB-011

world paid_but_free "A customer paid, the webhook never arrived" default
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world paid_at_a_new_price "A customer pays a price that nobody told the app about"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_black_friday",
                      status: "active")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world cancelled "A customer cancelled, the database still says active"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | pro               | active              |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_pro", status: "canceled")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world unpaid "Stripe gave up collecting, the database still says active"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | starter           | active              |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "unpaid")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world unpaid_at_a_new_price "Stripe gave up collecting a price that nobody told the app about"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | starter           | active              |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_black_friday",
                      status: "unpaid")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world paid_again "The card works again, the database still says past due"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | stripe_subscription_id | subscription_tier | subscription_status | subscription_period_end |
    | :business | Acme | owner@acme.test | cus_acme           | sub_1                  | starter           | past_due            | = 20d from now          |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active",
                      current_period_end: 20d from now)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world renewed "The next month was paid, the database still ends with the last"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | stripe_subscription_id | subscription_tier | subscription_status | subscription_period_end |
    | :business | Acme | owner@acme.test | cus_acme           | sub_1                  | starter           | active              | = 1d ago                |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active",
                      current_period_end: 29d from now)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 90s

world first_payment_failed "The card was declined at the first payment"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter",
                      status: "incomplete")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world never_a_customer "A business that never bought anything"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | null               | free              | inactive            |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world no_subscription "A customer of Stripe who never subscribed"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :business | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.customer(id: "cus_acme", email: "owner@acme.test")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world all_in_order "Stripe and the database agree"
  business = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id        | name | owner_email     | stripe_customer_id | stripe_subscription_id | subscription_tier | subscription_status | subscription_period_end |
    | :business | Acme | owner@acme.test | cus_acme           | sub_1                  | starter           | active              | = 20d from now          |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active",
                      current_period_end: 20d from now, delivered: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

scenario "Stripe is down when the pager rings" in paid_but_free
  fault stripe unavailable from 0s to 8s
  expect the same as "webhook missed"

scenario "Stripe is down for hours" in paid_but_free
  fault stripe unavailable from 0s to 3h
  expect not judged webhook_missed
  expect not judged cancelled_in_stripe
  expect nothing changed
  expect escalated to tech_lead at 2h

scenario "the database does not answer" in paid_but_free
  fault postgres down from 0s to 3h
  expect not judged webhook_missed
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody answers" in paid_but_free
  person on_call never answers
  expect found webhook_missed
  expect asked 1 time "Copy tier, status and period end from Stripe"
  expect nothing changed
  expect escalated to tech_lead at 2h

scenario "the engineer refuses" in paid_but_free
  person on_call refuses "Copy tier, status and period end from Stripe" after 1m
  expect found webhook_missed
  expect nothing changed
  expect escalated to tech_lead

scenario "the engineer does not want check-subscription to run" in paid_but_free
  person on_call refuses "Run check-subscription for this business" after 1m
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect escalated to tech_lead

scenario "the engineer takes the copied tier back" in paid_but_free
  person on_call refuses "Run check-subscription for this business" after 1m
  person on_call approves "Take back what was done?" after 2m
  expect found webhook_missed
  expect undone "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | free              | inactive            |
  expect escalated to tech_lead
  expect failed

scenario "the engineer leaves the copied tier" in paid_but_free
  person on_call refuses "Run check-subscription for this business" after 1m
  person on_call refuses "Take back what was done?" after 2m
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect escalated to tech_lead
  expect failed

scenario "nobody is there for the second question" in paid_but_free
  person on_call never answers
  person on_call approves "Copy tier, status and period end from Stripe" after 90s
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect escalated to tech_lead

scenario "the webhook comes while we wait" in paid_but_free
  at 60s
    stripe.deliver_pending_events()
  expect found webhook_missed
  expect not changed "Copy tier, status and period end from Stripe"
  expect changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 10m
  expect no escalation

scenario "the row moves between plan and approval" in paid_but_free
  at 60s
    sql
      UPDATE businesses SET subscription_period_end = now() WHERE id = :business
  expect found webhook_missed
  expect asked 2 times "Copy tier, status and period end from Stripe"
  expect changed "Copy tier, status and period end from Stripe"
  expect changed "Run check-subscription for this business"
  expect resolved within 10m
  expect no escalation

scenario "check-subscription is down" in paid_but_free
  fault app "check-subscription" down
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 10m
  expect no escalation

scenario "the answer of check-subscription is lost" in paid_but_free
  fault supabase lost answer from 1m to 5m
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect changed "Run check-subscription for this business"
  expect resolved within 20m
  expect no escalation

scenario "check-subscription does not take the business" in paid_but_free
  fault supabase refuses with unauthorized or invalid during "Run check-subscription for this business"
  expect the same as "check-subscription is down"

scenario "check-subscription cannot be run" in paid_but_free
  fault supabase refuses with rate_limited or not_found or conflict during "Run check-subscription for this business"
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect escalated to tech_lead

scenario "the row is locked by somebody else" in paid_but_free
  fault postgres lock timeout during "Copy tier, status and period end from Stripe"
  expect found webhook_missed
  expect asked 1 time "Copy tier, status and period end from Stripe"
  expect nothing changed
  expect escalated to tech_lead

scenario "the logs cannot be read" in paid_but_free
  fault supabase unavailable from 0s to 30s
  expect the same as "webhook missed"

scenario "a price that belongs to no tier" in paid_at_a_new_price
  expect found unknown_price
  expect not found webhook_missed
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "the first payment was declined" in first_payment_failed
  expect found first_payment_open
  expect nothing changed
  expect handed over within 1m
  expect no escalation

scenario "Stripe gave up collecting" in unpaid
  expect found collection_stopped
  expect changed "Set the status to unpaid, keep the tier"
  expect table businesses where id = :business
    | subscription_tier | subscription_status | is_frozen |
    | starter           | unpaid              | false     |
  expect resolved within 5m
  expect no escalation

scenario "the status is not to be touched" in unpaid
  person on_call refuses "Set the status" after 1m
  expect found collection_stopped
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody confirms the status" in unpaid
  person on_call never answers
  expect found collection_stopped
  expect asked 1 time "Set the status"
  expect nothing changed
  expect escalated to tech_lead

scenario "the status moves while we wait" in unpaid
  at 60s
    stripe.deliver_pending_events()
  expect found collection_stopped
  expect not changed "Set the status to unpaid, keep the tier"
  expect escalated to tech_lead

scenario "somebody sets the row back while we wait" in paid_but_free
  fault app "check-subscription" down
  at 2m
    sql
      UPDATE businesses SET subscription_tier = 'free' WHERE id = :business
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | free              | active              |
  expect escalated to tech_lead

scenario "a customer without a subscription" in no_subscription
  expect not found webhook_missed
  expect not found cancelled_in_stripe
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "never a customer of Stripe" in never_a_customer
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "all in order" in all_in_order
  expect not found webhook_missed
  expect not found unknown_price
  expect not found collection_stopped
  expect not found first_payment_open
  expect not found cancelled_in_stripe
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "the account is not to be frozen" in cancelled
  person on_call refuses "Freeze and move to the free tier" after 1m
  expect found cancelled_in_stripe
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "nobody confirms the freeze" in cancelled
  person on_call never answers
  expect found cancelled_in_stripe
  expect asked 1 time "Freeze and move to the free tier"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the cancellation arrives while we wait" in cancelled
  at 60s
    stripe.deliver_pending_events()
  expect found cancelled_in_stripe
  expect not changed "Freeze and move to the free tier"
  expect table businesses where id = :business
    | subscription_tier | subscription_status | is_frozen | frozen_reason         |
    | free              | canceled            | true      | subscription_canceled |
  expect escalated to tech_lead

scenario "the mail cannot be sent" in cancelled
  fault email unavailable from 91s to 3h
  expect found cancelled_in_stripe
  expect asked 1 time "Was this done"
  expect changed "Freeze and move to the free tier"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "a crash while the tier is copied" in paid_but_free
  crash during "Copy tier, status and period end from Stripe" before the answer
  expect the same as "webhook missed"

scenario "a crash while the status is set" in unpaid
  crash during "Set the status to unpaid, keep the tier" before the answer
  expect the same as "Stripe gave up collecting"

scenario "a crash while the account is frozen" in cancelled
  crash during "Freeze and move to the free tier" before the answer
  expect the same as "cancelled in Stripe"

scenario "the mail is refused" in cancelled
  fault email refuses with conflict or invalid during "email.send"
  expect found cancelled_in_stripe
  expect changed "Freeze and move to the free tier"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "only the status is old" in paid_again
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 5m
  expect no escalation

scenario "only the end of the period is old" in renewed
  expect found webhook_missed
  expect changed "Copy tier, status and period end from Stripe"
  expect changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 5m
  expect no escalation

scenario "somebody moves the business to another customer while we wait" in paid_but_free
  fault app "check-subscription" down
  at 60s
    stripe.customer(id: "cus_other", email: "owner@acme.test")
    sql
      UPDATE businesses SET stripe_customer_id = 'cus_other' WHERE id = :business
  expect found webhook_missed
  expect asked 1 time "Copy tier, status and period end from Stripe"
  expect not changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | free              | inactive            |

scenario "somebody sets another tier while we wait" in paid_but_free
  fault app "check-subscription" down
  at 60s
    sql
      UPDATE businesses SET subscription_tier = 'pro' WHERE id = :business
  expect found webhook_missed
  expect asked 1 time "Copy tier, status and period end from Stripe"
  expect not changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | pro               | inactive            |
  expect escalated to tech_lead

scenario "somebody sets another status while we wait" in paid_but_free
  fault app "check-subscription" down
  at 60s
    sql
      UPDATE businesses SET subscription_status = 'trialing' WHERE id = :business
  expect found webhook_missed
  expect asked 1 time "Copy tier, status and period end from Stripe"
  expect not changed "Copy tier, status and period end from Stripe"
  expect not changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | free              | trialing            |
  expect escalated to tech_lead

scenario "Stripe gave up collecting a price of no tier" in unpaid_at_a_new_price
  expect found collection_stopped
  expect not found unknown_price
  expect changed "Set the status to unpaid, keep the tier"
  expect table businesses where id = :business
    | subscription_tier | subscription_status |
    | starter           | unpaid              |
  expect resolved within 5m
  expect no escalation

scenario "an unpaid business gets another customer while we wait" in unpaid
  at 60s
    stripe.customer(id: "cus_other", email: "owner@acme.test")
    sql
      UPDATE businesses SET stripe_customer_id = 'cus_other' WHERE id = :business
  expect found collection_stopped
  expect not changed "Set the status to unpaid, keep the tier"
  expect escalated to tech_lead

scenario "the database is down when the status is set" in unpaid
  fault postgres down during "Set the status to unpaid, keep the tier" for 3h
  expect found collection_stopped
  expect asked 1 time "Set the status"
  expect nothing changed
  expect escalated to tech_lead

scenario "a cancelled business gets another customer while we wait" in cancelled
  at 60s
    stripe.customer(id: "cus_other", email: "owner@acme.test")
    sql
      UPDATE businesses SET stripe_customer_id = 'cus_other' WHERE id = :business
  expect found cancelled_in_stripe
  expect not changed "Freeze and move to the free tier"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "a cancelled business gets another tier while we wait" in cancelled
  at 60s
    sql
      UPDATE businesses SET subscription_tier = 'enterprise' WHERE id = :business
  expect found cancelled_in_stripe
  expect not changed "Freeze and move to the free tier"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "a cancelled business gets another status while we wait" in cancelled
  at 60s
    sql
      UPDATE businesses SET subscription_status = 'past_due' WHERE id = :business
  expect found cancelled_in_stripe
  expect not changed "Freeze and move to the free tier"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "an incident freezes the cancelled business while we wait" in cancelled
  at 60s
    sql
      UPDATE businesses
      SET is_frozen = true, frozen_at = now(), frozen_reason = 'incident:INC-2026-11-23-007'
      WHERE id = :business
  expect found cancelled_in_stripe
  expect not changed "Freeze and move to the free tier"
  expect table businesses where id = :business
    | subscription_tier | frozen_reason               |
    | pro               | incident:INC-2026-11-23-007 |
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the database is down when the account is frozen" in cancelled
  fault postgres down during "Freeze and move to the free tier" for 3h
  expect found cancelled_in_stripe
  expect asked 1 time "Freeze and move"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the answer to the mail is lost" in cancelled
  fault email lost answer during "email.send" for 2s
  expect the same as "cancelled in Stripe"

scenario "cancelled in Stripe" in cancelled
  expect found cancelled_in_stripe
  expect not found webhook_missed
  expect changed "Freeze and move to the free tier"
  expect table businesses where id = :business
    | subscription_tier | subscription_status | is_frozen | frozen_reason         |
    | free              | canceled            | true      | subscription_canceled |
  expect sent email to "owner@acme.test" with "free tier"
  expect resolved within 5m
  expect no escalation

scenario "webhook missed" in paid_but_free
  expect found webhook_missed
  expect not found cancelled_in_stripe
  expect changed "Copy tier, status and period end from Stripe"
  expect changed "Run check-subscription for this business"
  expect table businesses where id = :business
    | subscription_tier | subscription_status | stripe_subscription_id |
    | starter           | active              | sub_1                  |
  expect resolved within 5m
  expect no escalation
