scenarios for RB-006

world losing "The webhooks answer 200 and store nothing" default
  acme     = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta     = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  sms_talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  wa_talk  = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02"
  table businesses
    | id    | name | owner_email     | is_frozen | frozen_at | frozen_reason  |
    | :acme | Acme | owner@acme.test | false     | null      | null           |
    | :beta | Beta | owner@beta.test | true      | = 3d ago  | payment_failed |
  table conversations
    | id        | business_id | channel  | contact_phone |
    | :sms_talk | :acme       | sms      | +393330000001 |
    | :wa_talk  | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel | direction | content | status   | provider_message_id                | created_at |
    | :sms_talk       | sms     | inbound   | Hello?  | received | SM00000000000000000000000000000001 | = 50m ago  |
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  supabase.function(slug: "sms-webhook", verify_jwt: false)
  supabase.log(function: "sms-webhook", level: "error",
               text: "insert failed: current transaction is aborted", at: 30m ago)
  twilio.message(sid: "SM00000000000000000000000000000001", from: "+393330000001",
                 to: "+39020000000", body: "Hello?", at: 50m ago)
  twilio.message(sid: "SM00000000000000000000000000000002", from: "+393330000001",
                 to: "+39020000000", body: "Are you there?", at: 30m ago)
  twilio.message(sid: "SM00000000000000000000000000000003", from: "+393330000001",
                 to: "+39020000000", body: "Please answer", at: 5m ago)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager answers "What shall stop?" with "both" after 1m
  person engineering_manager approves after 1m
  person on_call answers "What is the root cause?" with "transaction" after 10m
  person on_call answers "Fix the cause" with "https://ci.alacartechat.test/1" after 20m

world losing_whatsapp "Meta's webhook is thanked, and its messages are dropped"
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  supabase.function(slug: "sms-webhook", verify_jwt: false)
  meta.message(id: "wamid.1", webhook: "DELIVERED", at: 5m ago)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager answers "What shall stop?" with "webhooks" after 1m
  person engineering_manager approves after 1m
  person on_call answers "What is the root cause?" with "dedup" after 5m
  person on_call answers "Fix the cause" with "https://ci.alacartechat.test/1" after 9m
  person on_call answers "Ask Meta's support" with {ticket: "META-1"} after 5m

world over "Some messages were lost, and it is over"
  acme      = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta      = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  sms_talk  = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  wa_talk   = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02"
  mail_talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a03"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
    | :beta | Beta | owner@beta.test |
  table conversations
    | id         | business_id | channel  | contact_phone | contact_email     |
    | :sms_talk  | :acme       | sms      | +393330000001 | null              |
    | :wa_talk   | :beta       | whatsapp | +393330000002 | null              |
    | :mail_talk | :beta       | email    | null          | guest@guests.test |
  table email_accounts
    | business_id | email           | imap_host      |
    | :beta       | inbox@beta.test | imap.beta.test |
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  supabase.function(slug: "sms-webhook", verify_jwt: false)
  twilio.message(sid: "SM00000000000000000000000000000002", from: "+393330000001",
                 to: "+39020000000", body: "Are you there?", at: 30m ago)
  meta.message(id: "wamid.2", webhook: "RETRYING", error: "Webhook endpoint returned HTTP 500",
               at: 40m ago)
  imap.message(mailbox: "inbox@beta.test", id: "<1@guests.test>", from: "guest@guests.test",
               subject: "A table for four", at: 45m ago)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m

world mail_alone "Only a mail was lost"
  beta      = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  mail_talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a03"
  table businesses
    | id    | name | owner_email     |
    | :beta | Beta | owner@beta.test |
  table conversations
    | id         | business_id | channel | contact_email     |
    | :mail_talk | :beta       | email   | guest@guests.test |
  table email_accounts
    | business_id | email           | imap_host      |
    | :beta       | inbox@beta.test | imap.beta.test |
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  supabase.function(slug: "sms-webhook", verify_jwt: false)
  imap.message(mailbox: "inbox@beta.test", id: "<1@guests.test>", from: "guest@guests.test",
               subject: "A table for four", at: 45m ago)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m

