scenarios for RB-003

world receiving "WhatsApp messages come in, and nothing is wrong"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table conversations
    | id    | business_id | channel  | contact_phone |
    | :talk | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id | created_at |
    | :talk           | whatsapp | inbound   | Ciao    | received | wamid.0             | = 3h ago   |
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  contact on_call email "on.call@alacartechat.test"

world wrong_secret "The app secret was reset at Meta" like receiving default
  supabase.log(function: "whatsapp-webhook", level: "error", text: "Invalid signature", at: 20m ago)
  supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "right", expected: "right")
  supabase.secret(name: "WHATSAPP_APP_SECRET", value: "the-secret-of-last-year",
                  expected: "meta-signs-with-this")
  meta.subscription(callback_url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                    active: true)
  http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
               verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  meta.message(id: "wamid.1", webhook: "RETRYING", error: "HTTP 500", at: 40m ago)
  person on_call approves after 30s
  person on_call answers "The app secret" with "meta-signs-with-this" after 30s

world switched_off "Meta has switched the webhook off" like receiving
  supabase.log(function: "whatsapp-webhook", level: "error", text: "Invalid signature", at: 20m ago)
  supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "right", expected: "right")
  supabase.secret(name: "WHATSAPP_APP_SECRET", value: "meta-signs-with-this",
                  expected: "meta-signs-with-this")
  meta.subscription(callback_url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                    active: false)
  http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
               verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  meta.message(id: "wamid.1", webhook: "RETRYING", error: "HTTP 500", at: 40m ago)
  person on_call approves after 30s
  person on_call answers "The verify token" with "right" after 30s

world slow "The webhook waits for a connection that it does not get" like receiving
  supabase.log(function: "whatsapp-webhook", level: "error", text: "Invalid signature", at: 20m ago)
  supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "right", expected: "right")
  supabase.secret(name: "WHATSAPP_APP_SECRET", value: "meta-signs-with-this",
                  expected: "meta-signs-with-this")
  meta.subscription(callback_url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                    active: true)
  http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
               verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET", takes: 30s)
  table pg_stat_activity
    | usename       | state  | state_change | backend_start |
    | authenticator | idle   | = 20m ago    | = 1h ago      |
    | authenticator | idle   | = 20m ago    | = 1h ago      |
    | authenticator | idle   | = 2m ago     | = 1h ago      |
    | authenticator | active | = 20m ago    | = 1h ago      |
    | postgres      | idle   | = 20m ago    | = 1h ago      |
  person on_call approves after 30s

world slow_and_busy "The webhook waits, and nobody is idle" like receiving
  supabase.log(function: "whatsapp-webhook", level: "error", text: "Invalid signature", at: 20m ago)
  supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "right", expected: "right")
  supabase.secret(name: "WHATSAPP_APP_SECRET", value: "meta-signs-with-this",
                  expected: "meta-signs-with-this")
  meta.subscription(callback_url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                    active: true)
  http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
               verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET", takes: 30s)
  table pg_stat_activity
    | usename  | state  | state_change | backend_start |
    | postgres | active | = 20m ago    | = 1h ago      |
    | postgres | active | = 20m ago    | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |

world failing "The webhook answers 500" like receiving
  supabase.log(function: "whatsapp-webhook", level: "error", text: "Invalid signature", at: 20m ago)
  supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "right", expected: "right")
  supabase.secret(name: "WHATSAPP_APP_SECRET", value: "meta-signs-with-this",
                  expected: "meta-signs-with-this")
  meta.subscription(callback_url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                    active: true)
  http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
               verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET",
               answers: 500)
  meta.message(id: "wamid.1", webhook: "RETRYING", error: "HTTP 500", at: 40m ago)
  person on_call answers "Fix what the errors" with {deployed: "https://ci.alacartechat.test/1"} after 15m
  person on_call answers "Send a test message" with {seen: true} after 2m

world open_door "The webhook takes what nobody signed" like receiving
  supabase.log(function: "whatsapp-webhook", level: "error", text: "Invalid signature", at: 20m ago)
  supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "right", expected: "right")
  supabase.secret(name: "WHATSAPP_APP_SECRET", value: "meta-signs-with-this",
                  expected: "meta-signs-with-this")
  meta.subscription(callback_url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                    active: true)
  http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
               verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET",
               believes_anybody: true)
  person on_call answers "Let the webhook refuse" with {link: "https://ci.alacartechat.test/2"} after 20m

