scenarios for RB-010

world outage "Supabase's Auth is down, and its page says so" default
  table auth.users
    | email         |
    | ana@acme.test |
    | ben@acme.test |
  supabase.auth(health: 503, sign_in: 503)
  supabase.health(service: "auth", status: "UNHEALTHY")
  status.component(page: "supabase", name: "Auth", status: "major_outage")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m

world nobody_to_tell "Auth is down, and no user has an address"
  table auth.users
    | phone         |
    | +393330000001 |
  supabase.auth(health: 503, sign_in: 503)
  status.component(page: "supabase", name: "Auth", status: "partial_outage")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m

world database "The pooler has no connection left, and Auth waits behind it"
  table pg_stat_activity
    | usename       | state  | state_change | backend_start |
    | authenticator | idle   | = 20m ago    | = 1h ago      |
    | authenticator | idle   | = 15m ago    | = 1h ago      |
    | authenticator | idle   | = 2m ago     | = 1h ago      |
    | authenticator | active | = 20m ago    | = 1h ago      |
    | postgres      | idle   | = 20m ago    | = 1h ago      |
  supabase.auth(health: 200, sign_in: 500)
  supabase.health(service: "pooler", status: "UNHEALTHY")
  status.component(page: "supabase", name: "Auth", status: "operational")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m
  person on_call answers "What shall be done?" with "restart" after 1m
  person on_call answers "Which size?" with "ci_large" after 1m

world busy_database "The database has more to do than it can, and nobody is idle"
  table pg_stat_activity
    | usename       | state  | state_change | backend_start |
    | authenticator | active | = 1m ago     | = 1h ago      |
  supabase.auth(health: 200, sign_in: 500)
  supabase.machine(cpu: 180)
  status.component(page: "supabase", name: "Auth", status: "operational")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m
  person on_call answers "What shall be done?" with "sessions" after 1m

world deploy "A hook of Auth fails since a deploy"
  supabase.auth(health: 200, sign_in: 500)
  status.component(page: "supabase", name: "Auth", status: "operational")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  git.commit(repository: "app", title: "Check tokens in a hook",
             files: ["supabase/functions/auth-hook/index.ts"], at: 45m ago)
  supabase.function(slug: "auth-hook", deployed: 40m ago)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m
  person on_call approves after 1m
  person on_call answers "Which commit broke it?" with "1" after 1m
  person on_call answers "Fix it and deploy" with {link: "https://ci.alacartechat.test/1"} after 9m

world stuck "The pipeline that deploys is stuck"
  supabase.auth(health: 200, sign_in: 500)
  status.component(page: "supabase", name: "Auth", status: "operational")
  git.repository(name: "app", deploys: "supabase/functions", after: 2h)
  git.commit(repository: "app", title: "Check tokens in a hook",
             files: ["supabase/functions/auth-hook/index.ts"], at: 45m ago)
  supabase.function(slug: "auth-hook", deployed: 40m ago)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m
  person on_call approves after 1m
  person on_call answers "Which commit broke it?" with "1" after 1m
  person on_call answers "Fix it and deploy" with {link: "https://ci.alacartechat.test/1"} after 9m

world deployed_by_hand "A function was deployed past the repository, and fails"
  supabase.auth(health: 200, sign_in: 500)
  status.component(page: "supabase", name: "Auth", status: "operational")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  supabase.function(slug: "auth-hook", deployed: 40m ago)
  contact on_call email "on.call@alacartechat.test"
  person engineering_manager approves after 1m
  person on_call answers "Fix it and deploy" with {link: "https://ci.alacartechat.test/1"} after 9m

world unclear "Auth fails, and nothing else does"
  supabase.auth(health: 500, sign_in: 500)
  status.component(page: "supabase", name: "Auth", status: "operational")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  contact on_call email "on.call@alacartechat.test"

world well "Auth is up"
  status.component(page: "supabase", name: "Auth", status: "operational")
  git.repository(name: "app", deploys: "supabase/functions", after: 150s)
  contact on_call email "on.call@alacartechat.test"

