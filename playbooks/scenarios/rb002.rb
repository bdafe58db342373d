scenarios for RB-002

world sending "What the company sends with, and nothing is wrong"
  talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
  acme = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table businesses
    | id    | name | owner_email     |
    | :acme | Acme | owner@acme.test |
  supabase.function(slug: "whatsapp-send")
  supabase.function(slug: "email-send-smtp")
  supabase.secret(name: "WHATSAPP_TOKEN", value: "w", expected: "w")
  supabase.secret(name: "RESEND_API_KEY", value: "r", expected: "r")
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 30s
  person on_call answers "How many milliseconds" with 200 after 1m
  person on_call answers "Which commit broke" with "1" after 1m

world sms_down "The provider of sms is down" like sending default
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  status.component(page: "twilio", name: "Programmable Messaging", status: "major_outage",
                   at: 10m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world whatsapp_down "The provider of whatsapp is down" like sending
  table conversations
    | id    | business_id | channel  | contact_phone | contact_email     |
    | :talk | :acme       | whatsapp | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel  | direction | content | status    | created_at |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  status.component(page: "meta", name: "Cloud API", status: "major_outage", at: 10m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world email_down "The provider of email is down" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | email   | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  status.component(page: "resend", name: "Email Sending", status: "major_outage", at: 10m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world too_fast "Twilio refuses us for speed" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  supabase.log(function: "sms-send", level: "error", text: "Too Many Requests (20429)", at: 4m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world rate_limit_words "Meta's errors speak of a rate limit" like sending
  table conversations
    | id    | business_id | channel  | contact_phone | contact_email     |
    | :talk | :acme       | whatsapp | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel  | direction | content | status    | created_at |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  supabase.log(function: "whatsapp-send", level: "error", text: "Rate limit hit", at: 4m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world key_missing "A key is not what the settings say" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status      | created_at |
    | :talk           | sms     | outbound  | Hello   | undelivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | undelivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | undelivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | undelivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | undelivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | undelivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered   | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "old", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world key_refused "The provider does not accept the key" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  supabase.log(function: "sms-send", level: "error", text: "Authenticate (20003)", at: 4m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world unauthorized_words "The provider's error speaks of a key" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | email   | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | email   | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  supabase.log(function: "email-send-smtp", level: "error", text: "Unauthorized: bad key",
               at: 4m ago)
  person on_call answers "Whose key" with "RESEND_API_KEY" after 1m
  person on_call answers "The right key" with "r" after 1m

world deployed "A deploy broke sending" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | sending   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | sending   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | sending   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | sending   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | sending   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | sending   | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  git.commit(repository: "app", title: "Send SMS by the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world stuck_pipeline "A deploy broke sending, and the pipeline is stuck" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 2h)
  git.commit(repository: "app", title: "Send SMS by the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world protected "A deploy broke sending, and the branch takes no push" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", protected: true, deploys: "supabase/functions", after: 150s)
  git.commit(repository: "app", title: "Send SMS by the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world malformed "Providers take well-formed messages, ours are not" like sending
  table conversations
    | id    | business_id | channel  | contact_phone | contact_email     |
    | :talk | :acme       | whatsapp | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel  | direction | content | status    | created_at |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | whatsapp | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  supabase.log(function: "whatsapp-send", level: "error", text: "Invalid parameter: components",
               at: 4m ago)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world silent "Messages fail and nothing says why" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  status.component(page: "twilio", name: "Programmable Messaging", listed: false)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

world calm "Everything is delivered" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send")
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

scenario "the provider of sms recovers" in sms_down
  at 25m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect not found bad_deploy
  expect called status.publish(title: "Message delivery is delayed")
  expect called status.update(stage: "resolved")
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 45m
  expect escalated to engineering_manager at 10m

scenario "what else stands out in an outage means nothing" in sms_down
  at 0s
    supabase.log(function: "sms-send", level: "error", text: "Too Many Requests (20429)")
    supabase.log(function: "sms-send", level: "error", text: "Unauthorized")
    supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "old", expected: "t")
    supabase.function(slug: "sms-send", deployed: 40m ago)
    git.commit(repository: "app", title: "Send SMS by the new route",
               files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  at 25m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect not found rate_limited
  expect not found credentials_invalid
  expect not found bad_deploy
  expect called status.update(stage: "resolved")
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 45m

scenario "what stands out means nothing as long as messages arrive" in calm
  at 0s
    supabase.log(function: "sms-send", level: "error", text: "Too Many Requests (20429)")
    supabase.log(function: "sms-send", level: "error", text: "Unauthorized")
    supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "old", expected: "t")
    supabase.function(slug: "sms-send", deployed: 40m ago)
    git.commit(repository: "app", title: "Send SMS by the new route",
               files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  expect not found rate_limited
  expect not found credentials_invalid
  expect not found bad_deploy
  expect nothing changed
  expect no escalation
  expect handed over within 1m

scenario "a commit that is not deployed" in silent
  at 0s
    git.commit(repository: "app", title: "Send SMS by the new route",
               files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  expect not found bad_deploy
  expect the same as "the payload is wrong"

scenario "the provider of whatsapp recovers" in whatsapp_down
  at 25m
    status.component(page: "meta", name: "Cloud API", status: "operational")
  expect found provider_down
  expect not found bad_deploy
  expect called status.publish(title: "Message delivery is delayed")
  expect called status.update(stage: "resolved")
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 45m

scenario "the provider of email recovers" in email_down
  at 25m
    status.component(page: "resend", name: "Email Sending", status: "operational")
  expect found provider_down
  expect not found bad_deploy
  expect called status.publish(title: "Message delivery is delayed")
  expect called status.update(stage: "resolved")
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 45m

scenario "the provider does not recover" in sms_down
  expect found provider_down
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over within 4h

scenario "our status page cannot be reached" in sms_down
  fault status refuses with not_found or invalid during "status.publish"
  at 25m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 45m
  expect escalated to engineering_manager at 3s

scenario "whether the outage was published is lost" in sms_down
  fault status lost answer during "status.publish"
  at 25m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect the same as "the provider of sms recovers"

scenario "sending is slowed down" in too_fast
  expect found rate_limited
  expect not found credentials_invalid
  expect changed "Set SEND_DELAY_MS to 200 milliseconds"
  expect no escalation
  expect resolved within 30m
  expect not found bad_deploy

scenario "a deploy is not blamed for speed" in too_fast
  at 0s
    supabase.function(slug: "sms-send", deployed: 40m ago)
    git.commit(repository: "app", title: "Send SMS by the new route",
               files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  expect the same as "sending is slowed down"

scenario "sending is slowed down for Meta" in rate_limit_words
  expect the same as "sending is slowed down"

scenario "a key is replaced" in key_missing
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect asked 1 time "The right key"
  expect changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect no escalation
  expect resolved within 30m

scenario "a key that is refused is replaced" in key_refused
  expect the same as "a key is replaced"

scenario "another provider's key is replaced" in unauthorized_words
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect asked 1 time "The right key"
  expect changed "Set RESEND_API_KEY for the functions"
  expect no escalation
  expect resolved within 30m

scenario "the commit is taken back" in deployed
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect changed "Revert Send SMS by the new route, and push"
  expect no escalation
  expect resolved within 40m

scenario "the pipeline is stuck" in stuck_pipeline
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager
  expect handed over within 20m

scenario "the branch takes no push" in protected
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect not changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager
  expect handed over within 20m

scenario "the push is refused" in deployed
  fault git refuses with not_found or conflict during "Revert Send SMS by the new route, and push"
  expect the same as "the branch takes no push"

scenario "the payload is wrong" in malformed
  expect not found rate_limited
  expect not found credentials_invalid
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over within 1m

scenario "nothing says why" in silent
  expect the same as "the payload is wrong"

scenario "nothing fails" in calm
  expect not found provider_down
  expect nothing changed
  expect no escalation
  expect handed over within 1m

scenario "the status pages cannot be read" in too_fast
  fault status unavailable from 0s to 3h
  expect the same as "sending is slowed down"

scenario "Meta does not answer" in too_fast
  fault meta unavailable from 0s to 3h
  expect the same as "sending is slowed down"

scenario "our mail server does not answer" in too_fast
  fault smtp unavailable from 0s to 3h
  expect the same as "sending is slowed down"

scenario "Twilio does not answer" in too_fast
  fault twilio unavailable from 0s to 3h
  expect the same as "sending is slowed down"

scenario "the database does not answer" in too_fast
  fault postgres down from 0s to 3h
  expect not judged rate_limited
  expect nothing changed
  expect escalated to engineering_manager

scenario "the logs cannot be read" in too_fast
  fault supabase unavailable from 0s to 3h
  expect not judged rate_limited
  expect nothing changed
  expect escalated to engineering_manager

scenario "git does not answer" in too_fast
  fault git unavailable from 0s to 3h
  expect not judged bad_deploy
  expect changed "Set SEND_DELAY_MS to 200 milliseconds"
  expect escalated to engineering_manager

scenario "the new key is not approved" in key_missing
  person on_call refuses "Set TWILIO_AUTH_TOKEN" after 1m
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect asked 1 time "The right key"
  expect not changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect escalated to engineering_manager

scenario "a deploy is not blamed for a wrong key" in key_missing
  person on_call refuses "Set TWILIO_AUTH_TOKEN" after 1m
  at 0s
    supabase.function(slug: "sms-send", deployed: 40m ago)
    git.commit(repository: "app", title: "Send SMS by the new route",
               files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  expect not found bad_deploy
  expect the same as "the new key is not approved"

scenario "nobody approves the new key" in key_missing
  person on_call never answers
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect asked 1 time "The right key"
  expect not changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect escalated to engineering_manager

scenario "Supabase refuses the new key, and it is set by hand" in key_missing
  fault supabase refuses with conflict or invalid during "Set TWILIO_AUTH_TOKEN for the functions"
  at 5m
    supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect asked 1 time "The right key"
  expect not changed "Set TWILIO_AUTH_TOKEN for the functions"
  expect escalated to engineering_manager
  expect resolved within 9m

scenario "the answer about the new key is lost" in key_missing
  fault supabase lost answer from 2m10s to 2m50s
  expect the same as "a key is replaced"

scenario "nobody wants to say whose key it is" in key_missing
  person on_call refuses "Whose key" after 1m
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody says whose key it is" in key_missing
  person on_call never answers
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody wants to give the key" in key_missing
  person on_call refuses "The right key" after 1m
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody gives the key" in key_missing
  person on_call never answers
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect nothing changed
  expect escalated to engineering_manager
  expect asked 1 time "The right key"

scenario "nobody wants to choose a commit" in deployed
  person on_call refuses "Which commit" after 1m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody chooses a commit" in deployed
  person on_call never answers
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect nothing changed
  expect escalated to engineering_manager

scenario "the revert is not approved" in deployed
  person on_call refuses "Revert Send" after 1m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect not changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager

scenario "nobody approves the revert" in deployed
  person on_call never answers
  person on_call answers "Which commit broke" with "1" after 1m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect not changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager

scenario "the new pause is not approved" in too_fast
  person on_call refuses "Set SEND_DELAY_MS" after 1m
  expect found rate_limited
  expect not changed "Set SEND_DELAY_MS to 200 milliseconds"
  expect escalated to engineering_manager

scenario "nobody approves the new pause" in too_fast
  person on_call never answers
  person on_call answers "How many milliseconds" with 200 after 1m
  expect found rate_limited
  expect not changed "Set SEND_DELAY_MS to 200 milliseconds"
  expect escalated to engineering_manager

scenario "Supabase refuses the new pause" in too_fast
  fault supabase refuses with conflict or invalid during "Set SEND_DELAY_MS to 200 milliseconds"
  expect found rate_limited
  expect not changed "Set SEND_DELAY_MS to 200 milliseconds"
  expect escalated to engineering_manager

scenario "the answer about the new pause is lost" in too_fast
  fault supabase lost answer from 1m10s to 1m50s
  expect the same as "sending is slowed down"

scenario "nobody wants to name a pause" in too_fast
  person on_call refuses "How many milliseconds" after 1m
  expect found rate_limited
  expect nothing changed
  expect escalated to engineering_manager

scenario "nobody names a pause" in too_fast
  person on_call never answers
  expect asked 1 time "How many milliseconds"
  expect found rate_limited
  expect nothing changed
  expect escalated to engineering_manager

scenario "a pause that cannot be" in too_fast
  person on_call answers "How many milliseconds" with 0 after 1m
  expect found rate_limited
  expect nothing changed
  expect escalated to engineering_manager

scenario "what stands on our status page cannot be read" in sms_down
  fault status rate limited during "open"
  at 25m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 45m

scenario "nobody hears that our status page is closed" in sms_down
  fault status lost answer during "closed"
  at 25m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 45m

scenario "our status page cannot be closed" in sms_down
  fault status refuses with not_found or invalid during "closed"
  at 25m
    status.component(page: "twilio", name: "Programmable Messaging", status: "operational")
  expect found provider_down
  expect nothing changed
  expect escalated to engineering_manager at 25m18s
  expect resolved within 45m

world no_commit "Something was deployed that nobody committed" like sending
  table conversations
    | id    | business_id | channel | contact_phone | contact_email     |
    | :talk | :acme       | sms     | +393331234567 | guest@guests.test |
  table messages
    | conversation_id | channel | direction | content | status    | created_at |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | failed    | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
    | :talk           | sms     | outbound  | Hello   | delivered | = 8m ago   |
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.secret(name: "TWILIO_AUTH_TOKEN", value: "t", expected: "t")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  person on_call answers "Whose key" with "TWILIO_AUTH_TOKEN" after 1m
  person on_call answers "The right key" with "t" after 1m

scenario "a deploy without a commit" in no_commit
  expect the same as "the payload is wrong"

scenario "Meta's key is replaced" in key_missing
  person on_call answers "Whose key" with "WHATSAPP_TOKEN" after 1m
  person on_call answers "The right key" with "w" after 1m
  expect found credentials_invalid
  expect asked 1 time "Whose key"
  expect asked 1 time "The right key"
  expect changed "Set WHATSAPP_TOKEN for the functions"
  expect no escalation

scenario "messages go on failing" in too_fast
  at 5m
    sql
      INSERT INTO messages (conversation_id, channel, direction, status, created_at) SELECT :talk::uuid, 'sms', 'outbound', 'failed', now() FROM generate_series(1, 20)
  at 16m
    sql
      INSERT INTO messages (conversation_id, channel, direction, status, created_at) SELECT :talk::uuid, 'sms', 'outbound', 'failed', now() FROM generate_series(1, 20)
  expect found rate_limited
  expect changed "Set SEND_DELAY_MS to 200 milliseconds"
  expect escalated to engineering_manager

scenario "what is deployed cannot be asked" in deployed
  fault supabase unavailable from 50s to 3h
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect nothing changed
  expect escalated to engineering_manager

scenario "what is deployed cannot be asked after the push" in deployed
  fault supabase unavailable from 1m33s to 3h
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager

scenario "whether the revert was pushed is lost" in deployed
  fault git lost answer during "Revert Send SMS by the new route, and push"
  expect the same as "the commit is taken back"

scenario "the database goes down after the first question" in too_fast
  fault postgres down from 4ms to 3h
  expect not judged rate_limited
  expect nothing changed
  expect escalated to engineering_manager

scenario "the secrets cannot be compared" in too_fast
  fault supabase unavailable from 2200ms to 1m
  expect not judged credentials_invalid
  expect changed "Set SEND_DELAY_MS to 200 milliseconds"
  expect no escalation

not covered "the breach after ten minutes tells the same manager, so that rung is fulfilled"
  escalation after 30m to engineering_manager came

not covered "git itself named the commit and the branch; it has no words for a push that is wrong in itself"
  "Revert …, and push" not applied: invalid

scenario "nobody can say whether the revert is deployed" in deployed
  fault supabase refuses with not_found from 2m30s to 20m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager
  expect handed over
