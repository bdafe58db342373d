scenarios for RB-009

world calling "What the company calls with, and nothing is wrong"
  test_phone = "+393331234567"
  supabase.function(slug: "call-outbound")
  supabase.secret(name: "TWILIO_ACCOUNT_SID", value: "AC1", expected: "AC1")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "TWILIO_ACCOUNT_SID, from" with "AC1" after 1m
  person on_call answers "TWILIO_AUTH_TOKEN, from" with "new" after 1m
  person on_call approves after 30s

world no_credits "A business that calls has used up its credits" like calling default
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 0.40                  | 12.00                             | false                  |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")
  twilio.call(from: "+15005550006", to: "+393330000001", status: "failed", at: 20m ago)

world wrong_token "The functions have an old token" like calling
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 30.00                 | 12.00                             | false                  |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "old", expected: "new")

world no_token "The functions have no token" like calling
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 30.00                 | 12.00                             | false                  |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |

world key_refused "Twilio does not accept the key any more" like calling
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 30.00                 | 12.00                             | false                  |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")
  twilio.key(valid: false)

world outage "Twilio's voice is down" like calling
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 30.00                 | 12.00                             | false                  |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")
  status.component(page: "twilio", name: "Programmable Voice", status: "major_outage", at: 10m ago)

world outage_and_old_token "Twilio's voice is down, and the functions have an old token" like calling
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 30.00                 | 12.00                             | false                  |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "old", expected: "new")
  status.component(page: "twilio", name: "Programmable Voice", status: "major_outage", at: 10m ago)

world nobody_calls "Twilio's voice is down, and nobody here calls" like calling
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")
  status.component(page: "twilio", name: "Programmable Voice", status: "major_outage", at: 10m ago)

world bought "A business has bought credits and is still blocked" like calling
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 20.00                 | 12.00                             | true                   |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")

world calm "Everybody has credits, and Twilio is well" like calling
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  table businesses
    | id    | name  | owner_email      | voice_credits_balance | voice_credits_used_current_period | outbound_calls_blocked |
    | :acme | Acme  | owner@acme.test  | 30.00                 | 12.00                             | false                  |
    | :beta | Beta  | owner@beta.test  | 25.00                 | 3.50                              | false                  |
    | :gone | Gamma | owner@gamma.test | 0.00                  | 0.00                              | false                  |
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")
  status.component(page: "twilio", name: "Programmable Voice", listed: false)

scenario "credits are used up" in no_credits
  expect found credits_low
  expect not found credentials_invalid
  expect changed "Block outbound calls of 1 businesses"
  expect table businesses where id = :acme
    | outbound_calls_blocked |
    | true                   |
  expect table businesses where id = :gone
    | outbound_calls_blocked |
    | false                  |
  expect asked 1 time "Tell 1 owners"
  expect sent email to "owner@acme.test" with "Current balance: $0.40"
  expect not sent email to "owner@gamma.test"
  expect not called twilio.place_call()
  expect resolved within 10m
  expect no escalation

scenario "the functions have an old token" in wrong_token
  expect found credentials_invalid
  expect not found service_down
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect changed "Call the test phone +393331234567"
  expect called twilio.place_call(to: "+393331234567")
  expect resolved within 10m
  expect no escalation

scenario "the functions have no token" in no_token
  expect the same as "the functions have an old token"

scenario "Twilio refuses the key until it is renewed" in key_refused
  at 3m
    twilio.key(valid: true)
  expect the same as "the functions have an old token"

scenario "Twilio goes on refusing the key" in key_refused
  expect found credentials_invalid
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not called twilio.place_call()
  expect escalated to tech_lead

scenario "Twilio's voice recovers" in outage
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect found service_down
  expect called status.publish(title: "Voice calls are disturbed")
  expect asked 1 time "Tell 2 owners of 2 businesses: Voice calls are disturbed?"
  expect sent email to "owner@acme.test" with "Calls may not connect"
  expect sent email to "owner@beta.test" with "Calls may not connect"
  expect not sent email to "owner@gamma.test"
  expect called status.update(stage: "resolved")
  expect changed "Call the test phone +393331234567"
  expect resolved within 30m
  expect no escalation

