runbook RB-009 "Voice Calling Outage"

severity P2
mttr     15m
alerts   VoiceCallFailures, VoiceCreditsLow
tags     voice, twilio
use      platform

input test_phone: phone                                             "Phone that takes the test call"
input purchase_page: url = "https://app.alacartechat.com/credits"   "Where credits are bought"

symptoms
  - Cannot make outbound calls, covers RB-009/symptoms/1
  - Inbound calls not connecting, covers RB-009/symptoms/2
  - Call UI shows error, covers RB-009/symptoms/3

diagnose
  step "Check Twilio status", timeout 20s, retry 2 times every 5s, covers RB-009/diagnose/1.*
    page = call provider_state(page: "twilio", component: "Programmable Voice")

  # Whoever never called has no credits either, and needs none: the document would write to all of them.
  step "Check voice credit balance", covers RB-009/diagnose/2.*
    callers = query all at most 1000 rows
      SELECT id, name, owner_email, voice_credits_balance, voice_credits_used_current_period,
             outbound_calls_blocked AS blocked
      FROM businesses
      WHERE voice_credits_used_current_period > 0
      ORDER BY voice_credits_balance
    low       = callers where it.voice_credits_balance < 1.00 and not it.blocked
    topped_up = callers where it.voice_credits_balance >= 1.00 and it.blocked

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Check edge function logs", timeout 20s, covers RB-009/diagnose/3.*
    lines  = supabase.function_logs(function: "call-outbound", since: 1h ago)
    broken = twilio.calls(from: 1h ago, to: now, status: "failed")

  # Secrets of functions are in no table, and no value is read: digests are compared.
  step "Verify secrets", timeout 20s, retry 2 times every 5s, covers RB-009/resolve/2.1.*
    keys  = supabase.secrets_check(names: ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"])
    wrong = keys where it.state in ["absent", "different"]

  # The balance, which every key may read: the document's list of accounts answers with their tokens.
  step "Test Twilio API", timeout 20s, retry 2 times every 5s, covers RB-009/resolve/2.2.*
    balance = try twilio.balance()

  finding service_down "Twilio says that voice is down", covers RB-009/resolve/3
    page.state is "down"

  finding credentials_invalid "Twilio's credentials are wrong", covers RB-009/resolve/2
    not service_down
    either
      wrong is not empty
      balance is failed and balance.failure.kind is "unauthorized"

  finding credits_low "Businesses that call have no credits left", covers RB-009/resolve/1
    low is not empty

  finding still_blocked "Businesses have bought credits and are still blocked"
    topped_up is not empty

resolve service_down
  # It cannot wait for `recover`: the outage is now, and promises nothing.
  step "Acknowledge the outage", covers RB-009/resolve/3.1
    allow W613 "customers are told that calls are disturbed, which is true whatever comes next"
    outage = try status.publish(title: "Voice calls are disturbed", stage: "identified",
                                says: "Our provider for calls has an outage. Messages are not affected.")
    if outage is failed
      escalate "Our status page could not be reached"
        impact "Customers are told by mail alone"
        next   "Look whether it tells of the outage, and publish it by hand: voice calls are disturbed"
  step "Notify customers", covers RB-009/resolve/3.2
    allow W613 "the same, to those who call"
    told = call notify_businesses(businesses: callers each it.id,
                                  subject: "Voice calls are disturbed",
                                  says: "our provider for calls has an outage. Calls may not connect until it is over. Messages are not affected.")
  step "Wait for Twilio", covers RB-009/resolve/3.3
    allow W430 "Twilio recovers when it recovers, and the run watches instead of a person"
    recovered = call wait_for_recovery(page: "twilio", component: "Programmable Voice")
    if not recovered
      stop handed over "Twilio's voice is still down after 3 hours"

resolve credentials_invalid
  step "Update the credentials", covers RB-009/resolve/2.3
    sid   = ask "TWILIO_ACCOUNT_SID, from Twilio's console?": secret text within 15m by on_call
    token = ask "TWILIO_AUTH_TOKEN, from Twilio's console?": secret text within 15m by on_call
    change "Set TWILIO_ACCOUNT_SID for the functions"
      supabase.set_secret(name: "TWILIO_ACCOUNT_SID", value: sid)
      irreversible "Supabase does not show the former value"
    change "Set TWILIO_AUTH_TOKEN for the functions"
      supabase.set_secret(name: "TWILIO_AUTH_TOKEN", value: token)
      irreversible "Supabase does not show the former value"
    on failure unavailable, rate_limited, timeout, unauthorized, conflict, invalid
      escalate "The new credentials could not be set"
        impact "Calls fail until they are"
        next   "Set them by hand: Supabase, Edge Functions, Secrets"

resolve credits_low
  # Nothing about calls that come in is changed.
  step "Block outbound calls until topped up", covers RB-009/resolve/1.2, RB-009/resolve/1.3
    change "Block outbound calls of {{ count(low) }} businesses"
      sql
        UPDATE businesses
        SET outbound_calls_blocked = true, updated_at = now()
        WHERE id = ANY(:low.id) AND voice_credits_balance < 1.00 AND NOT outbound_calls_blocked
      expect at most 1000 rows
      may drift updated_at
    on failure unavailable, timeout, conflict
      note "Nobody was blocked: the database does not answer, or the balances have changed meanwhile"

resolve still_blocked
  step "Let them call again"
    allow W431 "each finding alone is in time; while Twilio is down the policy calls the tech lead"
    change "Unblock outbound calls of {{ count(topped_up) }} businesses"
      sql
        UPDATE businesses
        SET outbound_calls_blocked = false, updated_at = now()
        WHERE id = ANY(:topped_up.id) AND voice_credits_balance >= 1.00 AND outbound_calls_blocked
      expect at most 1000 rows
      may drift updated_at
    on failure unavailable, timeout, conflict
      note "Nobody was unblocked: the database does not answer, or the balances have changed meanwhile"

otherwise
  if balance is failed
    escalate "Twilio cannot be asked about our account: {{ balance.failure.text }}"
      impact "{{ count(broken) }} calls have failed in the last hour"
      next   "Look at Twilio's console and at our network"
  else
    escalate "Calls fail, although Twilio is up, the credentials are right and everybody has credits"
      impact "{{ count(broken) }} calls have failed in the last hour; the account holds {{ balance.amount }} {{ balance.currency }}"
      next   "Look at the function call-outbound, and at the numbers that were called"
  stop handed over "Nothing of what is known here keeps calls from connecting"

verify
  step "Nothing of it is left", timeout 20s
    allow W430 "only where Twilio answers each call at its last moment, and not the first time"
    within 2m checking every 15s
      until no finding holds

recover
  # It costs some cents and rings one phone.
  step "Test call", covers RB-009/resolve/3.4
    if service_down or credentials_invalid
      test = change "Call the test phone {{ test_phone }}"
        twilio.place_call(to: test_phone, say: "This is a test of voice calls. You can hang up.")
        undo twilio.end_call(call: result.sid)
      within 2m checking every 10s
        heard = twilio.call(call: test.result.sid)
        until heard.status is "completed"
    on failure unavailable, rate_limited, unauthorized, not_found, conflict, invalid
      escalate "The test call could not be made or followed"
        impact "Nobody knows whether calls connect"
        next   "Call the test phone by hand"
  step "Close the status page", timeout 20s, retry 2 times every 5s
    if service_down
      open = try status.published()
      if open is present
        for each one in open where it.title is "Voice calls are disturbed", at most 5
          closed = try status.update(incident: one.id, stage: "resolved",
                                     says: "Calls connect again.")
          if closed is failed
            escalate "Our status page still says that calls are disturbed"
              impact "Customers think that they cannot call"
              next   "Close it by hand"
  step "Tell the owners who have no credits", retry 3 times every 5s doubling, covers RB-009/resolve/1.1.*
    if credits_low
      still_low = query all at most 1000 rows
        SELECT id, name, owner_email, voice_credits_balance
        FROM businesses
        WHERE id = ANY(:low.id) AND voice_credits_balance < 1.00
      if still_low is not empty
        approve "Tell {{ count(still_low) }} owners that their voice credits are used up?" by on_call
        for each one in still_low, at most 200
          email.send(to: one.owner_email,
                     message: credits_running_low(business: one, page: purchase_page))
    on failure unavailable, rate_limited, timeout, unauthorized, conflict, invalid, too_many
      escalate "Owners without voice credits could not be told"
        impact "They do not know why their calls do not connect"
        next   "Tell them by hand: their accounts are blocked for outbound calls"

prevent
  - Monitor voice credit balances, covers RB-009/prevent/1
  - Alert at $10 remaining, covers RB-009/prevent/2
  - Implement auto-recharge, covers RB-009/prevent/3
  - Monitor call success rate, covers RB-009/prevent/4
  - Let a purchase of voice credits unblock outbound calls by itself; until it does, this runbook finds who is still blocked

message credits_running_low(business: businesses, page: url) "Voice Calling Credits Low"
  Hello {{ business.name }},

  your voice calling credits are running low. Please top up to continue making calls.

  Current balance: ${{ business.voice_credits_balance }}
  Purchase credits: {{ page }}

  Calls to you still come in.