world all_well "The webhook is well" like receiving
  supabase.log(function: "whatsapp-webhook", level: "error", text: "Invalid signature", at: 20m ago)
  supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "right", expected: "right")
  supabase.secret(name: "WHATSAPP_APP_SECRET", value: "meta-signs-with-this",
                  expected: "meta-signs-with-this")
  meta.subscription(callback_url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                    active: true)
  http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
               verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")

world nothing_subscribed "Nobody has subscribed the app"
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  contact on_call email "on.call@alacartechat.test"

world another_object "The app is subscribed to something else"
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  meta.subscription(callback_url: "https://pages.alacartechat.test/", object: "page")
  contact on_call email "on.call@alacartechat.test"

scenario "the app secret was reset" in wrong_secret
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found signatures_refused
  expect not found switched_off
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect no escalation
  expect called supabase.error_groups(functions: ["whatsapp-webhook"])
  expect called supabase.secrets_check(names: ["WHATSAPP_VERIFY_TOKEN", "WHATSAPP_APP_SECRET"])
  expect resolved within 10m

scenario "some messages do not come back" in wrong_secret
  person engineering_manager approves "Tell 1 owners" after 1m
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect asked 1 time "Tell 1 owners"
  expect sent email to "owner@acme.test" with "some WhatsApp messages did not reach your inbox"
  expect no escalation
  expect resolved within 30m

scenario "nobody wants the owners told" in wrong_secret
  person engineering_manager refuses "Tell 1 owners" after 1m
  person on_call refuses "Tell 1 owners" after 1m
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect asked 1 time "Tell 1 owners"
  expect escalated to engineering_manager
  expect failed

scenario "nobody answers about the owners" in wrong_secret
  person on_call never answers
  person on_call answers "The app secret" with "meta-signs-with-this" after 30s
  person on_call approves "Set WHATSAPP_APP_SECRET" after 30s
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect asked 1 time "Tell 1 owners"
  expect escalated to engineering_manager
  expect failed

scenario "the mail is not taken" in wrong_secret
  fault email refuses with conflict or invalid during "email.send_each"
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect asked 1 time "Tell 1 owners"
  expect escalated to engineering_manager
  expect escalated to engineering_manager at 16m35s
  expect resolved within 1h

scenario "the answer to the mail is lost" in wrong_secret
  fault email lost answer from 16m to 17m
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect asked 1 time "Tell 1 owners"
  expect sent email to "owner@acme.test"
  expect no escalation
  expect resolved within 1h

scenario "Meta stumbles while its record is read" in wrong_secret
  fault meta unavailable from 64s to 70s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect no escalation
  expect resolved within 10m

scenario "the database stumbles while messages come back" in wrong_secret
  fault postgres down from 100s to 150s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect no escalation
  expect resolved within 10m

scenario "the database goes down after the messages came back" in wrong_secret
  fault postgres down from 15m50s to 2h
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect no escalation
  expect handed over

scenario "the database goes down before the quiet businesses are listed" in wrong_secret
  fault postgres down during "quiet"
  expect the same as "the database goes down after the messages came back"

scenario "the database goes down before the owners are listed" in wrong_secret
  fault postgres down during "owners"
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect escalated to engineering_manager
  expect resolved within 1h

scenario "the secret is right, and its check is wrong" in wrong_secret
  person on_call answers "The app secret" with "the-secret-of-last-year" after 30s
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "nobody has the app secret" in wrong_secret
  person on_call never answers
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated to engineering_manager at 5m
  expect failed

scenario "the engineer does not give the app secret" in wrong_secret
  person on_call refuses "The app secret" after 30s
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not set the app secret" in wrong_secret
  person on_call refuses "Set WHATSAPP_APP_SECRET" after 30s
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody approves setting the app secret" in wrong_secret
  person on_call never answers
  person on_call answers "The app secret" with "meta-signs-with-this" after 30s
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "Supabase does not take the secret" in wrong_secret
  fault supabase refuses with conflict or invalid during "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect not changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect escalated to engineering_manager
  expect escalated

scenario "Supabase is down when the secret is set" in wrong_secret
  fault supabase unavailable from 50s to 10m
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect asked 2 times "Set WHATSAPP_APP_SECRET"
  expect asked 1 time "Was this done"
  expect not changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect escalated to engineering_manager at 5m
  expect failed

scenario "the answer about the secret is lost" in wrong_secret
  fault supabase lost answer from 50s to 75s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect no escalation
  expect resolved within 10m

