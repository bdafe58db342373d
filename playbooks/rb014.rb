runbook RB-014 "Edge Function High Error Rate"

severity P1
mttr     10m
alerts   FunctionErrorRate
tags     functions, deploy
use      platform

input window: duration = 5m "How far back errors are counted: short, so that what is over is not found again"
input repository: text = "app"       "Repository that holds supabase/functions"
input role: text = "authenticator"   "Role whose idle sessions may be ended"

symptoms
  - Multiple edge functions returning 500, covers RB-014/symptoms/1
  - Increased latency, covers RB-014/symptoms/2
  - Error rate spike in logs, covers RB-014/symptoms/3

diagnose
  step "Check error rate", timeout 20s, retry 2 times every 5s, covers RB-014/diagnose/1
    traffic = supabase.function_calls(since: now - window)
    failing = traffic where it.calls >= 20 and percent(it.failed, of: it.calls) > 5%
    broken  = failing each it.function

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Identify common errors", timeout 20s, retry 2 times every 5s, covers RB-014/diagnose/2.*
    errors = supabase.error_groups(functions: broken, since: now - window)

  # git says what was committed, the platform what is deployed: a deploy is to blame only where both are recent.
  step "Check recent deploys", timeout 20s, retry 2 times every 5s, covers RB-014/diagnose/3
    commits  = git.log(repository: repository, since: 2h ago, paths: ["supabase/functions/**"])
    deployed = supabase.functions()
    fresh    = deployed where it.updated_at > 2h ago and it.slug in broken

  step "Check the connection pool", covers RB-014/resolve/2.1
    pool = call connections()

  step "Check the providers", timeout 20s
    parallel
      meta_page   = call provider_state(page: "meta", component: "Cloud API")
      resend_page = call provider_state(page: "resend", component: "Email Sending")
      stripe_page = call provider_state(page: "stripe", component: "API")
      twilio_page = call provider_state(page: "twilio", component: "REST API")
    pages = [meta_page, resend_page, stripe_page, twilio_page]
    down  = pages where it.state is "down"

  finding bad_deploy "A recent deploy caused it", covers RB-014/resolve/1
    fresh is not empty
    commits is not empty

  finding connections_used_up "Functions fail, and the database's connections are nearly used up", covers RB-014/resolve/2
    failing is not empty
    pool.available > 0
    percent(pool.used, of: pool.available) > 80%

  finding provider_down "Functions fail, and a third party is down", covers RB-014/resolve/3
    failing is not empty
    down is not empty

resolve bad_deploy
  step "Choose the commit", covers RB-014/resolve/1.1
    suspect = choose "Which commit broke {{ broken }}?" from commits showing "{{ it.short }} {{ it.title }}, {{ it.author }}" within 10m by on_call
  step "Roll back", timeout 20s, covers RB-014/resolve/1.2
    allow W430 "the pipeline takes its minutes; on-call has been asked, and the policy escalates meanwhile"
    allow W431 "on-call chooses and approves in one sitting; at 30 minutes the policy calls the engineering manager"
    rolled_back = call rollback(repository: repository, commit: suspect,
                                functions: fresh each it.slug)
    if rolled_back.state is "refused"
      escalate "{{ suspect.short }} could not be taken back by itself"
        impact "{{ broken }} still answer with errors"
        next   "Take it back by hand, with whoever wrote it"
      stop handed over "The commit has to be taken back by hand"
    if rolled_back.state is "pushed"
      escalate "The revert of {{ suspect.short }} is pushed, and nothing is deployed after 5 minutes"
        impact "{{ broken }} still answer with errors"
        next   "Look at the CI pipeline, or deploy the functions by hand"
      stop handed over "The revert is pushed and not deployed"

resolve connections_used_up
  step "Close idle connections", timeout 2s, covers RB-014/resolve/2.2
    allow W430 "fifty sessions that take two seconds each to end are rare"
    ended = call end_idle_sessions(role: role)
    if ended is 0
      escalate "The connections are used up, and no session of {{ role }} could be ended"
        impact "{{ broken }} cannot reach the database"
        next   "Go on with RB-004: somebody's statements hold the connections"
      stop handed over "No idle session could be ended: RB-004 looks for what holds the connections"

resolve provider_down
  step "Tell"
    escalate "{{ down each it.page }} is down, and {{ broken }} fail with it"
      impact "{{ sum(failing each it.failed) }} requests failed in {{ window }}"
      next   "Nothing here: the run asks what can be done meanwhile, and waits for the provider"
  # No API does any of these: they are code, or switches that the code has.
  step "Keep the failure small", covers RB-014/resolve/3.*
    measure = choose "{{ down each it.page }} is down. What can be done until it is up?" within 10m by on_call
      breaker "Open the circuit breaker: fail at once instead of waiting"
      cached  "Return cached data"
      queue   "Queue the requests and repeat them later"
      nothing "Nothing: wait"
    if measure is not "nothing"
      manual "Do it ({{ measure }}), and deploy it" within 1h by on_call
        give link: url "Link to the deploy or the setting"
  step "Wait for the provider"
    allow W430 "a provider recovers when it recovers, and the run watches instead of a person"
    for each page in down, at most 4
      is_up = call wait_for_recovery(page: page.page, component: page.component)
      check is_up else "{{ page.page }} is still down after 3 hours"

otherwise
  if failing is empty
    escalate "No function fails at more than 5% of its requests"
      impact "Nobody knows yet"
      next   "Ask who raised the alarm for one request: time, function, answer"
    stop handed over "The error rates are in order: the fault is elsewhere"
  step "Hand the errors to a developer"
    escalate "{{ broken }} fail, and neither a deploy, the database nor a provider is why"
      impact "{{ sum(failing each it.failed) }} requests failed in {{ window }}"
      next   "Read the errors that the report lists: an exception that nobody catches?"
    stop handed over "The errors stand in the report: somebody has to read the code"

verify
  step "The error rate drops", covers RB-014/resolve/1.3
    # At least one request must have been answered since, or nothing is proved.
    within 5m checking every 30s
      recent = supabase.function_calls(functions: broken, since: 3m ago)
      tried  = recent where it.calls > 0
      worse  = recent where it.calls > 0 and percent(it.failed, of: it.calls) > 5%
      until tried is not empty and worse is empty

prevent
  - Implement gradual rollouts, covers RB-014/prevent/1
  - Add smoke tests before deploy, covers RB-014/prevent/2
  - Monitor error rate per function, covers RB-014/prevent/3
  - Set up automated rollback, covers RB-014/prevent/4