scenario "Supabase is down, and comes back" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect sent email to "ana@acme.test" with "authentication issues"
  expect sent email to "ben@acme.test" with "authentication issues"
  expect asked 1 time "Tell 2 users that they can log in again?"
  expect sent email to "ana@acme.test" with "fully restored"
  expect sent email to "ben@acme.test" with "fully restored"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "users are not told that they cannot log in" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  person engineering_manager refuses "cannot log in" after 1m
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect asked 1 time "Tell 2 users that they can log in again?"
  expect sent email to "ana@acme.test" with "fully restored"
  expect sent email to "ben@acme.test" with "fully restored"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "nobody decides whether users are told" in outage
  at 50m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  person engineering_manager never answers
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect asked 1 time "Tell 2 users that they can log in again?"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "users are not told that it is over" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  person engineering_manager refuses "log in again" after 1m
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect sent email to "ana@acme.test" with "authentication issues"
  expect sent email to "ben@acme.test" with "authentication issues"
  expect asked 1 time "Tell 2 users that they can log in again?"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody decides whether users are told that it is over" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  person engineering_manager never answers
  person engineering_manager approves "cannot log in" after 1m
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect sent email to "ana@acme.test" with "authentication issues"
  expect sent email to "ben@acme.test" with "authentication issues"
  expect asked 1 time "Tell 2 users that they can log in again?"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "there is nobody to tell" in nobody_to_tell
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  expect found supabase_outage
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "Supabase stays down" in outage
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect sent email to "ana@acme.test" with "authentication issues"
  expect sent email to "ben@acme.test" with "authentication issues"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "Supabase says that it is up, and nobody can sign in" in outage
  at 20m
    status.component(page: "supabase", name: "Auth", status: "operational")
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect sent email to "ana@acme.test" with "authentication issues"
  expect sent email to "ben@acme.test" with "authentication issues"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 1h

scenario "the mail to the users is refused" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  fault email refuses with conflict or invalid during "email.send_each"
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect asked 1 time "Tell 2 users that they can log in again?"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "the mail to the users gets no answer" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  fault email lost answer from 1m to 1m20s
  expect the same as "Supabase is down, and comes back"

scenario "the mail that it is over is refused" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  fault email refuses with rate_limited during "Tell users that it is over"
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect sent email to "ana@acme.test" with "authentication issues"
  expect sent email to "ben@acme.test" with "authentication issues"
  expect asked 1 time "Tell 2 users that they can log in again?"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect escalated to engineering_manager at 21m6s
  expect resolved within 30m

scenario "the mail that it is over gets no answer" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  fault email lost answer from 21m to 21m20s
  expect the same as "Supabase is down, and comes back"

scenario "the database is down too" in outage
  fault postgres down from 0s to 3h
  expect found supabase_outage
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "the database goes down before the last mail" in outage
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  fault postgres down from 10m to 3h
  expect found supabase_outage
  expect asked 1 time "Tell 2 users that they cannot log in, and why?"
  expect sent email to "ana@acme.test" with "authentication issues"
  expect sent email to "ben@acme.test" with "authentication issues"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "the database is restarted" in database
  at 4m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "pooler", status: "ACTIVE_HEALTHY")
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect changed "Restart the database"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 15m

scenario "idle sessions are ended" in database
  at 4m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "pooler", status: "ACTIVE_HEALTHY")
  person on_call answers "What shall be done?" with "sessions" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect changed "End the idle sessions of authenticator"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 15m

scenario "the database gets a larger instance" in database
  at 4m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "pooler", status: "ACTIVE_HEALTHY")
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_large" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size? It is Micro now"
  expect changed "Change the instance"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 15m

scenario "no session is idle" in busy_database
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody knows what helps the database" in database
  person on_call refuses "What shall be done?" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody answers" in database
  person on_call never answers
  person engineering_manager never answers
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "the restart is refused" in database
  person on_call answers "What shall be done?" with "restart" after 1m
  person engineering_manager refuses "Restart the database" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect not changed "Restart the database"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody allows the restart" in database
  person on_call never answers
  person engineering_manager never answers
  person on_call answers "What shall be done?" with "restart" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect not changed "Restart the database"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "the end of the sessions is refused" in database
  person on_call answers "What shall be done?" with "sessions" after 1m
  person engineering_manager refuses "End the idle sessions of authenticator" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect not changed "End the idle sessions of authenticator"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody allows the end of the sessions" in database
  person on_call never answers
  person engineering_manager never answers
  person on_call answers "What shall be done?" with "sessions" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect not changed "End the idle sessions of authenticator"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "the larger instance is refused" in database
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_large" after 1m
  person engineering_manager refuses "Change the instance" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect not changed "Change the instance"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody allows the larger instance" in database
  person on_call never answers
  person engineering_manager never answers
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_large" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect not changed "Change the instance"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "the restart is not taken" in database
  fault supabase refuses with conflict or invalid during "Restart the database"
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect not changed "Restart the database"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect escalated to engineering_manager at 2m2s
  expect handed over within 10m

