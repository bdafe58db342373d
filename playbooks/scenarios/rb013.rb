scenarios for RB-013

world inbox "One agent looks at one conversation"
  user         = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0b01"
  acme         = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  conversation = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table auth.users
    | id    | email           |
    | :user | agent@acme.test |
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table business_members
    | business_id | user_id |
    | :acme       | :user   |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world stuck "Channels are joined, and nothing comes" like inbox default
  table conversations
    | id            | business_id | channel  | contact_phone |
    | :conversation | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id |
    | :conversation   | whatsapp | inbound   | Ciao    | received | wamid.1             |
  realtime.service(trouble: "stuck")
  person on_call approves after 90s

world suspended "Supabase has suspended realtime" like inbox
  table conversations
    | id            | business_id | channel  | contact_phone |
    | :conversation | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id |
    | :conversation   | whatsapp | inbound   | Ciao    | received | wamid.1             |
  supabase.realtime(suspended: true)
  person on_call answers "Ask Supabase" with {ticket: "SU-1"} after 20m

world outage "Supabase says that realtime has an outage" like inbox
  table conversations
    | id            | business_id | channel  | contact_phone |
    | :conversation | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id |
    | :conversation   | whatsapp | inbound   | Ciao    | received | wamid.1             |
  realtime.service(trouble: "stuck")
  status.component(page: "supabase", name: "Realtime", status: "major_outage",
                   incident: "Realtime is down in eu-central-1")
  person on_call approves after 90s

world wrong_key "Realtime refuses the key of the app" like inbox
  table conversations
    | id            | business_id | channel  | contact_phone |
    | :conversation | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id |
    | :conversation   | whatsapp | inbound   | Ciao    | received | wamid.1             |
  realtime.service(trouble: "wrong key")
  person on_call answers "Realtime refuses" with {wrong: "The key of the old project"} after 10m

world no_member "The user left the business"
  user         = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0b01"
  acme         = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  conversation = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  table auth.users
    | id    | email           |
    | :user | agent@acme.test |
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  table conversations
    | id            | business_id | channel  | contact_phone |
    | :conversation | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id |
    | :conversation   | whatsapp | inbound   | Ciao    | received | wamid.1             |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world all_well "Everything works for us" like inbox
  table conversations
    | id            | business_id | channel  | contact_phone |
    | :conversation | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id |
    | :conversation   | whatsapp | inbound   | Ciao    | received | wamid.1             |
  person on_call answers "Our own subscription works" with {line: "ERR_BLOCKED_BY_CLIENT"} after 5m

world empty "A conversation without messages" like inbox
  table conversations
    | id                                   | business_id | channel  | contact_phone |
    | :conversation                        | :acme       | whatsapp | +393330000001 |
    | 0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02 | :acme       | whatsapp | +393330000002 |
  table messages
    | conversation_id                      | channel  | direction | content | status   | provider_message_id |
    | 0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02 | whatsapp | inbound   | Ciao    | received | wamid.1             |

world no_part "The status page names its parts otherwise" like inbox
  table conversations
    | id            | business_id | channel  | contact_phone |
    | :conversation | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id | channel  | direction | content | status   | provider_message_id |
    | :conversation   | whatsapp | inbound   | Ciao    | received | wamid.1             |
  realtime.service(trouble: "stuck")
  status.component(page: "supabase", name: "Realtime", listed: false)
  person on_call approves after 90s

world no_conversation "A conversation that does not exist" like inbox
  table conversations
    | id                                   | business_id | channel  | contact_phone |
    | 0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02 | :acme       | whatsapp | +393330000001 |
  table messages
    | conversation_id                      | channel  | direction | content | status   | provider_message_id |
    | 0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a02 | whatsapp | inbound   | Ciao    | received | wamid.1             |
  realtime.service(trouble: "stuck")
  person on_call approves after 90s

scenario "stuck" in stuck
  expect found not_connecting
  expect not found platform_down
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time "Disconnect all realtime clients"
  expect called supabase.realtime_shutdown()
  expect no escalation
  expect resolved within 5m

scenario "the engineer refuses" in stuck
  person on_call refuses after 1m
  expect found not_connecting
  expect asked 1 time
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "nobody answers" in stuck
  person on_call never answers
  expect found not_connecting
  expect asked 1 time "Disconnect all realtime clients"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "the answer of the disconnection is lost" in stuck
  fault supabase lost answer from 100s to 125s
  expect found not_connecting
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time "Disconnect all realtime clients"
  expect no escalation
  expect resolved within 8m

