scenarios for RB-014

world deployed "A deploy forty minutes ago broke sending" default
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  git.commit(repository: "app", title: "Send SMS by the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error", text: "TypeError: to is undefined", at: 3m ago)
  person on_call answers "Which commit broke" with "1" after 1m
  person on_call approves after 1m
  contact on_call email "on.call@alacartechat.test"

world never_deployed "The pipeline is stuck"
  git.repository(name: "app", deploys: "supabase/functions", after: 2h)
  git.commit(repository: "app", title: "Send SMS by the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error", text: "TypeError: to is undefined", at: 3m ago)
  person on_call answers "Which commit broke" with "1" after 1m
  person on_call approves after 1m
  contact on_call email "on.call@alacartechat.test"

world changed_again "Somebody has built on the broken commit"
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  git.commit(repository: "app", title: "Send SMS by the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  git.commit(repository: "app", title: "Polish the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 42m ago)
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error", text: "TypeError: to is undefined", at: 3m ago)
  person on_call answers "Which commit broke" with "1" after 1m
  person on_call approves after 1m
  contact on_call email "on.call@alacartechat.test"

world protected "The branch takes no push"
  git.repository(name: "app", protected: true, deploys: "supabase/functions", after: 150s)
  git.commit(repository: "app", title: "Send SMS by the new route",
             files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error", text: "TypeError: to is undefined", at: 3m ago)
  person on_call answers "Which commit broke" with "1" after 1m
  person on_call approves after 1m
  contact on_call email "on.call@alacartechat.test"

world nobody_idle "Active sessions hold nearly all connections"
  supabase.function(slug: "sms-send")
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error",
               text: "remaining connection slots are reserved", at: 3m ago)
  table pg_stat_activity
    | usename  | state  | state_change | backend_start |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
  contact on_call email "on.call@alacartechat.test"

world used_up "Idle sessions hold nearly all connections"
  supabase.function(slug: "sms-send")
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error",
               text: "remaining connection slots are reserved", at: 3m ago)
  table pg_stat_activity
    | usename       | state  | state_change | backend_start |
    | authenticator | idle   | = 20m ago    | = 1h ago      |
    | authenticator | idle   | = 20m ago    | = 1h ago      |
    | postgres      | active | = 1m ago     | = 1h ago      |
    | postgres      | active | = 1m ago     | = 1h ago      |
    | postgres      | active | = 1m ago     | = 1h ago      |
    | postgres      | active | = 1m ago     | = 1h ago      |
    | postgres      | active | = 1m ago     | = 1h ago      |
  person on_call approves after 1m
  contact on_call email "on.call@alacartechat.test"

world twilio_down "Twilio is down"
  supabase.function(slug: "sms-send")
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error", text: "Twilio answered 503", at: 3m ago)
  status.component(page: "twilio", name: "REST API", status: "major_outage", incident: "API errors")
  person on_call answers "is down. What can be done" with "queue" after 2m
  person on_call answers "Do it (queue)" with {link: "https://ci.alacartechat.test/7"} after 8m
  contact on_call email "on.call@alacartechat.test"

world an_exception "An exception that nobody catches"
  supabase.function(slug: "sms-send")
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error", text: "TypeError: to is undefined", at: 3m ago)
  contact on_call email "on.call@alacartechat.test"

world by_hand "Deployed by hand, and broken since"
  supabase.function(slug: "sms-send", deployed: 40m ago)
  supabase.function(slug: "whatsapp-send")
  supabase.requests(function: "sms-send", status: 500, count: 30, at: 3m ago)
  supabase.requests(function: "sms-send", status: 200, count: 20, at: 3m ago)
  supabase.requests(function: "whatsapp-send", status: 200, count: 50, at: 3m ago)
  supabase.log(function: "sms-send", level: "error", text: "TypeError: to is undefined", at: 3m ago)
  contact on_call email "on.call@alacartechat.test"

world all_well "No function fails"
  supabase.function(slug: "sms-send")
  supabase.requests(function: "sms-send", status: 200, count: 50, at: 3m ago)
  contact on_call email "on.call@alacartechat.test"

world busy_and_well "Active sessions hold nearly all connections, and no function fails"
  supabase.function(slug: "sms-send")
  supabase.requests(function: "sms-send", status: 200, count: 50, at: 3m ago)
  table pg_stat_activity
    | usename  | state  | state_change | backend_start |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
    | postgres | active | = 1m ago     | = 1h ago      |
  contact on_call email "on.call@alacartechat.test"