scenario "Supabase cannot compare the secret" in wrong_secret
  fault supabase rate limited from 20s to 45s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found signatures_refused
  expect asked 1 time "The app secret"
  expect asked 1 time "Set WHATSAPP_APP_SECRET"
  expect changed "Set WHATSAPP_APP_SECRET to what Meta signs with"
  expect no escalation
  expect resolved within 10m

scenario "switched off" in switched_off
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found switched_off
  expect not found signatures_refused
  expect asked 1 time "The verify token"
  expect changed "Subscribe https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook to messages"
  expect asked 1 time "Subscribe"
  expect no escalation
  expect resolved within 10m

scenario "the vault has another token" in switched_off
  person on_call answers "The verify token" with "wrong" after 30s
  expect found switched_off
  expect asked 1 time "The verify token"
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "Supabase cannot compare the token" in switched_off
  fault supabase unavailable from 20s to 45s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found switched_off
  expect asked 1 time "The verify token"
  expect changed "Subscribe https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook to messages"
  expect asked 1 time "Subscribe"
  expect no escalation
  expect resolved within 10m

scenario "Supabase stumbles while its traffic is counted" in switched_off
  fault supabase unavailable from 1110ms to 3s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found switched_off
  expect asked 1 time "The verify token"
  expect changed "Subscribe https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook to messages"
  expect asked 1 time "Subscribe"
  expect no escalation
  expect resolved within 10m

scenario "Meta's record cannot be read" in switched_off
  fault meta unavailable from 63s to 1h
  expect found switched_off
  expect asked 1 time "The verify token"
  expect changed "Subscribe https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook to messages"
  expect asked 1 time "Subscribe"
  expect no escalation
  expect handed over

scenario "nobody has the token" in switched_off
  person on_call never answers
  expect found switched_off
  expect asked 1 time "The verify token"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not give the token" in switched_off
  person on_call refuses "The verify token" after 30s
  expect found switched_off
  expect asked 1 time "The verify token"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not subscribe" in switched_off
  person on_call refuses "Subscribe" after 30s
  expect found switched_off
  expect asked 1 time "The verify token"
  expect asked 1 time "Subscribe"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody approves the subscription" in switched_off
  person on_call never answers
  person on_call answers "The verify token" with "right" after 30s
  expect found switched_off
  expect asked 1 time "The verify token"
  expect asked 1 time "Subscribe"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "Meta does not subscribe" in switched_off
  fault meta refuses with unauthorized or not_found or invalid during "Subscribe https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook to messages"
  expect found switched_off
  expect asked 1 time "The verify token"
  expect asked 1 time "Subscribe"
  expect not changed "Subscribe https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook to messages"
  expect escalated to engineering_manager
  expect escalated

scenario "Meta is down when it is asked to subscribe" in switched_off
  fault meta unavailable from 50s to 10m
  expect found switched_off
  expect asked 1 time "The verify token"
  expect asked 2 times "Subscribe"
  expect asked 1 time "Was this done"
  expect nothing changed
  expect escalated to engineering_manager at 5m
  expect failed

scenario "Meta's handshake fails" in switched_off
  at 40s
    supabase.secret(name: "WHATSAPP_VERIFY_TOKEN", value: "another")
  expect the same as "Meta does not subscribe"

scenario "Meta's answer is lost" in switched_off
  fault meta lost answer from 50s to 75s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  expect found switched_off
  expect asked 1 time "The verify token"
  expect changed "Subscribe https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook to messages"
  expect asked 1 time "Subscribe"
  expect no escalation
  expect resolved within 10m

scenario "connections are used up" in slow
  at 0s
    sql
      UPDATE pg_settings SET setting = '9' WHERE name = 'max_connections'
  at 70s
    http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                 verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  expect found timing_out
  expect asked 1 time "End 2 idle sessions"
  expect changed "End 2 idle sessions of authenticator"
  expect no escalation
  expect resolved within 5m