world unclear_sender "A number that writes to two businesses"
  acme      = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  beta      = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a22"
  acme_talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
    | :beta | Beta | owner@beta.test |
  table conversations
    | id                                   | business_id | channel | contact_phone |
    | :acme_talk                           | :acme       | sms     | +393330000001 |
    | 0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a04 | :beta       | sms     | +393330000001 |
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  supabase.function(slug: "sms-webhook", verify_jwt: false)
  twilio.message(sid: "SM00000000000000000000000000000002", from: "+393330000001",
                 to: "+39020000000", body: "Are you there?", at: 30m ago)
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "Place 1 SMS" with {done: 1} after 5m

world nothing_lost "Everything that the providers have is in the table"
  acme     = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  sms_talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table conversations
    | id        | business_id | channel | contact_phone |
    | :sms_talk | :acme       | sms     | +393330000001 |
  table messages
    | conversation_id | channel | direction | content | status   | provider_message_id                | created_at |
    | :sms_talk       | sms     | inbound   | Hello?  | received | SM00000000000000000000000000000001 | = 50m ago  |
    | :sms_talk       | sms     | inbound   | Yes?    | received | SM00000000000000000000000000000002 | = 20m ago  |
  supabase.function(slug: "whatsapp-webhook", verify_jwt: false)
  supabase.function(slug: "sms-webhook", verify_jwt: false)
  twilio.message(sid: "SM00000000000000000000000000000001", from: "+393330000001",
                 to: "+39020000000", body: "Hello?", at: 50m ago)
  twilio.message(sid: "SM00000000000000000000000000000002", from: "+393330000001",
                 to: "+39020000000", body: "Yes?", at: 20m ago)
  contact on_call email "on.call@alacartechat.test"

scenario "lost and still losing, everything stops" in losing
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause (transaction)"
  expect changed "Release the webhooks, so that providers deliver what they kept"
  expect changed "Insert 2 SMS that Twilio still has"
  expect changed "Unfreeze what this incident froze"
  expect table businesses where id = :acme
    | is_frozen | frozen_reason |
    | false     | null          |
  expect table businesses where id = :beta
    | is_frozen | frozen_reason  |
    | true      | payment_failed |
  expect table messages where provider_message_id = SM00000000000000000000000000000003
    | content       | conversation_id | status   |
    | Please answer | :sms_talk       | received |
  expect asked 1 time "Tell 1 customers that 2 messages are recovered and 0 are not?"
  expect sent email to "owner@acme.test" with "All 2 affected messages were recovered"
  expect not sent email to "owner@beta.test"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 90m

scenario "only receiving stops" in losing
  person engineering_manager answers "What shall stop?" with "webhooks" after 1m
  expect found losing_now
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect not changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Release the webhooks, so that providers deliver what they kept"
  expect changed "Insert 2 SMS that Twilio still has"
  expect asked 1 time "Tell 1 customers"
  expect sent email to "owner@acme.test"
  expect escalated to engineering_manager at 0s
  expect resolved within 90m

scenario "only sending stops" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  expect found losing_now
  expect asked 1 time "What shall stop?"
  expect not changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Insert 2 SMS that Twilio still has"
  expect changed "Unfreeze what this incident froze"
  expect asked 1 time "Tell 1 customers"
  expect sent email to "owner@acme.test"
  expect escalated to engineering_manager at 0s
  expect resolved within 90m

scenario "nothing stops" in losing
  person engineering_manager answers "What shall stop?" with "nothing" after 1m
  expect found losing_now
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Insert 2 SMS that Twilio still has"
  expect asked 1 time "Tell 1 customers"
  expect sent email to "owner@acme.test"
  expect escalated to engineering_manager at 0s
  expect resolved within 90m

scenario "messages are lost until the webhooks are let in again" in losing
  at 33m
    twilio.message(sid: "SM00000000000000000000000000000004", from: "+393330000001",
                   to: "+39020000000", body: "Still there?")
  expect found losing_now
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Release the webhooks, so that providers deliver what they kept"
  expect changed "Insert 3 SMS that Twilio still has"
  expect changed "Unfreeze what this incident froze"
  expect asked 1 time "Tell 1 customers that 3 messages"
  expect sent email to "owner@acme.test" with "All 3 affected"
  expect escalated to engineering_manager at 0s
  expect resolved within 90m