scenario "a deploy broke it" in deployed
  at 5m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  expect found bad_deploy
  expect not found connections_used_up
  expect asked 1 time "Which commit broke"
  expect changed "Revert Send SMS by the new route, and push"
  expect asked 1 time "Revert"
  expect called git.revert_and_push(repository: "app")
  expect no escalation
  expect called supabase.error_groups(functions: ["sms-send"])
  expect resolved within 8m

scenario "nobody chooses the commit" in deployed
  person on_call never answers
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer chooses no commit" in deployed
  person on_call refuses "Which commit broke" after 1m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not want the revert" in deployed
  person on_call refuses "Revert" after 1m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody approves the revert" in deployed
  person on_call never answers
  person on_call answers "Which commit broke" with "1" after 1m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the push gives no answer" in deployed
  fault git lost answer from 124300ms to 150s
  at 5m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect changed "Revert Send SMS by the new route, and push"
  expect no escalation
  expect resolved within 10m

scenario "git cannot be reached for the push" in deployed
  fault git refuses with unavailable or not_found during "Revert Send SMS by the new route, and push"
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "a crash while the revert is pushed" in deployed
  crash during "Revert Send SMS by the new route, and push" before the answer
  at 5m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect changed "Revert Send SMS by the new route, and push"
  expect no escalation
  expect resolved within 15m

scenario "the revert is pushed and not deployed" in never_deployed
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager
  expect handed over within 10m

scenario "the revert does not help" in deployed
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect changed "Revert Send SMS by the new route, and push"
  expect escalated to engineering_manager
  expect escalated

scenario "what is to be reverted was built upon" in changed_again
  person on_call answers "Which commit broke" with "2" after 1m
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "the branch is protected" in protected
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "idle sessions hold the connections" in used_up
  at 0s
    sql
      UPDATE pg_settings SET setting = '11' WHERE name = 'max_connections'
  at 5m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  expect found connections_used_up
  expect not found bad_deploy
  expect changed "End 2 idle sessions of authenticator"
  expect asked 1 time "End 2 idle sessions"
  expect no escalation
  expect resolved within 8m

scenario "nobody wants the sessions ended" in used_up
  at 0s
    sql
      UPDATE pg_settings SET setting = '11' WHERE name = 'max_connections'
  person on_call refuses after 1m
  expect found connections_used_up
  expect asked 1 time "End 2 idle sessions"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody answers about the sessions" in used_up
  at 0s
    sql
      UPDATE pg_settings SET setting = '11' WHERE name = 'max_connections'
  person on_call never answers
  expect found connections_used_up
  expect asked 1 time "End 2 idle sessions"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the database goes down while sessions are ended" in used_up
  at 0s
    sql
      UPDATE pg_settings SET setting = '11' WHERE name = 'max_connections'
  fault postgres refuses with unavailable or conflict during "End 2 idle sessions of authenticator"
  expect found connections_used_up
  expect asked 1 time "End 2 idle sessions"
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "a crash while sessions are ended" in used_up
  at 0s
    sql
      UPDATE pg_settings SET setting = '11' WHERE name = 'max_connections'
  crash during "End 2 idle sessions of authenticator" before the answer
  at 5m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  expect found connections_used_up
  expect changed "End 2 idle sessions of authenticator"
  expect asked 1 time "End 2 idle sessions"
  expect no escalation
  expect resolved within 15m

scenario "the connections are used up, and nobody is idle" in nobody_idle
  at 0s
    sql
      UPDATE pg_settings SET setting = '8' WHERE name = 'max_connections'
  expect found connections_used_up
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "a provider is down" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 25m
    status.component(page: "twilio", name: "REST API")
  at 27m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  expect found provider_down
  expect not found bad_deploy
  expect asked 1 time "is down. What can be done"
  expect asked 1 time "Do it (queue)"
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 40m

scenario "the circuit is opened" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 25m
    status.component(page: "twilio", name: "REST API")
  at 27m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  person on_call answers "is down. What can be done" with "breaker" after 1m
  person on_call answers "Do it (breaker)" with {link: "https://ci.alacartechat.test/8"} after 5m
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect asked 1 time "Do it (breaker)"
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 40m

scenario "what is cached is answered" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 25m
    status.component(page: "twilio", name: "REST API")
  at 27m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  person on_call answers "is down. What can be done" with "cached" after 1m
  person on_call answers "Do it (cached)" with {link: "https://ci.alacartechat.test/9"} after 5m
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect asked 1 time "Do it (cached)"
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 40m

