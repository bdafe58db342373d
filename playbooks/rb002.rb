runbook RB-002 "Message Delivery Failures (Bulk)"

severity P1
mttr     10m
alerts   MessageFailureRate, MessagesStuckSending
tags     messages, whatsapp, sms, email
use      platform

input window: duration = 1h      "How far back the failure rate is shown"
input repository: text = "app"   "Checkout that holds supabase/functions"

symptoms
  - Multiple failed messages across different conversations, covers RB-002/symptoms/1
  - Messages stuck in "sending" status, covers RB-002/symptoms/2
  - Customer reports messages not going through, covers RB-002/symptoms/3

diagnose
  # "Stuck in sending" is the document's own symptom, and its query did not count it; nor what was undelivered.
  step "Check message failure rate", covers RB-002/diagnose/1.*
    rates = query all at most 10 rows
      SELECT channel, count(*) AS total,
             count(*) FILTER (WHERE status IN ('failed', 'undelivered')
                                 OR status = 'sending' AND created_at < now() - interval '5 minutes') AS failed
      FROM messages
      WHERE direction = 'outbound' AND created_at > now() - :window
      GROUP BY channel
      ORDER BY channel
    # What is concluded is concluded from now, so that what is over is not repaired.
    lately = query all at most 10 rows
      SELECT channel, count(*) AS total,
             count(*) FILTER (WHERE status IN ('failed', 'undelivered')
                                 OR status = 'sending' AND created_at < now() - interval '5 minutes') AS failed
      FROM messages
      WHERE direction = 'outbound' AND created_at > now() - interval '15 minutes'
      GROUP BY channel
      ORDER BY channel

  # Two of three are no wave: a rate means something from ten messages on.
  step "Identify the affected channel", covers RB-002/diagnose/2
    failing  = lately where it.total >= 10 and it.failed * 20 > it.total
    affected = failing each it.channel

  step "Ask the channels themselves", timeout 20s, covers RB-002/diagnose/2.*
    parallel
      whatsapp = try meta.phone_health()
      mail     = try smtp.probe()
      account  = try twilio.balance()

  # Meta's own page under /status cannot be read by a machine; the one behind it can.
  step "Check provider status", timeout 20s, covers RB-002/diagnose/3.*
    parallel
      whatsapp_page = call provider_state(page: "meta", component: "Cloud API")
      sms_page      = call provider_state(page: "twilio", component: "Programmable Messaging")
      email_page    = call provider_state(page: "resend", component: "Email Sending")

  # Git tells what was committed, the platform what is deployed.
  step "Check recent code deploys", timeout 20s, retry 2 times every 5s, covers RB-002/resolve/2.1.*
    commits = git.log(repository: repository, since: 2h ago,
                      paths: ["supabase/functions/*send*/**"])
    deployed = supabase.functions(slugs: ["whatsapp-send", "email-send-smtp", "sms-send"])
    fresh    = deployed where it.updated_at > 2h ago

  # Logs may lag and drop lines, so nothing is concluded from their absence. Alike ones stand together, numbers left out.
  step "Check edge function logs", timeout 20s, retry 2 times every 5s, covers RB-002/resolve/2.2.*
    errors = supabase.error_groups(functions: ["whatsapp-send", "email-send-smtp", "sms-send"],
                                   since: 15m ago)

  step "Verify secrets", timeout 20s, retry 2 times every 5s
    keys = supabase.secrets_check(names: ["WHATSAPP_TOKEN", "TWILIO_AUTH_TOKEN", "RESEND_API_KEY"])

  finding provider_down "The provider of a failing channel is down", covers RB-002/resolve/1
    either
      "whatsapp" in affected and whatsapp_page.state is "down"
      "sms" in affected and sms_page.state is "down"
      "email" in affected and email_page.state is "down"

  finding rate_limited "A provider refuses us for speed", covers RB-002/resolve/2.3, RB-002/resolve/2.3.1
    failing is not empty
    not provider_down
    any(errors where contains(lower(it.text), "too many requests")
        or contains(lower(it.text), "rate limit"))

  finding credentials_invalid "A provider refuses our credentials", covers RB-002/resolve/2.3.2
    failing is not empty
    not provider_down
    either
      any(errors where contains(lower(it.text), "unauthorized")
          or contains(lower(it.text), "authenticate"))
      any(keys where it.state in ["absent", "different"])

  finding bad_deploy "A recent deploy broke sending", covers RB-002/resolve/2, RB-002/resolve/2.4.*
    failing is not empty
    not provider_down
    not rate_limited
    not credentials_invalid
    fresh is not empty
    commits is not empty