scenario "WhatsApp messages are dropped" in losing_whatsapp
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause (dedup)"
  expect changed "Release the webhooks, so that providers deliver what they kept"
  expect asked 1 time "Ask Meta's support about 1 messages"
  expect escalated to engineering_manager at 0s
  expect handed over within 60m

scenario "the loss is over" in over
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect not found losing_now
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect table messages where provider_message_id = "<1@guests.test>"
    | content          | conversation_id |
    | A table for four | :mail_talk      |
  expect asked 1 time "Tell 2 customers that 3 messages are recovered and 0 are not?"
  expect sent email to "owner@acme.test" with "All 3 affected messages were recovered"
  expect sent email to "owner@beta.test"
  expect escalated to engineering_manager at 0s
  expect resolved within 30m

scenario "only a mail is lost" in mail_alone
  expect found lost
  expect not found losing_now
  expect changed "Run email-sync for the window"
  expect table messages where provider_message_id = "<1@guests.test>"
    | content          | conversation_id |
    | A table for four | :mail_talk      |
  expect asked 1 time "Tell 1 customers that 1 messages are recovered and 0 are not?"
  expect sent email to "owner@beta.test" with "All 1 affected messages were recovered"
  expect escalated to engineering_manager at 0s
  expect resolved within 30m

scenario "the customer wrote the same an hour before" in over
  at 0s
    table messages
      | conversation_id | channel | direction | content        | status   | provider_message_id | created_at |
      | :sms_talk       | sms     | inbound   | Are you there? | received | SM-before           | = 90m ago  |
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "somebody types in by hand what is inserted" in over
  at 3m
    table messages
      | conversation_id | channel | direction | content        | status   | provider_message_id | created_at |
      | :sms_talk       | sms     | inbound   | Are you there? | received | null                | = 33m ago  |
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "a message arrives while the customers are counted" in over
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
    twilio.message(sid: "SM00000000000000000000000000000005", from: "+393330000001",
                   to: "+39020000000", body: "Good evening")
  expect the same as "the loss is over"

scenario "Meta does not repeat in time" in over
  fault postgres down from 3m to 4m
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect asked 1 time "Tell 2 customers that 2 messages are recovered and 1 are not?"
  expect sent email to "owner@acme.test" with "1 are not recovered yet"
  expect sent email to "owner@beta.test"
  expect escalated to engineering_manager at 0s
  expect handed over within 30m

scenario "a number that writes to two businesses" in unclear_sender
  at 3m
    table messages
      | conversation_id | channel | direction | content        | status   | provider_message_id                |
      | :acme_talk      | sms     | inbound   | Are you there? | received | SM00000000000000000000000000000002 |
  expect found lost
  expect asked 1 time "Place 1 SMS"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager at 0s
  expect resolved within 30m

scenario "nobody knows where a message belongs" in unclear_sender
  person on_call answers "Place 1 SMS" with {done: 0} after 5m
  expect found lost
  expect asked 1 time "Place 1 SMS"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager at 0s
  expect handed over within 30m

scenario "nothing is lost" in nothing_lost
  expect not found losing_now
  expect not found lost
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to engineering_manager at 2s
  expect handed over within 1m

scenario "a message is still on its way" in nothing_lost
  at 0s
    twilio.message(sid: "SM00000000000000000000000000000003", from: "+393330000001",
                   to: "+39020000000", body: "Just now")
  expect the same as "nothing is lost"

scenario "nobody answers" in losing
  person engineering_manager never answers
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 15m1s

scenario "the managers refuse the freeze" in losing
  person engineering_manager refuses "Freeze every business" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect not changed "Freeze every business that is not frozen, and remember which"
  expect not changed "Release the webhooks, so that providers deliver what they kept"
  expect escalated to engineering_manager

scenario "the mail is not to be sent" in over
  person engineering_manager refuses "Tell 2 customers" after 1m
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect asked 1 time "Tell 2 customers"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "a crash while everybody is frozen" in losing
  crash during "Freeze every business that is not frozen, and remember which" before the answer
  expect the same as "lost and still losing, everything stops"

scenario "Twilio is down" in over
  fault twilio unavailable from 0s to 3h
  expect not judged losing_now
  expect not judged lost
  expect nothing changed
  expect escalated to engineering_manager at 0s

scenario "the database does not answer" in losing
  fault postgres down from 0s to 3h
  expect not judged losing_now
  expect nothing changed
  expect escalated to engineering_manager at 0s