scenario "Supabase does not take the disconnection" in stuck
  fault supabase refuses with unauthorized or not_found during "Disconnect all realtime clients; they connect again by themselves"
  expect found not_connecting
  expect not changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time "Disconnect all realtime clients"
  expect escalated to tech_lead
  expect escalated

scenario "Supabase is down when everybody is disconnected" in stuck
  fault supabase unavailable from 100s to 10m
  expect found not_connecting
  expect asked 2 times "Disconnect all realtime clients"
  expect asked 1 time "Was this done"
  expect not changed "Disconnect all realtime clients; they connect again by themselves"
  expect escalated to tech_lead
  expect failed

scenario "a crash while everybody is disconnected" in stuck
  crash during "Disconnect all realtime clients; they connect again by themselves" before the answer
  expect found not_connecting
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time "Disconnect all realtime clients"
  expect no escalation
  expect resolved within 10m

scenario "the status page cannot be reached" in stuck
  fault status unavailable from 0s to 1h
  expect found not_connecting
  expect not found platform_down
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time
  expect no escalation
  expect resolved within 5m

scenario "Supabase does not answer at all" in stuck
  fault supabase unavailable from 0s to 3h
  expect not judged suspended
  expect escalated to tech_lead
  expect nothing changed
  expect escalated

scenario "the database does not answer" in stuck
  fault postgres down from 0s to 3h
  expect not judged not_published
  expect not judged rls_blocks
  expect escalated to tech_lead
  expect nothing changed
  expect escalated

scenario "the database goes down before the user's view is read" in all_well
  fault postgres down from 1540ms to 10m
  expect not judged rls_blocks
  expect escalated to tech_lead
  expect nothing changed
  expect escalated

scenario "the conversation does not exist" in no_conversation
  expect not judged rls_blocks
  expect found not_connecting
  expect escalated to tech_lead
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time

scenario "suspended" in suspended
  at 10m
    supabase.realtime(suspended: false)
  expect found suspended
  expect not found not_connecting
  expect asked 1 time "Ask Supabase's support"
  expect no escalation
  expect nothing changed
  expect resolved within 30m

scenario "nobody asks Supabase" in suspended
  person on_call never answers
  expect found suspended
  expect asked 1 time "Ask Supabase's support"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "the suspension stays" in suspended
  expect found suspended
  expect asked 1 time "Ask Supabase's support"
  expect escalated to tech_lead
  expect nothing changed
  expect escalated

scenario "an outage ends, and connections are stuck" in outage
  at 30m
    status.component(page: "supabase", name: "Realtime")
  expect found platform_down
  expect not found not_connecting
  expect escalated to tech_lead
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time "Disconnect all realtime clients"
  expect resolved within 1h

scenario "an outage ends, and everything comes back" in outage
  at 25m
    realtime.service(trouble: "none")
    status.component(page: "supabase", name: "Realtime")
  expect found platform_down
  expect escalated to tech_lead
  expect nothing changed
  expect resolved within 1h

scenario "an outage for hours" in outage
  expect found platform_down
  expect escalated to tech_lead
  expect nothing changed
  expect escalated to tech_lead at 3h20s
  expect handed over within 4h

scenario "the page loses the component" in outage
  fault status garbage answer from 10m to 20m
  at 30m
    status.component(page: "supabase", name: "Realtime")
  expect found platform_down
  expect escalated to tech_lead
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect asked 1 time
  expect resolved within 1h

scenario "a table that is not published" in all_well
  at 0s
    sql
      ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
  person on_call approves after 90s
  expect found not_published
  expect not found not_connecting
  expect changed "Add messages to supabase_realtime"
  expect asked 1 time "Add messages to supabase_realtime"
  expect no escalation
  expect resolved within 5m

scenario "the table is not to be published" in all_well
  at 0s
    sql
      ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
  person on_call refuses after 90s
  expect found not_published
  expect asked 1 time "Add messages to supabase_realtime"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "nobody wants the table published" in all_well
  at 0s
    sql
      ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
  expect found not_published
  expect asked 1 time "Add messages to supabase_realtime"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "a migration publishes the table while we wait" in all_well
  at 0s
    sql
      ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
  at 60s
    sql
      ALTER PUBLICATION supabase_realtime ADD TABLE public.messages
  person on_call approves after 90s
  expect found not_published
  expect asked 1 time "Add messages to supabase_realtime"
  expect not changed "Add messages to supabase_realtime"
  expect no escalation
  expect resolved within 5m

