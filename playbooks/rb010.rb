# P0. The policy pages both managers at the first instant, and again without progress.
runbook RB-010 "Auth Service Down"

severity P0
mttr     immediate
alerts   AuthDown
tags     auth, outage
owner    engineering_manager
use      platform

input repository: text = "app"                            "Repository that holds supabase/functions"
input role: text = "authenticator"                        "Role whose idle sessions may be ended"
input status_page: url = "https://status.supabase.com/"   "Where users can read how it goes on"

symptoms
  - Users cannot log in, covers RB-010/symptoms/1
  - "Service unavailable" on /auth, covers RB-010/symptoms/2
  - 500 errors in logs, covers RB-010/symptoms/3

diagnose
  # The document's test lacks grant_type and apikey, which Auth refuses while it is well, and has a password in it.
  step "Test auth endpoints", timeout 10s, covers RB-010/diagnose/1
    health = try supabase.auth_health()
    login  = try supabase.sign_in_probe()
    fails  = health is failed or login is failed

  step "Check Supabase status", timeout 10s, retry 2 times every 2s, covers RB-010/diagnose/2.*
    page     = call provider_state(page: "supabase", component: "Auth")
    services = supabase.health(services: ["auth", "db", "pooler"])
    unwell   = services where it.service in ["db", "pooler"] and not it.healthy

  # A 401 for a made-up token says that the gateway works, and nothing about functions: this one answers everybody.
  step "Check edge function health", timeout 10s, covers RB-010/diagnose/3
    answer = try supabase.invoke(function: "health")

  step "Check database CPU and connections", timeout 10s, covers RB-010/resolve/2.1
    machine = try supabase.metrics()

  step "Check recent code changes", timeout 10s, retry 2 times every 2s, covers RB-010/resolve/3.1
    commits  = git.log(repository: repository, since: 2h ago, paths: ["supabase/functions/**"])
    deployed = supabase.functions()
    fresh    = deployed where it.updated_at > 2h ago

  finding supabase_outage "Auth fails, and Supabase says so", covers RB-010/resolve/1, RB-010/resolve/1.1
    fails
    page.state in ["degraded", "down"]

  finding database_trouble "Auth fails, and the database is not well", covers RB-010/resolve/2
    not supabase_outage
    fails
    either
      unwell is not empty
      machine is present and machine.load > machine.cores

  finding own_code "Something fails since a deploy", covers RB-010/resolve/3
    not supabase_outage
    not database_trouble
    fresh is not empty
    either
      fails
      answer is failed

resolve supabase_outage
  # Addresses come from the table: the admin API is down with Auth.
  step "Notify all users", covers RB-010/resolve/1.2
    users = query all at most 5000 rows
      SELECT DISTINCT coalesce(email, '') AS email FROM auth.users WHERE email <> '' ORDER BY email
    if users is not empty
      approve "Tell {{ count(users) }} users that they cannot log in, and why?" by engineering_manager or cto
      allow W613 "users who cannot log in must hear why now; the mail promises nothing"
      email.send_each(to: users.email, message: service_disruption(page: status_page))
    on failure refused, unanswered, conflict, invalid, rate_limited, timeout, too_many, unauthorized, unavailable
      note "The users were not told, or not all of them: waiting for Supabase goes on"
  step "Wait for Supabase", covers RB-010/resolve/1.3
    is_up = call wait_for_recovery(page: "supabase", component: "Auth")
    check is_up else "Supabase is still not up after 3 hours"
  step "Test auth", covers RB-010/resolve/1.4
    within 15m checking every 1m
      tried = try supabase.sign_in_probe()
      until tried is present and tried is "signed in"
    else
      stop handed over "Supabase says that Auth is up, and nobody can sign in"