scenario "nobody knows whether the database was restarted" in database
  at 4m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "pooler", status: "ACTIVE_HEALTHY")
  fault supabase lost answer from 2m to 2m40s
  person on_call answers "Was this done" with "applied" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect changed "Restart the database"
  expect asked 1 time "Was this done"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 15m

scenario "the sessions cannot be ended" in database
  person on_call answers "What shall be done?" with "sessions" after 1m
  fault postgres refuses with unavailable or conflict during "End the idle sessions of authenticator"
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect not changed "End the idle sessions of authenticator"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 10m

scenario "a crash while the sessions are ended" in database
  at 4m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "pooler", status: "ACTIVE_HEALTHY")
  person on_call answers "What shall be done?" with "sessions" after 1m
  crash during "End the idle sessions of authenticator" before the answer
  expect the same as "idle sessions are ended"

scenario "nobody names a size" in database
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call refuses "Which size?" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody says which size" in database
  person on_call never answers
  person on_call answers "What shall be done?" with "larger" after 1m
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "the larger instance is not taken" in database
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_large" after 1m
  fault supabase refuses with conflict or invalid during "Change the instance"
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect asked 1 time "Which size?"
  expect not changed "Change the instance"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 10m

scenario "the answer to the larger instance is lost" in database
  at 4m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "pooler", status: "ACTIVE_HEALTHY")
  person on_call answers "What shall be done?" with "larger" after 1m
  person on_call answers "Which size?" with "ci_large" after 1m
  fault supabase lost answer from 3m to 3m20s
  expect the same as "the database gets a larger instance"

scenario "the sizes cannot be read" in database
  person on_call answers "What shall be done?" with "larger" after 1m
  fault supabase unavailable from 1m to 3h
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 10m

scenario "the deploy is rolled back" in deploy
  at 4m
    supabase.auth(health: 200, sign_in: 200)
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect changed "Revert Check tokens in a hook, and push"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 20m

scenario "the rollback does not help" in deploy
  at 9m
    supabase.auth(health: 200, sign_in: 200)
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect changed "Revert Check tokens in a hook, and push"
  expect asked 1 time "Fix it and deploy"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "the rollback is refused" in deploy
  at 9m
    supabase.auth(health: 200, sign_in: 200)
  person on_call refuses "Revert" after 1m
  person engineering_manager refuses "Revert" after 1m
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect not changed "Revert Check tokens in a hook, and push"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "nobody knows which commit it was" in deploy
  person on_call refuses "Which commit broke it?" after 1m
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody says which commit it was" in deploy
  person on_call never answers
  person engineering_manager never answers
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "the deploy came past the repository" in deployed_by_hand
  at 9m
    supabase.auth(health: 200, sign_in: 200)
  expect found own_code
  expect asked 1 time "Fix it and deploy"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "nobody can fix it" in deployed_by_hand
  person on_call refuses "Fix it and deploy" after 1m
  expect found own_code
  expect asked 1 time "Fix it and deploy"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "nobody fixes it" in deployed_by_hand
  person on_call never answers
  person engineering_manager never answers
  expect found own_code
  expect asked 1 time "Fix it and deploy"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "it is not fixed" in deployed_by_hand
  expect found own_code
  expect asked 1 time "Fix it and deploy"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "functions fail since the deploy, and Auth works" in deploy
  fault app "health" down from 0s to 3m
  at 0s
    supabase.auth(health: 200, sign_in: 200)
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect changed "Revert Check tokens in a hook, and push"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 20m