scenario "an old token means nothing in an outage" in outage_and_old_token
  at 10m
    supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect not found credentials_invalid
  expect the same as "Twilio's voice recovers"

scenario "Twilio's voice does not recover" in outage
  expect found service_down
  expect sent email to "owner@acme.test"
  expect sent email to "owner@beta.test"
  expect asked 1 time "Tell 2 owners"
  expect nothing changed
  expect escalated to tech_lead at 2h
  expect handed over within 4h

scenario "nobody has to be told" in nobody_calls
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect found service_down
  expect changed "Call the test phone +393331234567"
  expect resolved within 30m
  expect no escalation

scenario "our status page cannot be reached" in nobody_calls
  fault status refuses with not_found or invalid during "outage"
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect found service_down
  expect changed "Call the test phone +393331234567"
  expect escalated to tech_lead
  expect resolved within 30m

scenario "what stands on our status page cannot be read" in nobody_calls
  fault status unavailable during "open"
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect the same as "nobody has to be told"

scenario "our status page cannot be closed" in nobody_calls
  fault status refuses with not_found or invalid during "closed"
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect the same as "our status page cannot be reached"

scenario "whether our status page was closed is lost" in nobody_calls
  fault status lost answer during "closed"
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect the same as "nobody has to be told"

scenario "whether the outage was published is lost" in nobody_calls
  fault status lost answer during "outage"
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect the same as "nobody has to be told"

scenario "credits were bought" in bought
  expect found still_blocked
  expect not found credits_low
  expect changed "Unblock outbound calls of 1 businesses"
  expect table businesses where id = :acme
    | outbound_calls_blocked |
    | false                  |
  expect resolved within 5m
  expect no escalation

scenario "nothing is wrong" in calm
  expect not found service_down
  expect not found credentials_invalid
  expect not found credits_low
  expect not found still_blocked
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "Twilio does not answer" in calm
  fault twilio unavailable from 0s to 3h
  expect the same as "nothing is wrong"

scenario "Twilio's page cannot be read" in no_credits
  fault status unavailable from 0s to 3h
  expect the same as "credits are used up"

scenario "Supabase does not answer" in no_credits
  fault supabase unavailable from 0s to 3h
  expect not judged credentials_invalid
  expect changed "Block outbound calls of 1 businesses"
  expect escalated to tech_lead

scenario "the database does not answer" in no_credits
  fault postgres down from 0s to 3h
  expect not judged credits_low
  expect nothing changed
  expect escalated to tech_lead

scenario "blocking is not approved" in no_credits
  person on_call refuses "Block outbound calls" after 1m
  expect found credits_low
  expect not changed "Block outbound calls of 1 businesses"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "unblocking is not approved" in bought
  person on_call refuses "Unblock outbound calls" after 1m
  expect found still_blocked
  expect not changed "Unblock outbound calls of 1 businesses"
  expect escalated to tech_lead

scenario "telling the owners is not approved" in no_credits
  person on_call refuses "Tell 1 owners" after 1m
  expect changed "Block outbound calls of 1 businesses"
  expect asked 1 time "Tell 1 owners"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the new token is not approved" in wrong_token
  person on_call refuses "Set TWILIO_ACCOUNT_SID" after 1m
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect escalated to tech_lead

scenario "the question for the token is not approved" in wrong_token
  person on_call refuses "TWILIO_ACCOUNT_SID, from" after 1m
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect nothing changed
  expect escalated to tech_lead

scenario "the second question is not approved" in wrong_token
  person on_call refuses "TWILIO_AUTH_TOKEN, from" after 1m
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect nothing changed
  expect escalated to tech_lead

scenario "the second secret is not approved" in wrong_token
  person on_call refuses "Set TWILIO_AUTH_TOKEN" after 1m
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect not changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect escalated to tech_lead

scenario "the test call is not approved" in wrong_token
  person on_call refuses "Call the test phone" after 1m
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not changed "Call the test phone +393331234567"
  expect escalated to tech_lead

