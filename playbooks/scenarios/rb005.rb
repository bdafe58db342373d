scenarios for RB-005

world lost_secret "The function has another secret than the endpoint of Stripe" default
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_former")
  stripe.webhook_endpoint(id: "we_1",
                          url: "https://simulatedprojectaaaa.supabase.co/functions/v1/stripe-webhook",
                          secret: "whsec_current")
  table businesses
    | id    | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :acme | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  supabase.log(function: "stripe-webhook", level: "error", at: 40m ago,
               text: "Webhook error: No signatures found matching the expected signature for payload")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call answers "Resend" with {resent: 1} after 5m

world no_secret "The function has no secret at all"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", expected: "whsec_current")
  stripe.webhook_endpoint(id: "we_1",
                          url: "https://simulatedprojectaaaa.supabase.co/functions/v1/stripe-webhook",
                          secret: "whsec_current")
  table businesses
    | id    | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :acme | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call answers "Resend" with {resent: 1} after 5m

world wrong_url "The endpoint leads to a project that is gone"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_current", expected: "whsec_current")
  stripe.webhook_endpoint(id: "we_1",
                          url: "https://formerprojectaaaaaa.supabase.co/functions/v1/stripe-webhook",
                          secret: "whsec_current")
  table businesses
    | id    | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :acme | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Which endpoint should lead there?" with "1" after 1m
  person on_call answers "Resend" with {resent: 1} after 5m

world off "Stripe has switched the endpoint off"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_current", expected: "whsec_current")
  stripe.webhook_endpoint(id: "we_1",
                          url: "https://simulatedprojectaaaa.supabase.co/functions/v1/stripe-webhook",
                          secret: "whsec_current", enabled: false)
  table businesses
    | id    | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :acme | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call answers "Resend" with {resent: 1} after 5m

world no_endpoint "Somebody deleted the endpoint"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_current", expected: "whsec_current")
  table businesses
    | id    | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :acme | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call answers "Resend" with {resent: 1} after 5m

world parsed_body "The secret is right, and the body is parsed before it is checked"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_current", expected: "whsec_current")
  stripe.webhook_endpoint(id: "we_1",
                          url: "https://simulatedprojectaaaa.supabase.co/functions/v1/stripe-webhook",
                          secret: "whsec_current")
  table businesses
    | id    | name | owner_email     | stripe_customer_id | subscription_tier | subscription_status |
    | :acme | Acme | owner@acme.test | cus_acme           | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  supabase.log(function: "stripe-webhook", level: "error", at: 40m ago,
               text: "Webhook error: No signatures found matching the expected signature for payload")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Is the body parsed" with {cause: "deployed yesterday: the body was parsed first"} after 9m
  person on_call answers "Resend" with {resent: 1} after 5m

world all_in_order "Endpoint, secret and function are as they should be"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_current", expected: "whsec_current")
  stripe.webhook_endpoint(id: "we_1",
                          url: "https://simulatedprojectaaaa.supabase.co/functions/v1/stripe-webhook",
                          secret: "whsec_current")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world others_too "Two more customers wait: one without a subscription, one at a price that belongs to no tier"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  supabase.function(slug: "stripe-webhook", verify_jwt: false, signed_with: "STRIPE_WEBHOOK_SECRET")
  supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_former")
  stripe.webhook_endpoint(id: "we_1",
                          url: "https://simulatedprojectaaaa.supabase.co/functions/v1/stripe-webhook",
                          secret: "whsec_current")
  table businesses
    | id                                   | name  | owner_email      | stripe_customer_id | subscription_tier | subscription_status |
    | :acme                                | Acme  | owner@acme.test  | cus_acme           | free              | inactive            |
    | 6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22 | Beta  | owner@beta.test  | cus_beta           | free              | inactive            |
    | 6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33 | Gamma | owner@gamma.test | cus_gamma          | free              | inactive            |
  stripe.subscription(id: "sub_1", customer: "cus_acme", price: "price_starter", status: "active")
  stripe.invoice(id: "in_1", customer: "cus_beta", amount: 2000)
  stripe.subscription(id: "sub_3", customer: "cus_gamma", price: "price_black_friday",
                      status: "active")
  supabase.log(function: "stripe-webhook", level: "error", at: 40m ago,
               text: "Webhook error: No signatures found matching the expected signature for payload")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call answers "Resend" with {resent: 1} after 5m

scenario "a new endpoint takes the place of the old one" in lost_secret
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect changed "Sync 1 subscriptions with Stripe"
  expect table businesses where id = :acme
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 30m
  expect no escalation

