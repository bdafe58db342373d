runbook RB-008 "SMS Sending Failures"

severity P2
mttr     15m
alerts   SmsFailureRate
tags     sms, twilio
use      platform

input window: duration = 1h   "How far back failed messages are listed"

symptoms
  - SMS messages stuck in "sending" status, covers RB-008/symptoms/1
  - Twilio error messages in logs, covers RB-008/symptoms/2
  - Customers report SMS not received, covers RB-008/symptoms/3

diagnose
  # The document counts failed rows alone; those that are stuck in "sending" are its own first symptom.
  step "Check failed SMS", covers RB-008/diagnose/1.*
    failing = query all at most 1000 rows
      SELECT m.id, m.conversation_id, c.business_id, coalesce(c.contact_phone, '') AS phone, m.content, m.status, m.error_message, m.created_at
      FROM messages m
      JOIN conversations c ON c.id = m.conversation_id
      WHERE m.channel = 'sms' AND m.direction = 'outbound'
        AND (m.status IN ('failed', 'undelivered')
             OR m.status = 'sending' AND m.created_at < now() - interval '5 minutes')
        AND m.created_at > now() - :window
      ORDER BY m.created_at DESC

  step "Check Twilio status", timeout 20s, retry 2 times every 5s, covers RB-008/diagnose/2.*
    page = call provider_state(page: "twilio", component: "Programmable Messaging")

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Check edge function logs", timeout 20s, covers RB-008/diagnose/3
    lines = supabase.function_logs(function: "sms-send", since: now - window)

  # Twilio logs what it refuses at once (2xxxx), and keeps on the message what it learns later (3xxxx). The document
  # has all four codes wrong: 21608 is a receiver that is not verified, 21614 a receiver that is no mobile phone, 21211
  # any receiver that is no number, 30007 a filter, which may be Twilio's own.
  step "Ask Twilio what the codes mean", timeout 20s, retry 3 times every 5s, covers RB-008/diagnose/3.*
    alerts  = twilio.alerts(since: 10m ago)
    recent  = twilio.messages(from: 10m ago, to: now, direction: "outbound")
    refused = alerts each it.error
    late    = recent where it.error is present
    balance = twilio.balance()

  finding provider_down "Twilio says that messaging is down"
    page.state is "down"

  # The account itself: nothing about a single message.
  finding account_refused "Twilio refuses the account, its key or its sender"
    not provider_down
    either
      any(alerts where it.error in ["unauthorized", "account_suspended", "from_invalid",
                                    "from_cannot_send"])
      any(late where it.error in ["account_suspended"])

  finding rate_limited "Twilio says: too fast", covers RB-008/resolve/1
    not provider_down
    either
      any(alerts where it.error is "rate_limited")
      any(late where it.error is "rate_limited")

  finding invalid_numbers "Messages go to numbers that take none", covers RB-008/resolve/2
    not provider_down
    either
      any(alerts where it.error in ["to_invalid", "to_not_verified", "to_not_mobile",
                                    "to_not_routable", "region_not_permitted"])
      any(late where it.error in ["unknown_handset", "landline_or_carrier_unreachable"])

  finding carrier_blocking "Messages are filtered, or their receivers want none", covers RB-008/resolve/3
    not provider_down
    either
      any(alerts where it.error in ["to_opted_out", "from_not_registered"])
      any(late where it.error in ["filtered", "blocked", "from_not_registered"])

resolve provider_down
  step "Wait for Twilio"
    escalate "Twilio's messaging is down: {{ page.says }}"
      impact "{{ count(failing) }} SMS have failed so far"
      next   "Nothing here: the run waits for Twilio, and says when it is over"
    allow W430 "Twilio recovers when it recovers, and the run watches instead of a person"
    recovered = call wait_for_recovery(page: "twilio", component: "Programmable Messaging")
    if not recovered
      stop handed over "Twilio's messaging is still down after 3 hours"

resolve account_refused
  step "Hand the account to people"
    escalate "Twilio refuses the account, its key or its sender"
      impact "No SMS leaves: {{ count(failing) }} have failed. The account holds {{ balance.amount }} {{ balance.currency }}"
      next   "Look at the account in Twilio's console; RB-009 puts a wrong key right"
    stop handed over "Until the account is put right, no message leaves"