scenario "the managers do not choose" in losing_whatsapp
  person engineering_manager refuses "What shall stop?" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the managers refuse to hold the webhooks" in losing_whatsapp
  person engineering_manager refuses "Hold the webhooks" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect not changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody approves holding the webhooks" in losing_whatsapp
  person engineering_manager never answers
  person engineering_manager answers "What shall stop?" with "webhooks" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect not changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect nothing changed
  expect escalated to engineering_manager

scenario "Supabase's answers are lost" in losing_whatsapp
  fault supabase lost answer from 2m to 2m20s
  fault supabase lost answer from 17m to 18m
  expect the same as "WhatsApp messages are dropped"

scenario "Supabase does not hold the webhooks" in losing_whatsapp
  fault supabase refuses with not_found or conflict or invalid during "Hold the webhooks, so that providers keep what they cannot deliver"
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect not changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the managers refuse to release the webhooks" in losing_whatsapp
  person engineering_manager refuses "Release the webhooks" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect not changed "Release the webhooks, so that providers deliver what they kept"
  expect escalated to engineering_manager

scenario "nobody approves releasing the webhooks" in losing_whatsapp
  person engineering_manager never answers
  person engineering_manager answers "What shall stop?" with "webhooks" after 1m
  person engineering_manager approves "Hold the webhooks" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect not changed "Release the webhooks, so that providers deliver what they kept"
  expect escalated to engineering_manager

scenario "Supabase does not release the webhooks" in losing_whatsapp
  fault supabase refuses with not_found or conflict or invalid during "Release the webhooks, so that providers deliver what they kept"
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect not changed "Release the webhooks, so that providers deliver what they kept"
  expect escalated to engineering_manager

scenario "nobody asks Meta" in losing_whatsapp
  person on_call never answers
  person on_call answers "What is the root cause?" with "dedup" after 5m
  person on_call answers "Fix the cause" with "https://ci.alacartechat.test/1" after 9m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Release the webhooks, so that providers deliver what they kept"
  expect asked 1 time "Ask Meta's support"
  expect escalated to engineering_manager

scenario "the engineer does not ask Meta" in losing_whatsapp
  person on_call refuses "Ask Meta's support" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Hold the webhooks, so that providers keep what they cannot deliver"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Release the webhooks, so that providers deliver what they kept"
  expect asked 1 time "Ask Meta's support"
  expect escalated to engineering_manager

scenario "the engineer does not look for the cause" in losing_whatsapp
  person engineering_manager answers "What shall stop?" with "nothing" after 1m
  person on_call refuses "What is the root cause?" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody looks for the cause" in losing_whatsapp
  person engineering_manager answers "What shall stop?" with "nothing" after 1m
  person on_call never answers
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "a race that the engineer cannot fix" in losing_whatsapp
  person engineering_manager answers "What shall stop?" with "nothing" after 1m
  person on_call answers "What is the root cause?" with "race" after 5m
  person on_call refuses "Fix the cause (race)" after 9m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect nothing changed
  expect escalated to engineering_manager

scenario "a deploy that nobody fixes" in losing_whatsapp
  person engineering_manager answers "What shall stop?" with "nothing" after 1m
  person on_call never answers
  person on_call answers "What is the root cause?" with "deploy" after 5m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause (deploy)"
  expect nothing changed
  expect escalated to engineering_manager

scenario "fixed without knowing why" in losing_whatsapp
  person engineering_manager answers "What shall stop?" with "nothing" after 1m
  person on_call answers "What is the root cause?" with "unknown" after 5m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause (unknown)"
  expect asked 1 time "Ask Meta's support"
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over within 60m