scenario "nobody allows the rollback" in deploy
  person on_call never answers
  person engineering_manager never answers
  person on_call answers "Which commit broke it?" with "1" after 1m
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect not changed "Revert Check tokens in a hook, and push"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect failed

scenario "git takes no push" in deploy
  at 9m
    supabase.auth(health: 200, sign_in: 200)
  fault git refuses with not_found or conflict during "Revert Check tokens in a hook, and push"
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect not changed "Revert Check tokens in a hook, and push"
  expect asked 1 time "Fix it and deploy"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect resolved within 30m

scenario "the answer to the push is lost" in deploy
  at 4m
    supabase.auth(health: 200, sign_in: 200)
  fault git lost answer from 123s to 150s
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect changed "Revert Check tokens in a hook, and push"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "the pipeline does not deploy" in stuck
  at 9m
    supabase.auth(health: 200, sign_in: 200)
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect changed "Revert Check tokens in a hook, and push"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "the functions cannot be read before the rollback" in deploy
  fault supabase unavailable from 1m to 3h
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "the functions cannot be read after the rollback" in deploy
  fault supabase unavailable from 2m10s to 3h
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect changed "Revert Check tokens in a hook, and push"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "the status page does not have Auth" in well
  at 0s
    status.component(page: "supabase", name: "Auth", listed: false)
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 1m

scenario "the database is down, and its sessions with it" in database
  person on_call answers "What shall be done?" with "sessions" after 1m
  fault postgres down from 0s to 3h
  expect found database_trouble
  expect asked 1 time "What shall be done?"
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 10m

scenario "git does not answer" in deploy
  fault git unavailable from 0s to 3h
  expect not judged own_code
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "Supabase is down, and everything else is suspect too" in outage
  at 0s
    supabase.health(service: "pooler", status: "UNHEALTHY")
    supabase.function(slug: "auth-hook", deployed: 40m ago)
  at 20m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "auth", status: "ACTIVE_HEALTHY")
    status.component(page: "supabase", name: "Auth", status: "operational")
  expect not found database_trouble
  expect not found own_code
  expect the same as "Supabase is down, and comes back"

scenario "the database is not well, and something was deployed" in database
  at 0s
    supabase.function(slug: "auth-hook", deployed: 40m ago)
  at 4m
    supabase.auth(health: 200, sign_in: 200)
    supabase.health(service: "pooler", status: "ACTIVE_HEALTHY")
  expect not found own_code
  expect the same as "the database is restarted"

scenario "Auth is up, and Supabase says that it is slow" in well
  at 0s
    status.component(page: "supabase", name: "Auth", status: "degraded_performance")
  expect not found supabase_outage
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 1m

scenario "Auth is up, and the database is not well" in well
  at 0s
    supabase.health(service: "db", status: "UNHEALTHY")
  expect not found database_trouble
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 1m

scenario "Auth is up, and something was deployed" in well
  at 0s
    supabase.function(slug: "auth-hook", deployed: 40m ago)
  expect not found own_code
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 1m

scenario "Auth fails, and nobody knows why" in unclear
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect escalated to engineering_manager at 2s with "Auth fails, and Supabase"
  expect escalated to engineering_manager with "Nobody can log in"
  expect handed over within 1m

scenario "Auth is up" in well
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect escalated to engineering_manager at 2s with "Auth answers, and Supabase"
  expect escalated to engineering_manager with "Somebody says that they cannot log in"
  expect handed over within 1m

scenario "Auth is up, and the test user is not known" in well
  at 0s
    supabase.auth(health: 200, sign_in: 400)
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 1m

scenario "Supabase does not answer at all" in outage
  fault supabase unavailable from 0s to 3h
  expect not judged supabase_outage
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s

scenario "the status page does not answer" in outage
  fault status unavailable from 0s to 3h
  expect not found supabase_outage
  expect nothing changed
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect handed over within 1m

not covered "git itself named the commit and the branch; it has no words for a push that is wrong in itself"
  "Revert …, and push" not applied: invalid

scenario "nobody can say whether the revert is deployed" in deploy
  fault supabase refuses with not_found from 124s to 10m
  expect found own_code
  expect asked 1 time "Which commit broke it?"
  expect changed "Revert Check tokens in a hook, and push"
  expect escalated to engineering_manager at 0s
  expect escalated to cto at 0s
  expect escalated