scenario "nothing can be done but wait" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 25m
    status.component(page: "twilio", name: "REST API")
  at 27m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  person on_call answers "is down. What can be done" with "nothing" after 1m
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect nothing changed
  expect escalated to engineering_manager
  expect resolved within 40m

scenario "nobody says what can be done" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  person on_call never answers
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer refuses to choose" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  person on_call refuses "is down. What can be done" after 1m
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "nobody opens the circuit" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  person on_call never answers
  person on_call answers "is down. What can be done" with "breaker" after 1m
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect asked 1 time "Do it (breaker)"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "the engineer does not open the circuit" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  person on_call answers "is down. What can be done" with "breaker" after 1m
  person on_call refuses "Do it (breaker)" after 1m
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect asked 1 time "Do it (breaker)"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "a provider is down for hours" in twilio_down
  at 5m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  at 8m
    supabase.requests(function: "sms-send", status: 500, count: 30)
  expect found provider_down
  expect asked 1 time "is down. What can be done"
  expect asked 1 time "Do it (queue)"
  expect nothing changed
  expect escalated to engineering_manager
  expect failed

scenario "an exception that nobody catches" in an_exception
  expect not found bad_deploy
  expect not found connections_used_up
  expect not found provider_down
  expect nothing changed
  expect escalated to engineering_manager with "and neither a deploy, the database nor a provider is why"
  expect handed over

scenario "another function was deployed, and works" in an_exception
  at 0s
    git.commit(repository: "app", title: "Polish WhatsApp",
               files: ["supabase/functions/whatsapp-send/index.ts"], at: 45m ago)
    supabase.function(slug: "whatsapp-send", deployed: 40m ago)
  expect not found bad_deploy
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "it was committed, and not deployed" in an_exception
  at 0s
    git.commit(repository: "app", title: "Send SMS by the new route",
               files: ["supabase/functions/sms-send/index.ts"], at: 45m ago)
  expect not found bad_deploy
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "no function fails" in all_well
  expect not found bad_deploy
  expect nothing changed
  expect escalated to engineering_manager with "No function fails"
  expect handed over with "the fault is elsewhere"

scenario "Twilio is down, and no function fails" in all_well
  at 0s
    status.component(page: "twilio", name: "REST API", status: "major_outage")
  expect not found provider_down
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "the connections are used up, and no function fails" in busy_and_well
  at 0s
    sql
      UPDATE pg_settings SET setting = '8' WHERE name = 'max_connections'
  expect not found connections_used_up
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "Supabase stumbles" in deployed
  fault supabase unavailable from 1500ms to 4s
  fault supabase unavailable from 132s to 150s
  fault supabase unavailable from 304s to 315s
  at 5m
    supabase.requests(function: "sms-send", status: 200, count: 30)
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect asked 1 time "Revert"
  expect changed "Revert Send SMS by the new route, and push"
  expect no escalation
  expect resolved within 10m

scenario "Supabase goes down before the revert" in deployed
  fault supabase unavailable from 50s to 2h
  expect found bad_deploy
  expect asked 1 time "Which commit broke"
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "deployed by hand, and nothing was committed" in by_hand
  expect not found bad_deploy
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "a database without connections for clients" in an_exception
  at 0s
    sql
      UPDATE pg_settings SET setting = '3' WHERE name = 'max_connections'
  expect not found connections_used_up
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "Twilio names its parts otherwise" in an_exception
  at 0s
    status.component(page: "twilio", name: "REST API", listed: false)
  expect not found provider_down
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "the database goes down before idle sessions are listed" in used_up
  at 0s
    sql
      UPDATE pg_settings SET setting = '11' WHERE name = 'max_connections'
  fault postgres down from 3400ms to 2h
  expect found connections_used_up
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

scenario "Supabase does not answer" in deployed
  fault supabase unavailable from 0s to 2h
  expect not judged bad_deploy
  expect not judged connections_used_up
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "git cannot be reached" in deployed
  fault git unavailable from 0s to 2h
  expect not judged bad_deploy
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "the database does not answer" in used_up
  fault postgres down from 0s to 2h
  expect not judged connections_used_up
  expect nothing changed
  expect escalated to engineering_manager
  expect escalated

scenario "no status page can be reached" in an_exception
  fault status unavailable from 0s to 2h
  expect not found provider_down
  expect nothing changed
  expect escalated to engineering_manager
  expect handed over

not covered "git itself named the commit and the branch; it has no words for a push that is wrong in itself"
  "Revert …, and push" not applied: invalid