scenario "Stripe sends the events again before they are synced" in lost_secret
  at 9m
    stripe.deliver_pending_events()
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect resolved within 30m
  expect no escalation

scenario "Stripe sends the events again while it is asked for" in lost_secret
  at 5m30s
    stripe.deliver_pending_events()
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect resolved within 30m
  expect no escalation

scenario "somebody reads the secret in the dashboard" in lost_secret
  person on_call answers "Where does it come from?" with "reveal" after 1m
  person on_call answers "Signing secret of we_1?" with "whsec_current" after 2m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Signing secret of we_1?"
  expect changed "Set STRIPE_WEBHOOK_SECRET to what was revealed"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect changed "Sync 1 subscriptions with Stripe"
  expect table businesses where id = :acme
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 30m
  expect no escalation

scenario "there is no secret" in no_secret
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect changed "Sync 1 subscriptions with Stripe"
  expect table businesses where id = :acme
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 30m
  expect no escalation

scenario "the endpoint leads elsewhere" in wrong_url
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect changed "Let the endpoint lead to our function"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect changed "Sync 1 subscriptions with Stripe"
  expect table businesses where id = :acme
    | subscription_tier | subscription_status |
    | starter           | active              |
  expect resolved within 30m
  expect not found switched_off
  expect no escalation

scenario "the endpoint is off" in off
  expect found switched_off
  expect changed "Switch the endpoint on"
  expect changed "Send a test event to the endpoint"
  expect resolved within 30m
  expect no escalation

scenario "there is no endpoint" in no_endpoint
  expect found no_endpoint
  expect nothing changed
  expect escalated to tech_lead
  expect not found url_wrong
  expect not found switched_off
  expect handed over within 2m

scenario "the secret is right and the body is parsed first" in parsed_body
  at 8m
    supabase.function(slug: "stripe-webhook", verify_jwt: false,
                      signed_with: "STRIPE_WEBHOOK_SECRET")
    stripe.deliver_pending_events()
  expect found refused_all_the_same
  expect asked 1 time "Is the body parsed"
  expect resolved within 30m
  expect no escalation

scenario "the endpoint is off, and the secret is another one" in off
  at 0s
    supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_former", expected: "whsec_current")
    supabase.log(function: "stripe-webhook", level: "error", at: 0s ago,
                 text: "Webhook error: No signatures found matching the expected signature")
  person on_call refuses "Switch the endpoint on" after 1m
  expect found switched_off
  expect not found secret_wrong
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "the endpoint is off, and signatures were refused" in off
  at 0s
    supabase.log(function: "stripe-webhook", level: "error", at: 40m ago,
                 text: "Webhook error: No signatures found matching the expected signature")
  person on_call refuses "Switch the endpoint on" after 1m
  expect found switched_off
  expect not found refused_all_the_same
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "signatures were refused until the function was deployed" in parsed_body
  at 0s
    supabase.function(slug: "stripe-webhook", verify_jwt: false, deployed: 20m ago,
                      signed_with: "STRIPE_WEBHOOK_SECRET")
  expect not found refused_all_the_same
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 2m

scenario "the secret is not what the settings say, and nothing is refused" in all_in_order
  at 0s
    supabase.secret(name: "STRIPE_WEBHOOK_SECRET", value: "whsec_current", expected: "whsec_former")
  expect not found secret_wrong
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 2m

scenario "all in order" in all_in_order
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 2m

scenario "nobody wants a new endpoint" in lost_secret
  person on_call refuses "Make a new endpoint in its place" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect not changed "Make a new endpoint in its place"
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody allows a new endpoint" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "rotate" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect not changed "Make a new endpoint in its place"
  expect nothing changed
  expect escalated to tech_lead

scenario "the former endpoint shall stay, and the new one is taken back" in lost_secret
  person on_call refuses "Switch the former endpoint off" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect undone "Make a new endpoint in its place"
  expect not changed "Switch the former endpoint off"
  expect escalated to tech_lead
  expect failed

scenario "nobody allows the former endpoint to be switched off" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call approves "Make a new endpoint in its place" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect not changed "Switch the former endpoint off"
  expect asked 1 time "Take back what was done?"
  expect escalated to tech_lead

scenario "the secret is not to be set, and everything is taken back" in lost_secret
  person on_call refuses "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect undone "Make a new endpoint in its place"
  expect undone "Switch the former endpoint off"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect escalated to tech_lead
  expect failed