scenario "nobody approves the freeze" in losing
  person engineering_manager never answers
  person engineering_manager answers "What shall stop?" with "sending" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect not changed "Freeze every business that is not frozen, and remember which"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the database is down when everybody is to be frozen" in losing
  person engineering_manager answers "What shall stop?" with "sending" after 1m
  fault postgres down from 2m to 3m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect not changed "Freeze every business that is not frozen, and remember which"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the managers let nobody in again" in losing
  person engineering_manager answers "What shall stop?" with "sending" after 1m
  person engineering_manager refuses "Unfreeze what this incident froze" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Insert 2 SMS that Twilio still has"
  expect not changed "Unfreeze what this incident froze"
  expect table businesses where id = :acme
    | is_frozen |
    | true      |
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "nobody approves letting everybody in again" in losing
  person engineering_manager never answers
  person engineering_manager answers "What shall stop?" with "sending" after 1m
  person engineering_manager approves "Freeze every business" after 1m
  person engineering_manager approves "Insert 2 SMS" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Insert 2 SMS that Twilio still has"
  expect not changed "Unfreeze what this incident froze"
  expect table businesses where id = :acme
    | is_frozen |
    | true      |
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "a crash while everybody is let in again" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  crash during "Unfreeze what this incident froze" before the answer
  expect the same as "only sending stops"

scenario "the database is down when everybody is let in again" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  fault postgres down from 36m to 37m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Insert 2 SMS that Twilio still has"
  expect not changed "Unfreeze what this incident froze"
  expect table businesses where id = :acme
    | is_frozen |
    | true      |
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the managers refuse to insert" in over
  person engineering_manager refuses "Insert 1 SMS" after 1m
  expect found lost
  expect not changed "Insert 1 SMS that Twilio still has"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "nobody approves inserting" in over
  person engineering_manager never answers
  expect found lost
  expect not changed "Insert 1 SMS that Twilio still has"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the database is down when messages are inserted" in over
  fault postgres down from 1m to 70s
  expect found lost
  expect not changed "Insert 1 SMS that Twilio still has"
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "a crash while messages are inserted" in over
  crash during "Insert 1 SMS that Twilio still has" before the answer
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "the managers do not want the mail fetched" in over
  person engineering_manager refuses "Run email-sync" after 1m
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect not changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "nobody approves fetching the mail" in over
  person engineering_manager never answers
  person engineering_manager approves "Insert 1 SMS" after 1m
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect not changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "email-sync cannot be run" in over
  fault supabase refuses with not_found or conflict or invalid during "Run email-sync for the window"
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect not changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the answer of email-sync is lost" in over
  fault supabase lost answer during "Run email-sync for the window"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "the database goes down before conversations are looked up" in over
  fault postgres down during "placed"
  expect found lost
  expect nothing changed
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "everything is down for a minute when the loss is verified" in over
  fault twilio unavailable from 4m to 5m
  fault meta unavailable from 5m to 6m
  fault postgres down from 6m to 7m
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "the database goes down while duplicates are counted" in over
  fault postgres down during "doubled" for 55s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "the database goes down when the loss is verified" in over
  fault postgres down during "frozen"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "Twilio goes down when the loss is verified" in over
  fault twilio unavailable during "all_sms"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "Meta goes down when the loss is verified" in over
  fault meta unavailable during "all_whatsapp"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the mailboxes are locked when the loss is verified" in over
  fault imap unavailable during "all_email"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the database goes down before it is counted what is back" in over
  fault postgres down during "missing_now"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the database goes down before it is known whom to tell" in over
  fault postgres down during "recovered"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "nobody approves the mail" in over
  person engineering_manager never answers
  person engineering_manager approves "Insert 1 SMS" after 1m
  person engineering_manager approves "Run email-sync" after 1m
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect asked 1 time "Tell 2 customers"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the answer to the mail is lost" in over
  fault email lost answer during "email.send_each"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "the mail is not taken" in over
  fault email refuses with conflict or invalid during "email.send_each"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect changed "Run email-sync for the window"
  expect asked 1 time "Tell 2 customers"
  expect not sent email to "owner@acme.test"
  expect escalated to engineering_manager

scenario "the traffic cannot be compared" in over
  fault postgres down during "traffic"
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "the logs cannot be read" in over
  fault supabase unavailable from 0s to 30s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "the functions cannot be read" in over
  fault supabase unavailable during "hooks" for 30s
  at 4m
    table messages
      | conversation_id | channel  | direction | content | status   | provider_message_id |
      | :wa_talk        | whatsapp | inbound   | Ciao    | received | wamid.2             |
  expect the same as "the loss is over"

scenario "Meta is down" in over
  fault meta unavailable from 0s to 30s
  expect not judged losing_now
  expect not judged lost
  expect nothing changed
  expect escalated to engineering_manager