resolve database_trouble
  step "Decide what helps the database", covers RB-010/resolve/2.2, RB-010/resolve/2.3
    measure = choose "Auth fails, and the database is not well. What shall be done?" within 5m by on_call or engineering_manager
      sessions "End the idle sessions of {{ role }}: they take connections"
      restart  "Restart the database: everybody is cut off for some minutes"
      larger   "A larger instance: it costs more, and the database restarts"
    match measure
      when "sessions"
        idle = query all at most 50 rows
          SELECT coalesce(pid, 0) AS pid, coalesce(backend_start, now()) AS backend_start
          FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND datname = current_database() AND usename = :role
            AND state = 'idle' AND state_change < now() - interval '10 minutes' AND pid <> pg_backend_pid()
          ORDER BY state_change
          LIMIT 50
        check idle is not empty
          else "No session of {{ role }} is idle for 10 minutes: RB-004 looks for what holds the connections"
        change "End the idle sessions of {{ role }}"
          for each session in idle, at most 50
            postgres.terminate(pid: session.pid, backend_start: session.backend_start)
            irreversible "a client that wants its session again opens a new one"
          approve by on_call or engineering_manager
      when "restart"
        change "Restart the database"
          supabase.restart_database()
          irreversible "every connection breaks, and clients connect again"
          approve by engineering_manager or cto
      when "larger"
        addons = supabase.addons()
        former = first(addons where it.kind is "compute_instance")
        size = ask "Which size? It is {{ former.name if former is present else "the smallest" }} now": one of ci_small or ci_medium or ci_large or ci_xlarge within 10m by on_call or engineering_manager
        change "Change the instance"
          supabase.set_addon(kind: "compute_instance", variant: size)
          approve by engineering_manager or cto
          undo
            supabase.set_addon(kind: "compute_instance",
                               variant: former.variant if former is present else "ci_micro")
    on failure conflict, invalid, not_found, rate_limited, timeout, too_many, unauthorized, unavailable
      escalate "What was decided could not be done: the database still does not serve Auth" to engineering_manager
        impact "Nobody can log in"
        next   "Do it in Supabase's dashboard: Settings, Compute, Restart or another size"
      stop handed over "The database needs somebody in the dashboard"

resolve own_code
  step "Roll back the deploy", timeout 20s, covers RB-010/resolve/3.2
    if commits is not empty
      suspect = choose "Which commit broke it?" from commits showing "{{ it.short }} {{ it.title }}, {{ it.author }}" within 5m by on_call or engineering_manager
      rolled_back = call rollback(repository: repository, commit: suspect,
                                  functions: fresh each it.slug)
      note "Rollback of {{ suspect.short }}: {{ rolled_back.state }}"
  step "Fix and redeploy", covers RB-010/resolve/3.3
    again = try supabase.sign_in_probe()
    if again is failed
      manual "Fix it and deploy: nobody can sign in yet" within 1h by on_call or engineering_manager
        give link: url "Link to the deploy?"

otherwise
  escalate "{{ "Auth fails" if fails else "Auth answers" }}, and Supabase, the database and our deploys look well" to engineering_manager
    impact "{{ "Nobody can log in" if fails else "Somebody says that they cannot log in" }}"
    next   "Where Auth fails: a ticket at Supabase with its answer, which the report shows. Where it answers: ask one user for time, browser and message, and look whether they are banned or unconfirmed"
  stop handed over "Nothing here shows why users cannot log in"

verify
  step "Somebody can sign in", covers RB-010/recover/1
    within 10m checking every 30s
      seen = try supabase.sign_in_probe()
      until seen is present and seen is "signed in"

recover
  step "Tell users that it is over", covers RB-010/recover/2
    if supabase_outage
      told = query all at most 5000 rows
        SELECT DISTINCT coalesce(email, '') AS email FROM auth.users WHERE email <> '' ORDER BY email
      if told is not empty
        approve "Tell {{ count(told) }} users that they can log in again?" by engineering_manager or cto
        email.send_each(to: told.email, message: service_restored())
    on failure conflict, invalid, rate_limited, timeout, too_many, unauthorized, unavailable
      escalate "Auth is up again, and the users could not be told" to engineering_manager
        impact "Users do not know that they can log in"
        next   "Tell them from another account, or on the status page"

prevent
  - Monitor auth endpoint health, covers RB-010/prevent/1
  - Set up multi-region failover (if possible), covers RB-010/prevent/2
  - Implement graceful degradation, covers RB-010/prevent/3
  - Cache user sessions longer, covers RB-010/prevent/4

message service_disruption(page: url) "Service disruption notification"
  We are currently experiencing authentication issues due to our infrastructure provider.

  We are actively monitoring the situation and will restore service as soon as possible.

  Status updates: {{ page }}

message service_restored() "Service restored"
  Our authentication service has been fully restored. You can now log in normally.

  We apologize for any inconvenience this may have caused.