scenario "connections are left, and it is slow" in slow
  expect found timing_out
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "nobody wants the sessions ended" in slow
  at 0s
    sql
      UPDATE pg_settings SET setting = '9' WHERE name = 'max_connections'
  person on_call refuses after 30s
  expect found timing_out
  expect asked 1 time "End 2 idle sessions"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody answers about the sessions" in slow
  at 0s
    sql
      UPDATE pg_settings SET setting = '9' WHERE name = 'max_connections'
  person on_call never answers
  expect found timing_out
  expect asked 1 time "End 2 idle sessions"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the database goes down while sessions are ended" in slow
  at 0s
    sql
      UPDATE pg_settings SET setting = '9' WHERE name = 'max_connections'
  fault postgres refuses with unavailable or conflict during "End 2 idle sessions of authenticator"
  expect found timing_out
  expect asked 1 time "End 2 idle sessions"
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "the database goes down before sessions are listed" in slow
  at 0s
    sql
      UPDATE pg_settings SET setting = '9' WHERE name = 'max_connections'
  fault postgres down from 5s to 2h
  expect found timing_out
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "a crash while sessions are ended" in slow
  at 0s
    sql
      UPDATE pg_settings SET setting = '9' WHERE name = 'max_connections'
  at 70s
    http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                 verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  crash during "End 2 idle sessions of authenticator" before the answer
  expect found timing_out
  expect asked 1 time "End 2 idle sessions"
  expect changed "End 2 idle sessions of authenticator"
  expect no escalation
  expect resolved within 10m

scenario "connections are used up, and nobody is idle" in slow_and_busy
  at 0s
    sql
      UPDATE pg_settings SET setting = '9' WHERE name = 'max_connections'
  expect found timing_out
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "fixed and deployed" in failing
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :talk           | whatsapp | inbound   | Dove?   | received | wamid.1             |
  at 14m
    http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                 verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  expect found failing
  expect asked 1 time "Fix what the errors"
  expect asked 1 time "Send a test message"
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated to engineering_manager at 2s
  expect resolved within 30m

scenario "the test message does not arrive" in failing
  at 14m
    http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                 verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  person on_call answers "Send a test message" with {seen: false} after 2m
  expect found failing
  expect asked 1 time "Fix what the errors"
  expect asked 1 time "Send a test message"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody fixes it" in failing
  person on_call never answers
  expect found failing
  expect asked 1 time "Fix what the errors"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not fix it" in failing
  person on_call refuses "Fix what the errors" after 1m
  expect found failing
  expect asked 1 time "Fix what the errors"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody tests it" in failing
  at 14m
    http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                 verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  person on_call never answers
  person on_call answers "Fix what the errors" with {deployed: "https://ci.alacartechat.test/1"} after 15m
  expect found failing
  expect asked 1 time "Fix what the errors"
  expect asked 1 time "Send a test message"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not test it" in failing
  at 14m
    http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                 verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  person on_call refuses "Send a test message" after 1m
  expect found failing
  expect asked 1 time "Fix what the errors"
  expect asked 1 time "Send a test message"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "an open door is closed" in open_door
  at 15m
    http.webhook(url: "https://simulatedprojectaaaa.supabase.co/functions/v1/whatsapp-webhook",
                 verify_token: "WHATSAPP_VERIFY_TOKEN", app_secret: "WHATSAPP_APP_SECRET")
  expect found believes_anybody
  expect not found failing
  expect asked 1 time "Let the webhook refuse"
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated to engineering_manager at 2s
  expect resolved within 30m

scenario "nobody closes the door" in open_door
  person on_call never answers
  expect found believes_anybody
  expect asked 1 time "Let the webhook refuse"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not close the door" in open_door
  person on_call refuses "Let the webhook refuse" after 1m
  expect found believes_anybody
  expect asked 1 time "Let the webhook refuse"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "all is well" in all_well
  expect not found failing
  expect nothing changed
  expect escalated to engineering_manager with "The webhook is well"
  expect handed over

scenario "nothing is subscribed" in nothing_subscribed
  expect nothing changed
  expect escalated to engineering_manager with "Meta's app is subscribed to no changes"
  expect handed over with "Nobody has told Meta where to send messages"

scenario "only something else is subscribed" in another_object
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "Meta does not answer" in wrong_secret
  fault meta unavailable from 0s to 2h
  expect not judged switched_off
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "Supabase does not answer" in all_well
  fault supabase unavailable from 0s to 2h
  expect not found failing
  expect nothing changed
  expect escalated to engineering_manager

scenario "the database does not answer" in slow
  fault postgres down from 0s to 2h
  expect found timing_out
  expect nothing changed
  expect escalated to engineering_manager

scenario "the network is silent" in all_well
  fault http timeout from 0s to 2h
  expect found timing_out
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

not covered "a business has an owner: the schema says so"
  `people is not empty` fails

not covered "the breach after five minutes tells the same manager, so that rung is fulfilled"
  escalation after 30m to engineering_manager came