scenario "nobody allows the secret to be set" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call approves "Make a new endpoint in its place" after 1m
  person on_call approves "Switch the former endpoint off" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect asked 1 time "Take back what was done?"
  expect escalated to tech_lead

scenario "the secret cannot be set, and everything is taken back" in lost_secret
  fault supabase refuses with conflict or invalid during "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  person on_call approves "Take back what was done?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect undone "Make a new endpoint in its place"
  expect undone "Switch the former endpoint off"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect escalated to tech_lead
  expect failed

scenario "a crash loses the secret, and everything is taken back" in lost_secret
  crash during "Switch the former endpoint off" after the answer
  person on_call approves "Take back what was done?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect undone "Make a new endpoint in its place"
  expect undone "Switch the former endpoint off"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect escalated to tech_lead
  expect failed

scenario "a crash loses the secret, and what was done stays" in lost_secret
  crash during "Switch the former endpoint off" after the answer
  person on_call refuses "Take back what was done?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect escalated to tech_lead
  expect failed

scenario "a crash while the endpoint is made" in lost_secret
  crash during "Make a new endpoint in its place" before the answer
  expect the same as "a new endpoint takes the place of the old one"

scenario "a crash while the secret is set" in lost_secret
  crash during "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint" before the answer
  person on_call answers "Was this done" with "applied" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect asked 1 time "Was this done"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect changed "Sync 1 subscriptions with Stripe"
  expect resolved within 30m
  expect no escalation

scenario "Stripe makes no endpoint" in lost_secret
  fault stripe refuses with unauthorized or conflict or invalid during "Make a new endpoint in its place"
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect not changed "Make a new endpoint in its place"
  expect nothing changed
  expect escalated to tech_lead

scenario "Stripe does not switch the former endpoint off" in lost_secret
  fault stripe refuses with not_found or conflict or invalid during "Switch the former endpoint off"
  person on_call refuses "Take back what was done?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect not changed "Switch the former endpoint off"
  expect escalated to tech_lead
  expect failed

scenario "the answer to the new endpoint is lost" in lost_secret
  fault stripe lost answer from 2m to 2m20s
  expect the same as "a new endpoint takes the place of the old one"

scenario "the answer to the switching off is lost" in lost_secret
  fault stripe lost answer from 3m to 3m20s
  expect the same as "a new endpoint takes the place of the old one"

scenario "the answer to the setting of the secret is lost" in lost_secret
  fault supabase lost answer from 4m to 4m20s
  expect the same as "a new endpoint takes the place of the old one"

scenario "the answer to the test event is lost" in lost_secret
  fault stripe lost answer from 5m to 5m20s
  expect the same as "a new endpoint takes the place of the old one"

scenario "Stripe sends no test event" in lost_secret
  fault stripe refuses with not_found or conflict or invalid during "Send a test event to the endpoint"
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect not changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect escalated

scenario "nobody wants a test event" in lost_secret
  person on_call refuses "Send a test event to the endpoint" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect not changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect failed

scenario "nobody allows a test event" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call approves "Make a new endpoint in its place" after 1m
  person on_call approves "Switch the former endpoint off" after 1m
  person on_call approves "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect not changed "Send a test event to the endpoint"
  expect asked 1 time "Take back what was done?"
  expect escalated to tech_lead

scenario "nobody can say where the secret comes from" in lost_secret
  person on_call refuses "Where does it come from?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody answers" in lost_secret
  person on_call never answers
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect nothing changed
  expect escalated to tech_lead
  expect escalated to tech_lead at 2h

scenario "nobody reaches the dashboard" in lost_secret
  person on_call answers "Where does it come from?" with "reveal" after 1m
  person on_call refuses "Signing secret of we_1?" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Signing secret of we_1?"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody comes back from the dashboard" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "reveal" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Signing secret of we_1?"
  expect nothing changed
  expect escalated to tech_lead

scenario "the secret that was read is not to be set" in lost_secret
  person on_call answers "Where does it come from?" with "reveal" after 1m
  person on_call answers "Signing secret of we_1?" with "whsec_current" after 2m
  person on_call refuses "Set STRIPE_WEBHOOK_SECRET to what was revealed" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Signing secret of we_1?"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to what was revealed"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody allows the secret that was read" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "reveal" after 1m
  person on_call answers "Signing secret of we_1?" with "whsec_current" after 2m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Signing secret of we_1?"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to what was revealed"
  expect nothing changed
  expect escalated to tech_lead