# Questions and not `manual` work: what follows is due also where Twilio has refused nothing for ten minutes by then.
resolve rate_limited
  # Twilio has no API for its limits.
  step "Check account limits", covers RB-008/resolve/1.1.*
    per_second = ask "Twilio Console, Account, Limits: how many messages a second may the account send?": int within 10m by on_call
    check per_second > 0
      else "An account that may send {{ per_second }} messages a second sends none"
  # The queue itself is code and stands under prevention; until it is there, waiting between two messages is one.
  step "Send more slowly", covers RB-008/resolve/1.2
    note "{{ per_second }} messages a second: at least 1000 / {{ per_second }} milliseconds between two"
    call slow_sending(setting: "SMS_SEND_DELAY_MS")
  step "Ask for a higher limit", covers RB-008/resolve/1.3
    ticket = ask "Ask Twilio's support for a higher limit. Number of the ticket?": text within 30m by on_call

resolve invalid_numbers
  # A number that cannot be is told from one that cannot be sent to: a landline is a number all the same.
  step "Look the numbers up", timeout 5s
    phones = distinct(failing each it.phone)
    looked = for each phone in phones, at most 20, 4 at a time
      found = try twilio.lookup(number: phone, line_type: true)
      if found is failed
        skip "Twilio could not look {{ phone }} up"
      give found
    wrong     = looked where not it.valid
    landlines = looked where it.line_type is "landline"
  # The document's check throws for every number, valid ones too: there is no country ZZ.
  step "Validate phone numbers on input", covers RB-008/resolve/2.1.*
    note "Numbers are validated where they are typed, in MessageInput.tsx: parsePhoneNumberFromString(phone)?.isValid() ?? false"
    validated = ask "Validate numbers on input. Link to the change or to its ticket?": url within 30m by on_call
  # Only the owner knows the right number.
  step "Tell the owners"
    businesses = distinct(failing each it.business_id)
    told = call notify_businesses(businesses: businesses,
                                  subject: "SMS that could not be delivered",
                                  says: "some of your SMS went to numbers that take none: {{ count(wrong) }} that cannot exist, {{ count(landlines) }} of landlines. Please look at the failed messages and correct the numbers.")

resolve carrier_blocking
  step "Check the content for spam triggers", covers RB-008/resolve/3.1
    filtered = late where it.error is "filtered"
    allow W431 "each finding alone is in time; all of them at once keep on-call busy, and the policy calls the tech lead"
    triggers = ask "Read the {{ count(filtered) }} messages that were filtered. What in them looks like spam?": text within 20m by on_call
  step "Register the sender", covers RB-008/resolve/3.2
    registration = ask "Twilio Console, Regulatory Compliance: register the sender with the carriers. Number of the registration?": text within 30m by on_call
  step "Honour STOP and HELP", covers RB-008/resolve/3.3
    honoured = ask "Write STOP to our number from a test phone, then HELP. Was STOP honoured and HELP answered?": bool within 20m by on_call
    if not honoured
      escalate "STOP is not honoured, or HELP is not answered"
        impact "Carriers go on filtering a sender that writes to people who said stop"
        next   "Handle opt-outs in sms-send before the registration is asked for again"
  step "Send more slowly", covers RB-008/resolve/3.4
    call slow_sending(setting: "SMS_SEND_DELAY_MS")

otherwise
  if failing is empty
    stop handed over "No SMS has failed or is stuck: look at what the customer saw"
  escalate "{{ count(failing) }} SMS have failed, and Twilio has refused none in the last ten minutes"
    impact "SMS of {{ count(distinct(failing each it.business_id)) }} businesses"
    next   "Look at the function sms-send: it may not reach Twilio at all"
  stop handed over "Twilio is up and refuses nothing: the fault is in sms-send or over by now"

# Nothing was refused for ten minutes.
verify
  step "Twilio refuses nothing any more", timeout 20s
    allow W430 "ten minutes without a refusal take ten minutes"
    within 15m checking every 1m
      until no finding holds

prevent
  - Validate phone numbers before sending, covers RB-008/prevent/1
  - Monitor delivery rate per country, covers RB-008/prevent/2
  - Register sender IDs proactively, covers RB-008/prevent/3
  - Implement opt-out handling, covers RB-008/prevent/4
  - Queue messages at the rate that Twilio allows, covers RB-008/resolve/1.2