scenario "the database is down when the table is published" in all_well
  at 0s
    sql
      ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
  fault postgres down from 80s to 10m
  person on_call approves after 85s
  expect found not_published
  expect asked 1 time "Add messages to supabase_realtime"
  expect not changed "Add messages to supabase_realtime"
  expect escalated to tech_lead
  expect escalated

scenario "the page has no such part any more" in no_part
  expect found not_connecting
  expect asked 1 time
  expect changed "Disconnect all realtime clients; they connect again by themselves"
  expect no escalation
  expect resolved within 5m

scenario "a policy that hides the conversation" in all_well
  at 0s
    sql
      DROP POLICY members_read_messages ON messages
  at 5m
    sql
      CREATE POLICY members_read_messages ON messages FOR SELECT TO authenticated
      USING (conversation_id IN (SELECT c.id FROM conversations c))
  person on_call answers "Correct the policy" with {cause: "It was dropped"} after 6m
  expect found rls_blocks
  expect not found not_a_member
  expect asked 1 time "Correct the policy"
  expect no escalation
  expect nothing changed
  expect resolved within 10m

scenario "nobody corrects the policy" in all_well
  at 0s
    sql
      DROP POLICY members_read_messages ON messages
  expect found rls_blocks
  expect asked 1 time "Correct the policy"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "the policies cannot be read" in all_well
  at 0s
    sql
      DROP POLICY members_read_messages ON messages
  fault postgres down from 1545ms to 10m
  expect found rls_blocks
  expect asked 1 time "Correct the policy"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "a key of another project" in wrong_key
  at 9m
    realtime.service(trouble: "none")
  expect found not_connecting
  expect asked 1 time "Realtime refuses the public key"
  expect no escalation
  expect nothing changed
  expect resolved within 15m

scenario "nobody puts the key right" in wrong_key
  person on_call never answers
  expect found not_connecting
  expect asked 1 time "Realtime refuses the public key"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "the engineer does not ask Supabase" in suspended
  person on_call refuses "Ask Supabase" after 1m
  expect found suspended
  expect asked 1 time "Ask Supabase's support"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "the engineer does not correct the policy" in all_well
  at 0s
    sql
      DROP POLICY members_read_messages ON messages
  person on_call refuses "Correct the policy" after 1m
  expect found rls_blocks
  expect asked 1 time "Correct the policy"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "the engineer does not put the key right" in wrong_key
  person on_call refuses "Realtime refuses" after 1m
  expect found not_connecting
  expect asked 1 time "Realtime refuses the public key"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "the engineer does not look at the browser" in all_well
  person on_call refuses "Our own subscription works" after 1m
  expect asked 1 time "Our own subscription works"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "a conversation without messages" in empty
  expect not found rls_blocks
  expect not found not_a_member
  expect asked 1 time "Our own subscription works"
  expect escalated to tech_lead
  expect nothing changed
  expect failed

scenario "not published, and stuck as well" in stuck
  at 0s
    sql
      ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
  expect found not_published
  expect found not_connecting
  expect changed "Add messages to supabase_realtime"
  expect asked 1 time "Add messages to supabase_realtime"
  expect escalated to tech_lead
  expect escalated

scenario "a crash while the table is published" in stuck
  at 0s
    sql
      ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
  at 60s
    realtime.service(trouble: "none")
  crash during "Add messages to supabase_realtime" before the answer
  expect found not_published
  expect changed "Add messages to supabase_realtime"
  expect asked 1 time "Add messages to supabase_realtime"
  expect no escalation
  expect resolved within 15m

scenario "not a member" in no_member
  expect found not_a_member
  expect not found rls_blocks
  expect nothing changed
  expect no escalation
  expect handed over

scenario "it is the browser" in all_well
  expect asked 1 time "Our own subscription works"
  expect escalated to tech_lead
  expect nothing changed
  expect handed over within 10m

scenario "nobody looks at the browser" in all_well
  person on_call never answers
  expect asked 1 time "Our own subscription works"
  expect escalated to tech_lead
  expect nothing changed
  expect failed