scenario "the secret that was read cannot be set" in lost_secret
  person on_call answers "Where does it come from?" with "reveal" after 1m
  person on_call answers "Signing secret of we_1?" with "whsec_current" after 2m
  fault supabase refuses with conflict or invalid during "Set STRIPE_WEBHOOK_SECRET to what was revealed"
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Signing secret of we_1?"
  expect not changed "Set STRIPE_WEBHOOK_SECRET to what was revealed"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "the answer to the secret that was read is lost" in lost_secret
  person on_call answers "Where does it come from?" with "reveal" after 1m
  person on_call answers "Signing secret of we_1?" with "whsec_current" after 2m
  fault supabase lost answer from 4m to 4m20s
  expect the same as "somebody reads the secret in the dashboard"

scenario "nobody sends the events again" in lost_secret
  person on_call refuses "Resend" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Resend 1 events"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect failed

scenario "nobody says whether the events were sent again" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call approves "Make a new endpoint in its place" after 1m
  person on_call approves "Switch the former endpoint off" after 1m
  person on_call approves "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint" after 1m
  person on_call approves "Send a test event to the endpoint" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Resend 1 events"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect escalated to tech_lead

scenario "the subscriptions are not to be synced" in lost_secret
  person on_call refuses "Sync 1 subscriptions with Stripe" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Resend 1 events"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect not changed "Sync 1 subscriptions with Stripe"
  expect escalated to tech_lead
  expect failed

scenario "nobody allows the sync" in lost_secret
  person on_call never answers
  person on_call answers "Where does it come from?" with "rotate" after 1m
  person on_call answers "Resend" with {resent: 1} after 5m
  person on_call approves "Make a new endpoint in its place" after 1m
  person on_call approves "Switch the former endpoint off" after 1m
  person on_call approves "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint" after 1m
  person on_call approves "Send a test event to the endpoint" after 1m
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Resend 1 events"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect not changed "Sync 1 subscriptions with Stripe"
  expect escalated to tech_lead

scenario "a crash while the subscriptions are synced" in lost_secret
  crash during "Sync 1 subscriptions with Stripe" before the answer
  expect the same as "a new endpoint takes the place of the old one"

scenario "nobody knows which endpoint is ours" in wrong_url
  person on_call refuses "Which endpoint should lead there?" after 1m
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody says which endpoint is ours" in wrong_url
  person on_call never answers
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect nothing changed
  expect escalated to tech_lead

scenario "the endpoint is to lead where it leads" in wrong_url
  person on_call refuses "Let the endpoint lead to our function" after 1m
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect not changed "Let the endpoint lead to our function"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody allows the endpoint to lead elsewhere" in wrong_url
  person on_call never answers
  person on_call answers "Which endpoint should lead there?" with "1" after 1m
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect not changed "Let the endpoint lead to our function"
  expect nothing changed
  expect escalated to tech_lead

scenario "the endpoint cannot be changed" in wrong_url
  fault stripe refuses with not_found or conflict or invalid during "Let the endpoint lead to our function"
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect not changed "Let the endpoint lead to our function"
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 5m

scenario "the answer to the change of the endpoint is lost" in wrong_url
  fault stripe lost answer from 2m to 2m20s
  expect the same as "the endpoint leads elsewhere"

scenario "the endpoint goes back to where it led" in wrong_url
  person on_call refuses "Send a test event to the endpoint" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect undone "Let the endpoint lead to our function"
  expect not changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect failed

scenario "the endpoint stays where it was led" in wrong_url
  person on_call refuses "Send a test event to the endpoint" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect changed "Let the endpoint lead to our function"
  expect not changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect failed

scenario "nobody says whether the endpoint stays where it was led" in wrong_url
  person on_call never answers
  person on_call answers "Which endpoint should lead there?" with "1" after 1m
  person on_call approves "Let the endpoint lead to our function" after 1m
  expect found url_wrong
  expect asked 1 time "Which endpoint should lead there?"
  expect changed "Let the endpoint lead to our function"
  expect not changed "Send a test event to the endpoint"
  expect asked 1 time "Take back what was done?"
  expect escalated to tech_lead

scenario "the endpoint is to stay off" in off
  person on_call refuses "Switch the endpoint on" after 1m
  expect found switched_off
  expect not changed "Switch the endpoint on"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody allows the endpoint to be switched on" in off
  person on_call never answers
  expect found switched_off
  expect not changed "Switch the endpoint on"
  expect nothing changed
  expect escalated to tech_lead