scenario "telling the customers is not approved" in outage
  person on_call refuses "Tell 2 owners" after 1m
  at 50m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect found service_down
  expect asked 1 time "Tell 2 owners"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "blocking is not answered" in no_credits
  person on_call never answers
  expect found credits_low
  expect not changed "Block outbound calls of 1 businesses"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "unblocking is not answered" in bought
  person on_call never answers
  expect found still_blocked
  expect not changed "Unblock outbound calls of 1 businesses"
  expect escalated to tech_lead

scenario "telling the owners is not answered" in no_credits
  person on_call never answers
  person on_call approves "Block outbound calls" after 30s
  expect changed "Block outbound calls of 1 businesses"
  expect asked 1 time "Tell 1 owners"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the new token is not answered" in wrong_token
  person on_call never answers
  person on_call answers "TWILIO_ACCOUNT_SID, from" with "AC1" after 1m
  person on_call answers "TWILIO_AUTH_TOKEN, from" with "new" after 1m
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect escalated to tech_lead

scenario "the question for the token is not answered" in wrong_token
  person on_call never answers
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect nothing changed
  expect escalated to tech_lead

scenario "the second question is not answered" in wrong_token
  person on_call never answers
  person on_call answers "TWILIO_ACCOUNT_SID, from" with "AC1" after 1m
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect nothing changed
  expect escalated to tech_lead

scenario "the second secret is not answered" in wrong_token
  person on_call never answers
  person on_call answers "TWILIO_ACCOUNT_SID, from" with "AC1" after 1m
  person on_call answers "TWILIO_AUTH_TOKEN, from" with "new" after 1m
  person on_call approves "Set TWILIO_ACCOUNT_SID" after 30s
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect not changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect escalated to tech_lead

scenario "the test call is not answered" in wrong_token
  person on_call never answers
  person on_call answers "TWILIO_ACCOUNT_SID, from" with "AC1" after 1m
  person on_call answers "TWILIO_AUTH_TOKEN, from" with "new" after 1m
  person on_call approves "Set TWILIO" after 30s
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not changed "Call the test phone +393331234567"
  expect escalated to tech_lead

scenario "telling the customers is not answered" in outage
  person on_call never answers
  at 50m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect found service_down
  expect asked 1 time "Tell 2 owners"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "the customers cannot be told" in outage
  fault email refuses with conflict or invalid during "email.send_each"
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect found service_down
  expect asked 1 time "Tell 2 owners"
  expect not sent email to "owner@acme.test"
  expect changed "Call the test phone +393331234567"
  expect escalated to tech_lead
  expect resolved within 30m

scenario "the mail to the customers is lost on its way" in outage
  fault email lost answer from 25s to 2m
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect the same as "Twilio's voice recovers"

scenario "the database goes down before the customers are told" in outage
  fault postgres down from 700ms to 15m
  at 20m
    status.component(page: "twilio", name: "Programmable Voice", status: "operational")
  expect found service_down
  expect changed "Call the test phone +393331234567"
  expect escalated to tech_lead
  expect resolved within 30m

scenario "the answer about the new token is lost" in wrong_token
  fault supabase lost answer from 2m10s to 3m
  expect the same as "the functions have an old token"

scenario "Supabase refuses the new token" in wrong_token
  fault supabase refuses with conflict or invalid during "Set TWILIO_ACCOUNT_SID for the functions"
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect escalated to tech_lead

scenario "the answer about the test call is lost" in wrong_token
  fault twilio lost answer from 3m10s to 4m
  expect the same as "the functions have an old token"

scenario "the test call is refused" in wrong_token
  fault twilio refuses with unauthorized or not_found or conflict or invalid during "Call the test phone +393331234567"
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not changed "Call the test phone +393331234567"
  expect escalated to tech_lead
  expect resolved within 10m

scenario "nobody takes the test call" in wrong_token
  at 1m
    twilio.number(number: "+393331234567", answers: "no-answer")
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect changed "Call the test phone +393331234567"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect escalated to tech_lead

scenario "the mail to an owner is lost on its way" in no_credits
  fault email lost answer from 1m to 2m
  expect the same as "credits are used up"

scenario "the mail to an owner is not taken" in no_credits
  fault email refuses with conflict or invalid during "email.send"
  expect changed "Block outbound calls of 1 businesses"
  expect asked 1 time "Tell 1 owners"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead
  expect resolved within 10m