scenario "a mailbox is locked" in over
  fault imap unavailable from 0s to 30s
  expect not judged losing_now
  expect not judged lost
  expect nothing changed
  expect escalated to engineering_manager

scenario "the database goes down before the comparison" in over
  fault postgres down from 1s to 30s
  expect not judged losing_now
  expect not judged lost
  expect nothing changed
  expect escalated to engineering_manager

scenario "Supabase is down when messages are lost" in losing_whatsapp
  fault supabase unavailable from 0s to 5m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer does not place the message" in unclear_sender
  person on_call refuses "Place 1 SMS" after 1m
  expect found lost
  expect asked 1 time "Place 1 SMS"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody places the message" in unclear_sender
  person on_call never answers
  expect found lost
  expect asked 1 time "Place 1 SMS"
  expect nothing changed
  expect escalated to engineering_manager

scenario "messages go on being lost" in unclear_sender
  at 1m
    twilio.message(sid: "SM00000000000000000000000000000010", from: "+393330000009",
                   to: "+39020000000", body: "Hello?")
  at 10m
    twilio.message(sid: "SM00000000000000000000000000000011", from: "+393330000009",
                   to: "+39020000000", body: "Hello?")
  at 20m
    twilio.message(sid: "SM00000000000000000000000000000012", from: "+393330000009",
                   to: "+39020000000", body: "Hello?")
  at 30m
    twilio.message(sid: "SM00000000000000000000000000000013", from: "+393330000009",
                   to: "+39020000000", body: "Hello?")
  expect found lost
  expect found losing_now
  expect asked 1 time "Place 1 SMS"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the engineer takes the freeze back, having no idea of the cause" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  person on_call refuses "What is the root cause?" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect undone "Freeze every business that is not frozen, and remember which"
  expect table businesses where id = :acme
    | is_frozen | frozen_reason |
    | false     | null          |
  expect escalated to engineering_manager
  expect failed

scenario "the engineer leaves everybody frozen, having no idea of the cause" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  person on_call refuses "What is the root cause?" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found losing_now
  expect found lost
  expect asked 1 time "What shall stop?"
  expect asked 1 time "What is the root cause?"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect escalated to engineering_manager
  expect failed

scenario "the engineer takes the inserted message out again" in over
  person engineering_manager refuses "Run email-sync" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found lost
  expect undone "Insert 1 SMS that Twilio still has"
  expect not changed "Run email-sync for the window"
  expect table messages where channel = sms absent
  expect escalated to engineering_manager
  expect failed

scenario "the engineer leaves the inserted message where it is" in over
  person engineering_manager refuses "Run email-sync" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found lost
  expect changed "Insert 1 SMS that Twilio still has"
  expect not changed "Run email-sync for the window"
  expect escalated to engineering_manager
  expect failed

scenario "the mail is refused, and everybody is frozen again" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  person engineering_manager refuses "Tell 1 customers" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found losing_now
  expect asked 1 time "What shall stop?"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Insert 2 SMS that Twilio still has"
  expect undone "Unfreeze what this incident froze"
  expect asked 1 time "Tell 1 customers"
  expect escalated to engineering_manager
  expect failed

scenario "the mail is refused, and everybody stays let in" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  person engineering_manager refuses "Tell 1 customers" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found losing_now
  expect asked 1 time "What shall stop?"
  expect changed "Freeze every business that is not frozen, and remember which"
  expect asked 1 time "What is the root cause?"
  expect asked 1 time "Fix the cause"
  expect changed "Insert 2 SMS that Twilio still has"
  expect changed "Unfreeze what this incident froze"
  expect asked 1 time "Tell 1 customers"
  expect escalated to engineering_manager
  expect failed

scenario "the mail is refused, and nobody says what becomes of the rest" in losing
  person cto answers "What shall stop?" with "sending" after 30s
  person engineering_manager refuses "Tell 1 customers" after 1m
  person on_call never answers
  person on_call answers "What is the root cause?" with "race" after 1m
  person on_call answers "Fix the cause" with "https://ci.alacartechat.test/2" after 1m
  expect the same as "the mail is refused, and everybody stays let in"

scenario "nobody can read again what is lost once the message is placed" in unclear_sender
  fault twilio unavailable from 4m to 30m
  expect found lost
  expect asked 1 time "Place 1 SMS"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect failed