scenario "the endpoint cannot be switched on" in off
  fault stripe refuses with not_found or conflict or invalid during "Switch the endpoint on"
  expect found switched_off
  expect not changed "Switch the endpoint on"
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 5m

scenario "Stripe is down when the endpoint is switched on" in off
  fault stripe unavailable from 1m to 3h
  expect found switched_off
  expect asked 1 time "Was this done"
  expect not changed "Switch the endpoint on"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "the answer to the switching on is lost" in off
  fault stripe lost answer from 1m to 1m20s
  expect the same as "the endpoint is off"

scenario "the endpoint goes off again" in off
  person on_call refuses "Send a test event to the endpoint" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found switched_off
  expect undone "Switch the endpoint on"
  expect not changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect failed

scenario "the endpoint stays on" in off
  person on_call refuses "Send a test event to the endpoint" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found switched_off
  expect changed "Switch the endpoint on"
  expect not changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect failed

scenario "nobody says whether the endpoint stays on" in off
  person on_call never answers
  person on_call approves "Switch the endpoint on" after 1m
  expect found switched_off
  expect changed "Switch the endpoint on"
  expect not changed "Send a test event to the endpoint"
  expect asked 1 time "Take back what was done?"
  expect escalated to tech_lead

scenario "nobody finds what refuses signatures" in parsed_body
  person on_call refuses "Is the body parsed" after 1m
  expect found refused_all_the_same
  expect asked 1 time "Is the body parsed"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody looks for what refuses signatures" in parsed_body
  person on_call never answers
  expect found refused_all_the_same
  expect asked 1 time "Is the body parsed"
  expect nothing changed
  expect escalated to tech_lead

scenario "Supabase is down when the pager rings" in lost_secret
  fault supabase unavailable from 0s to 6s
  expect the same as "a new endpoint takes the place of the old one"

scenario "Supabase is down for hours" in lost_secret
  fault supabase unavailable from 0s to 3h
  expect not judged secret_wrong
  expect nothing changed
  expect escalated to tech_lead

scenario "Stripe is down for hours" in lost_secret
  fault stripe unavailable from 0s to 3h
  expect not judged secret_wrong
  expect nothing changed
  expect escalated to tech_lead

scenario "the database is down" in lost_secret
  fault postgres down from 0s to 3h
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect asked 1 time "Resend 1 events"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect resolved within 30m

scenario "customers without a subscription or tier are left to people" in others_too
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 3 events"
  expect changed "Sync 1 subscriptions with Stripe"
  expect resolved within 30m
  expect no escalation

scenario "the function's logs cannot be read" in lost_secret
  fault supabase unavailable from 400ms to 3h
  expect not judged secret_wrong
  expect nothing changed
  expect escalated to tech_lead

scenario "the function's errors cannot be read" in lost_secret
  fault supabase unavailable from 1000ms to 3h
  expect not judged secret_wrong
  expect nothing changed
  expect escalated to tech_lead

scenario "the function's traffic cannot be read" in lost_secret
  fault supabase unavailable from 1800ms to 3h
  expect not judged secret_wrong
  expect nothing changed
  expect escalated to tech_lead

scenario "Stripe goes down while its events are read" in lost_secret
  fault stripe unavailable from 2200ms to 3h
  expect not judged secret_wrong
  expect nothing changed
  expect escalated to tech_lead

scenario "Supabase goes down after the test event" in lost_secret
  fault supabase unavailable from 5m1s to 3h
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect escalated to tech_lead

scenario "Stripe goes down after the test event" in lost_secret
  fault stripe unavailable from 5m6s to 3h
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect escalated to tech_lead
  expect resolved within 30m

scenario "Stripe goes down while the events are sent again" in lost_secret
  fault stripe unavailable from 6m to 3h
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect escalated to tech_lead
  expect resolved within 30m

scenario "the subscriptions cannot be written" in lost_secret
  fault postgres lock timeout from 11m to 3h
  expect found secret_wrong
  expect asked 1 time "Where does it come from?"
  expect changed "Make a new endpoint in its place"
  expect changed "Switch the former endpoint off"
  expect changed "Set STRIPE_WEBHOOK_SECRET to the secret of the new endpoint"
  expect changed "Send a test event to the endpoint"
  expect asked 1 time "Resend 1 events"
  expect not changed "Sync 1 subscriptions with Stripe"
  expect escalated to tech_lead
  expect resolved within 30m