scenario "the balance is topped up while we wait for approval" in no_credits
  at 20s
    sql
      UPDATE businesses SET voice_credits_balance = 50.00 WHERE id = :acme::uuid
  expect found credits_low
  expect not changed "Block outbound calls of 1 businesses"
  expect not sent email to "owner@acme.test"
  expect resolved within 10m

scenario "a crash while calls are blocked" in no_credits
  crash during "Block outbound calls of 1 businesses" before the answer
  expect the same as "credits are used up"

scenario "the database goes down while calls are blocked" in no_credits
  fault postgres down from 25s to 3h
  expect found credits_low
  expect not changed "Block outbound calls of 1 businesses"
  expect escalated to tech_lead

scenario "the database goes down while calls are unblocked" in bought
  fault postgres down from 25s to 3h
  expect found still_blocked
  expect not changed "Unblock outbound calls of 1 businesses"
  expect escalated to tech_lead

scenario "the answer about the second secret is lost" in wrong_token
  fault supabase lost answer from 2m40s to 3m20s
  expect the same as "the functions have an old token"

scenario "Supabase refuses the second secret" in wrong_token
  fault supabase refuses with conflict or invalid during "Set TWILIO_AUTH_TOKEN for the functions"
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect not changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect escalated to tech_lead

scenario "a crash while calls are unblocked" in bought
  crash during "Unblock outbound calls of 1 businesses" before the answer
  expect the same as "credits were bought"

scenario "how the test call stands cannot be asked" in wrong_token
  fault twilio rate limited from 3m34s to 3h
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect changed "Call the test phone +393331234567"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect escalated to tech_lead

scenario "the database goes down before the owners are told" in no_credits
  fault postgres down from 31700ms to 3h
  expect changed "Block outbound calls of 1 businesses"
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "nobody takes the test call, and it is taken back" in wrong_token
  at 1m
    twilio.number(number: "+393331234567", answers: "no-answer")
  person on_call approves "Take back what was done?" after 1m
  expect undone "Call the test phone +393331234567"
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect escalated to tech_lead

scenario "nobody takes the test call, and it is left as it is" in wrong_token
  at 1m
    twilio.number(number: "+393331234567", answers: "no-answer")
  person on_call refuses "Take back what was done?" after 1m
  expect changed "Call the test phone +393331234567"
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect escalated to tech_lead

scenario "the secrets are set by hand" in wrong_token
  fault supabase rate limited during "Set TWILIO_ACCOUNT_SID for the functions" for 30s
  at 3m
    supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "new", expected: "new")
  expect found credentials_invalid
  expect asked 1 time "TWILIO_ACCOUNT_SID, from"
  expect asked 1 time "TWILIO_AUTH_TOKEN, from"
  expect not changed "Set TWILIO_ACCOUNT_SID for the functions"
  expect changed "Call the test phone +393331234567"
  expect escalated to tech_lead
  expect resolved within 10m

scenario "credits are bought while the database does not answer" in no_credits
  fault postgres down during "Block outbound calls of 1 businesses" for 20s
  at 90s
    sql
      UPDATE businesses SET voice_credits_balance = 50.00 WHERE id = :acme::uuid
  expect found credits_low
  expect not changed "Block outbound calls of 1 businesses"
  expect not sent email to "owner@acme.test"
  expect no escalation
  expect resolved within 10m

scenario "somebody unblocks calls while the database does not answer" in bought
  fault postgres down during "Unblock outbound calls of 1 businesses" for 20s
  at 90s
    sql
      UPDATE businesses SET outbound_calls_blocked = false WHERE id = :acme::uuid
  expect found still_blocked
  expect not changed "Unblock outbound calls of 1 businesses"
  expect no escalation
  expect resolved within 5m

scenario "credits are used up while we wait for approval" in bought
  at 20s
    sql
      UPDATE businesses SET voice_credits_balance = 0.20 WHERE id = :acme::uuid
  expect found still_blocked
  expect not changed "Unblock outbound calls of 1 businesses"
  expect table businesses where id = :acme
    | outbound_calls_blocked |
    | true                   |
  expect no escalation
  expect resolved within 5m
