scenarios for RB-008

world too_fast "More messages leave than the account may send" default
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table conversations
    | id    | business_id | channel | contact_phone |
    | :talk | :acme       | sms     | +393331234567 |
  table messages
    | conversation_id | channel | direction | content | status | error_code | created_at |
    | :talk           | sms     | outbound  | Hello   | failed | 20429      | = 4m ago   |
  supabase.function(slug: "sms-send")
  supabase.log(function: "sms-send", level: "error", text: "Twilio error 20429", at: 4m ago)
  twilio.alert(code: 20429, text: "Too Many Requests", at: 4m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "how many messages a second" with 10 after 2m
  person on_call answers "How many milliseconds" with 200 after 1m
  person on_call approves after 30s
  person on_call answers "higher limit" with "T-1" after 3m

world wrong_numbers "Messages go to a number that is none, to a landline and to a phone"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  gone = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a33"
  one  = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  two  = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02"
  more = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a03"
  over = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a04"
  table businesses
    | id    | name  | owner_email      |
    | :acme | Acme  | owner@acme.test  |
    | :beta | Beta  | owner@acme.test  |
    | :gone | Gamma | owner@gamma.test |
  table conversations
    | id    | business_id | channel | contact_phone |
    | :one  | :acme       | sms     | +39 12        |
    | :two  | :beta       | sms     | +390212345678 |
    | :more | :beta       | sms     | +393331234567 |
    | :over | :gone       | sms     | +393337654321 |
  table messages
    | conversation_id | channel | direction | content | status    | error_code | created_at |
    | :one            | sms     | outbound  | Hello   | failed    | 21211      | = 3m ago   |
    | :two            | sms     | outbound  | Hello   | sending   | null       | = 6m ago   |
    | :more           | sms     | outbound  | Hello   | failed    | null       | = 3m ago   |
    | :over           | sms     | outbound  | Hello   | failed    | null       | = 3h ago   |
    | :over           | sms     | outbound  | Hello   | sending   | null       | = 1m ago   |
    | :over           | sms     | outbound  | Hello   | delivered | null       | = 3m ago   |
    | :over           | sms     | inbound   | Hello   | failed    | null       | = 3m ago   |
    | :over           | email   | outbound  | Hello   | failed    | null       | = 3m ago   |
  supabase.function(slug: "sms-send")
  twilio.number(number: "+390212345678", line_type: "landline")
  twilio.alert(code: 21211, text: "The 'To' number +39 12 is not a valid phone number.", at: 3m ago)
  twilio.message(from: "+15005550006", to: "+390212345678", body: "Hello",
                 direction: "outbound-api", status: "undelivered", error_code: 30006, at: 6m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "Validate numbers" with "https://git.alacartechat.test/1" after 5m
  person on_call approves after 30s

world no_handset "Messages go to a phone that does not exist any more"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table conversations
    | id    | business_id | channel | contact_phone |
    | :talk | :acme       | sms     | +393331234567 |
  table messages
    | conversation_id | channel | direction | content | status      | error_code | created_at |
    | :talk           | sms     | outbound  | Hello   | undelivered | 30005      | = 4m ago   |
  supabase.function(slug: "sms-send")
  twilio.message(from: "+15005550006", to: "+393331234567", body: "Hello",
                 direction: "outbound-api", status: "undelivered", error_code: 30005, at: 4m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "Validate numbers" with "https://git.alacartechat.test/1" after 5m
  person on_call approves after 30s

world outage_and_refusals "Twilio's messaging is down, and what it refuses means nothing until it is up"
  supabase.function(slug: "sms-send")
  status.component(page: "twilio", name: "Programmable Messaging", status: "major_outage",
                   at: 10m ago)
  twilio.alert(code: 20003, text: "Authenticate", at: 4m ago)
  twilio.alert(code: 20429, text: "Too Many Requests", at: 4m ago)
  twilio.alert(code: 21211, text: "not a valid phone number", at: 4m ago)
  twilio.alert(code: 21610, text: "opted out", at: 4m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world filtered "A carrier filters what looks like spam"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table conversations
    | id    | business_id | channel | contact_phone |
    | :talk | :acme       | sms     | +393331234567 |
  table messages
    | conversation_id | channel | direction | content     | status      | error_code | created_at |
    | :talk           | sms     | outbound  | WIN NOW!!!! | undelivered | 30007      | = 4m ago   |
  supabase.function(slug: "sms-send")
  twilio.message(from: "+15005550006", to: "+393331234567", body: "WIN NOW!!!!",
                 direction: "outbound-api", status: "undelivered", error_code: 30007, at: 4m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "Read the" with "capitals" after 3m
  person on_call answers "register the sender" with "R-1" after 5m
  person on_call answers "Write STOP" with true after 2m
  person on_call answers "How many milliseconds" with 500 after 1m
  person on_call approves after 30s

world suspended "Twilio has suspended the account"
  supabase.function(slug: "sms-send")
  twilio.alert(code: 20005, text: "Account is not active", at: 4m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world suspended_on_the_message "Twilio's messages say that the account is suspended"
  supabase.function(slug: "sms-send")
  twilio.message(from: "+15005550006", to: "+393331234567", direction: "outbound-api",
                 status: "failed", error_code: 30002, at: 4m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world provider_outage "Twilio's messaging is down"
  supabase.function(slug: "sms-send")
  status.component(page: "twilio", name: "Programmable Messaging", status: "major_outage",
                   incident: "SMS delays", at: 10m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world stuck "Messages are stuck, and Twilio has never heard of them"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table conversations
    | id    | business_id | channel | contact_phone |
    | :talk | :acme       | sms     | +393331234567 |
  table messages
    | conversation_id | channel | direction | content | status  | created_at |
    | :talk           | sms     | outbound  | Hello   | sending | = 20m ago  |
  supabase.function(slug: "sms-send")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world calm "Nothing is wrong"
  supabase.function(slug: "sms-send")
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world not_ours "Twilio refuses numbers that no message of ours has"
  supabase.function(slug: "sms-send")
  twilio.alert(code: 21610, text: "opted out", at: 9m ago)
  twilio.alert(code: 21211, text: "not a valid phone number", at: 3m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "Validate numbers" with "https://git.alacartechat.test/1" after 5m

world queue_full "The carrier's queue is full, and the page does not list messaging"
  supabase.function(slug: "sms-send")
  status.component(page: "twilio", name: "Programmable Messaging", listed: false)
  twilio.message(from: "+15005550006", to: "+393331234567", direction: "outbound-api",
                 status: "failed", error_code: 30001, at: 4m ago)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "how many messages a second" with 10 after 2m
  person on_call answers "How many milliseconds" with 200 after 1m
  person on_call approves after 30s
  person on_call answers "higher limit" with "T-1" after 3m

scenario "the sending is slowed down" in too_fast
  expect found rate_limited
  expect not found invalid_numbers
  expect changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect called supabase.set_secret(name: "SMS_SEND_DELAY_MS")
  expect asked 1 time "higher limit"
  expect resolved within 25m
  expect no escalation

scenario "numbers are looked up and their owner is told once" in wrong_numbers
  expect found invalid_numbers
  expect not found carrier_blocking
  expect asked 1 time "Tell 1 owners of 2 businesses: SMS that could not be delivered?"
  expect sent email to "owner@acme.test" with "1 that cannot exist, 1 of landlines"
  expect not sent email to "owner@gamma.test"
  expect nothing changed
  expect resolved within 25m
  expect no escalation

scenario "the owner of a phone that is gone is told" in no_handset
  expect found invalid_numbers
  expect not found carrier_blocking
  expect asked 1 time "Tell 1 owners of 1 businesses"
  expect sent email to "owner@acme.test" with "0 that cannot exist, 0 of landlines"
  expect nothing changed
  expect resolved within 25m
  expect no escalation

scenario "the content is filtered" in filtered
  expect found carrier_blocking
  expect not found rate_limited
  expect asked 1 time "Read the 1 messages"
  expect changed "Set SMS_SEND_DELAY_MS to 500 milliseconds"
  expect resolved within 40m
  expect no escalation

scenario "STOP is not honoured" in filtered
  person on_call answers "Write STOP" with false after 2m
  expect found carrier_blocking
  expect changed "Set SMS_SEND_DELAY_MS to 500 milliseconds"
  expect escalated to tech_lead
  expect resolved within 40m

scenario "the account is suspended" in suspended
  expect found account_refused
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "the account is suspended, as its messages say" in suspended_on_the_message
  expect the same as "the account is suspended"

scenario "Twilio recovers" in provider_outage
  at 20m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect nothing changed
  expect escalated to tech_lead
  expect resolved within 25m

scenario "what Twilio refuses in an outage means nothing" in outage_and_refusals
  at 20m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect not found account_refused
  expect not found rate_limited
  expect not found invalid_numbers
  expect not found carrier_blocking
  expect nothing changed
  expect escalated to tech_lead
  expect resolved within 25m

scenario "Twilio does not recover" in provider_outage
  expect found provider_down
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 4h

scenario "messages are stuck on our side" in stuck
  expect not found rate_limited
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "no message has failed" in calm
  expect not found provider_down
  expect not found account_refused
  expect nothing changed
  expect no escalation
  expect handed over within 1m

scenario "Twilio's page cannot be read" in too_fast
  fault status unavailable from 0s to 3h
  expect the same as "the sending is slowed down"

scenario "the carrier's queue is full" in queue_full
  expect found rate_limited
  expect changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect asked 1 time "higher limit"
  expect resolved within 25m
  expect no escalation

scenario "the logs cannot be read" in too_fast
  fault supabase unavailable from 0s to 1m
  expect the same as "the sending is slowed down"

scenario "the answer about the new pause is lost" in too_fast
  fault supabase lost answer from 3m10s to 4m
  expect the same as "the sending is slowed down"

scenario "Supabase refuses the new pause" in too_fast
  fault supabase refuses with conflict or invalid during "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect found rate_limited
  expect asked 1 time "how many messages a second"
  expect asked 1 time "higher limit"
  expect not changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect escalated to tech_lead
  expect resolved within 25m

scenario "nobody knows whether the new pause was set" in too_fast
  fault supabase unavailable during "Set SMS_SEND_DELAY_MS to 200 milliseconds" for 1h
  expect found rate_limited
  expect asked 1 time "how many messages a second"
  expect not changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect escalated to tech_lead

scenario "the new pause is not approved" in too_fast
  person on_call refuses "Set SMS_SEND_DELAY_MS" after 1m
  expect found rate_limited
  expect not changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect escalated to tech_lead

scenario "nobody approves the new pause" in too_fast
  person on_call never answers
  person on_call answers "how many messages a second" with 10 after 2m
  person on_call answers "How many milliseconds" with 200 after 1m
  expect found rate_limited
  expect not changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect escalated to tech_lead

scenario "a pause that cannot be" in too_fast
  person on_call answers "How many milliseconds" with 0 after 1m
  expect found rate_limited
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody wants to name a pause" in too_fast
  person on_call refuses "How many milliseconds" after 1m
  expect found rate_limited
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody names a pause" in too_fast
  person on_call never answers
  person on_call answers "how many messages a second" with 10 after 2m
  expect found rate_limited
  expect asked 1 time "How many milliseconds"
  expect nothing changed
  expect escalated to tech_lead

scenario "an account that may send nothing" in too_fast
  person on_call answers "how many messages a second" with 0 after 2m
  expect found rate_limited
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody can read the limits" in too_fast
  person on_call refuses "how many messages a second" after 1m
  expect found rate_limited
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody reads the limits" in too_fast
  person on_call never answers
  expect found rate_limited
  expect asked 1 time "how many messages a second"
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody wants to ask for a higher limit" in too_fast
  person on_call refuses "higher limit" after 1m
  expect changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect escalated to tech_lead

scenario "nobody asks for a higher limit" in too_fast
  person on_call never answers
  person on_call answers "how many messages a second" with 10 after 2m
  person on_call answers "How many milliseconds" with 200 after 1m
  person on_call approves "Set SMS_SEND_DELAY_MS" after 30s
  expect changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect asked 1 time "higher limit"
  expect escalated to tech_lead

scenario "Twilio goes on refusing" in too_fast
  at 5m
    twilio.alert(code: 20429, text: "Too Many Requests")
  at 13m
    twilio.alert(code: 20429, text: "Too Many Requests")
  at 20m
    twilio.alert(code: 20429, text: "Too Many Requests")
  expect changed "Set SMS_SEND_DELAY_MS to 200 milliseconds"
  expect asked 1 time "higher limit"
  expect escalated to tech_lead

scenario "Twilio does not answer" in too_fast
  fault twilio unavailable from 0s to 3h
  expect not judged rate_limited
  expect not judged invalid_numbers
  expect nothing changed
  expect escalated to tech_lead

scenario "Twilio goes down while its messages are read" in too_fast
  fault twilio unavailable from 500ms to 3h
  expect not judged rate_limited
  expect nothing changed
  expect escalated to tech_lead

scenario "Twilio goes down while the balance is read" in too_fast
  fault twilio unavailable from 800ms to 3h
  expect not judged rate_limited
  expect nothing changed
  expect escalated to tech_lead

scenario "the database does not answer" in too_fast
  fault postgres down from 0s to 3h
  expect the same as "the sending is slowed down"

scenario "refused numbers of nobody we know" in not_ours
  expect found invalid_numbers
  expect found carrier_blocking
  expect nothing changed
  expect resolved within 25m
  expect no escalation

scenario "the numbers cannot be looked up" in wrong_numbers
  fault twilio unavailable from 950ms to 1m
  expect found invalid_numbers
  expect asked 1 time "Tell 1 owners"
  expect sent email to "owner@acme.test" with "0 that cannot exist"
  expect nothing changed
  expect resolved within 25m
  expect no escalation

scenario "nobody wants to validate numbers" in wrong_numbers
  person on_call refuses "Validate numbers" after 1m
  expect found invalid_numbers
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody validates numbers" in wrong_numbers
  person on_call never answers
  expect found invalid_numbers
  expect asked 1 time "Validate numbers"
  expect nothing changed
  expect escalated to tech_lead

scenario "the owners are not to be told" in wrong_numbers
  person on_call refuses "Tell 1 owners" after 1m
  expect found invalid_numbers
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody says whether the owners are told" in wrong_numbers
  person on_call never answers
  person on_call answers "Validate numbers" with "https://git.alacartechat.test/1" after 5m
  expect found invalid_numbers
  expect asked 1 time "Tell 1 owners"
  expect nothing changed
  expect escalated to tech_lead

scenario "the database goes down before the owners are told" in wrong_numbers
  fault postgres down from 4m to 3h
  expect found invalid_numbers
  expect nothing changed
  expect escalated to tech_lead

scenario "the mail to the owners is lost on its way" in wrong_numbers
  fault email lost answer from 5m10s to 6m
  expect the same as "numbers are looked up and their owner is told once"

scenario "the mail to the owners is not taken" in wrong_numbers
  fault email refuses with conflict or invalid during "email.send_each"
  expect found invalid_numbers
  expect asked 1 time "Tell 1 owners"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "nobody knows whether the mail to the owners went out" in wrong_numbers
  fault email unavailable during "Tell the owners" for 1h
  expect found invalid_numbers
  expect asked 1 time "Tell 1 owners"
  expect asked 1 time "Was this done"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to tech_lead

scenario "nobody wants to read the content" in filtered
  person on_call refuses "Read the" after 1m
  expect found carrier_blocking
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody reads the content" in filtered
  person on_call never answers
  expect found carrier_blocking
  expect asked 1 time "Read the"
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody wants to register the sender" in filtered
  person on_call refuses "register the sender" after 1m
  expect found carrier_blocking
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody registers the sender" in filtered
  person on_call never answers
  person on_call answers "Read the" with "capitals" after 3m
  expect found carrier_blocking
  expect asked 1 time "register the sender"
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody wants to write STOP" in filtered
  person on_call refuses "Write STOP" after 1m
  expect found carrier_blocking
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody writes STOP" in filtered
  person on_call never answers
  person on_call answers "Read the" with "capitals" after 3m
  person on_call answers "register the sender" with "R-1" after 5m
  expect found carrier_blocking
  expect asked 1 time "Write STOP"
  expect nothing changed
  expect escalated to tech_lead