resolve provider_down
  step "Acknowledge, and update the status page", covers RB-002/resolve/1.1, RB-002/resolve/1.2
    outage = try status.publish(title: "Message delivery is delayed", stage: "identified",
                                says: "The provider of {{ affected }} has an outage. Messages are sent when it is over.")
    if outage is failed
      escalate "Our status page could not be reached"
        impact "Nobody outside is told that messages are delayed"
        next   "Look whether it tells of the outage, and publish it by hand"
  step "Wait for provider recovery", covers RB-002/resolve/1.3
    allow W430 "the provider recovers when it recovers, and the policy escalates meanwhile"
    within 3h checking every 1m
      a = call provider_state(page: "meta", component: "Cloud API")
      b = call provider_state(page: "twilio", component: "Programmable Messaging")
      c = call provider_state(page: "resend", component: "Email Sending")
      # A page that cannot be read says nothing: only `up` is up, and only for the channels that fail.
      until ("whatsapp" not in affected or a.state is "up") and ("sms" not in affected
                                                                 or b.state is "up") and ("email" not in affected
                                                                                          or c.state is "up")
    else
      stop handed over "A provider is still down after 3 hours"

resolve rate_limited
  step "Throttle sending", covers RB-002/resolve/2.3.1
    call slow_sending(setting: "SEND_DELAY_MS")

resolve credentials_invalid
  step "Put the credentials right", covers RB-002/resolve/2.3.2
    name = choose "Whose key is refused or missing?" within 10m by on_call
      WHATSAPP_TOKEN    "Meta's"
      TWILIO_AUTH_TOKEN "Twilio's"
      RESEND_API_KEY    "Resend's"
    value = ask "The right key, from the provider's console?": secret text within 10m by on_call
    change "Set {{ name }} for the functions"
      supabase.set_secret(name: name, value: value)
      irreversible "Supabase does not show the former value"
    on failure unavailable, rate_limited, timeout, unauthorized, conflict, invalid
      escalate "The new key could not be set"
        impact "{{ affected }}: messages fail until it is"
        next   "Set it by hand: Supabase, Edge Functions, Secrets"

resolve bad_deploy
  step "Choose the commit"
    suspect = choose "Which commit broke sending?" from commits showing it.title within 10m by on_call
  step "Roll back", covers RB-002/resolve/2.4
    allow W431 "on-call chooses and approves in one sitting; at 30 minutes the policy calls the engineering manager"
    rolled_back = call rollback(repository: repository, commit: suspect,
                                functions: deployed each it.slug)
    if rolled_back.state is not "deployed"
      escalate "{{ suspect.title }} could not be taken back: {{ rolled_back.state }}"
        impact "{{ affected }}: messages fail"
        next   "Take it back by hand, and look at the CI pipeline"
      stop handed over "The broken commit has to be taken back by hand"

otherwise
  if failing is empty
    stop handed over "No channel fails for more than 5% of its messages"
  # What no finding explains is most often a payload that a provider does not take.
  step "Check message validation", covers RB-002/resolve/2.3.3
    escalate "Messages fail on {{ affected }}; providers are up, credentials are right, nothing was deployed"
      impact "{{ count(errors) }} kinds of errors in the functions that send"
      next   "Look at the payloads: {{ first(errors).text if errors is not empty else "the functions log no errors" }}"
    stop handed over "The providers take what is well-formed: the payloads have to be looked at"

# What was stuck is sent by the functions themselves; what fails for good ages out of the last quarter of an hour.
verify
  step "Messages go through again", timeout 20s, covers RB-002/resolve/1.4
    allow W430 "a quarter of an hour without failures takes a quarter of an hour"
    within 20m checking every 1m
      until no finding holds

recover
  step "Close the status page", timeout 20s, retry 2 times every 5s
    if provider_down
      open = try status.published()
      if open is present
        for each one in open where it.title is "Message delivery is delayed", at most 5
          closed = try status.update(incident: one.id, stage: "resolved",
                                     says: "Messages are delivered again.")
          if closed is failed
            escalate "Our status page still says that delivery is delayed"
              impact "Customers think that messages are not delivered"
              next   "Close it by hand"

on breach
  escalate "Message delivery is still failing after 10 minutes"

prevent
  - Monitor delivery success rate per channel, covers RB-002/prevent/1
  - Set up alerts at 5% failure rate, covers RB-002/prevent/2
  - Implement circuit breaker pattern, covers RB-002/prevent/3
