runbook RB-013 "Realtime Updates Stopped"

severity P2
mttr     10m
alerts   RealtimeSilent
tags     realtime, supabase
use      platform

input user: uuid           "User who sees no live updates"
input conversation: uuid   "Conversation that does not move"

symptoms
  - New messages not appearing without refresh, covers RB-013/symptoms/1
  - Conversation list not updating, covers RB-013/symptoms/2
  - "Live" indicator missing, covers RB-013/symptoms/3

diagnose
  # Joining a channel is answered before the subscription works, so the probe waits until the database's changes come.
  step "Check realtime subscriptions", timeout 20s, covers RB-013/diagnose/1, RB-013/resolve/1.3
    probe = try realtime.probe(table: "messages")

  step "Check Supabase realtime status", timeout 20s, retry 2 times every 5s, covers RB-013/diagnose/2.*, RB-013/resolve/3.1
    published = query value
      SELECT count(*) AS n FROM pg_publication_tables
      WHERE pubname = 'supabase_realtime' AND schemaname = 'public' AND tablename = 'messages'
    settings = supabase.realtime_config()
    page     = call provider_state(page: "supabase", component: "Realtime")

  # The document sets role and claims on the session, where they stay, also on a pooled one. Here they end with the
  # transaction, and the claims name the role as real ones do.
  step "Check RLS policies", covers RB-013/diagnose/3, RB-013/resolve/2.2
    talk = query one
      SELECT count(DISTINCT m.id) AS messages,
             count(DISTINCT b.user_id) AS memberships
      FROM conversations c
      LEFT JOIN messages m ON m.conversation_id = c.id
      LEFT JOIN business_members b ON b.business_id = c.business_id AND b.user_id = :user
      WHERE c.id = :conversation
      GROUP BY c.id
    seen_by_user = query value as authenticated claims {sub: user, role: "authenticated"}
      SELECT count(*) AS n FROM messages WHERE conversation_id = :conversation

  finding suspended "Realtime is suspended for this project"
    settings.suspended

  finding platform_down "Supabase says that realtime has trouble", covers RB-013/resolve/3
    page.state in ["down", "degraded"]

  finding not_published "Table messages is not in the publication"
    published is 0

  finding not_a_member "The user is no member of the business: that they see nothing is right"
    talk.memberships is 0

  finding rls_blocks "Row-level security hides the conversation from a member", covers RB-013/resolve/2
    talk.memberships > 0
    talk.messages > 0
    seen_by_user is 0

  finding not_connecting "Subscriptions do not connect", covers RB-013/resolve/1
    probe is failed
    not suspended
    not platform_down
    not not_published

resolve suspended
  step "Have the suspension lifted"
    manual "Ask Supabase's support why realtime is suspended, and have it lifted" within 1h by on_call
      give ticket: text "Number of the ticket"

resolve platform_down
  step "Wait for Supabase"
    escalate "Supabase's realtime has trouble: {{ page.says }}"
      impact "New messages need a refresh"
      next   "Nothing here: the run waits for Supabase, and says when it is over"
    allow W430 "Supabase recovers when it recovers, and the run watches instead of a person"
    recovered = call wait_for_recovery(page: "supabase", component: "Realtime")
    if not recovered
      escalate "Supabase's realtime is still in trouble after 3 hours"
        impact "Nobody sees new messages without a refresh"
        next   "Decide whether the app shall ask for new messages instead of waiting for them"
      stop handed over "Waiting for Supabase"
  step "Restart realtime connections", timeout 20s, covers RB-013/resolve/3.2
    after = try realtime.probe(table: "messages")
    if after is not present
      call reconnect_realtime()

resolve not_published
  step "Publish the table"
    change "Add messages to supabase_realtime"
      sql
        ALTER PUBLICATION supabase_realtime ADD TABLE public.messages
      undo
        sql
          ALTER PUBLICATION supabase_realtime DROP TABLE public.messages
    on failure conflict, unavailable, timeout
      note "The table was not published from here: a migration was faster, or the database did not answer"

resolve not_a_member
  step "Leave it with the business"
    note "Who is a member of a business is its owner's decision"
    stop handed over "The user is no member of the business that the conversation belongs to"

resolve rls_blocks
  step "Look at the policies", covers RB-013/resolve/2.1
    policies = query all
      SELECT coalesce(policyname, '') AS name, coalesce(cmd, '') AS command, qual AS condition
      FROM pg_policies
      WHERE schemaname = 'public' AND tablename IN ('messages', 'conversations')
      ORDER BY tablename, policyname
    note "{{ count(policies) }} policies on messages and conversations"
    on failure unavailable, timeout, too_many
      note "The policies cannot be read from here: they stand in the migrations"
    allow W431 "each finding alone is in time; all of them at once are for the tech lead, whom the policy calls"
    manual "Correct the policy that hides messages from members, in a migration" within 1h by on_call
      give cause: text "What was wrong with it?"

resolve not_connecting
  match probe
    when failed "unauthorized"
      step "Put the key right", covers RB-013/resolve/1.2
        manual "Realtime refuses the public key. Compare the app's URL and key with the project's, and deploy the right ones" within 1h by on_call
          give wrong: text "Which was wrong?"
    otherwise
      step "Restart realtime connections"
        call reconnect_realtime()

otherwise
  step "Look at the browser", covers RB-013/resolve/1.1
    manual "Our own subscription works. Open the browser's console with the user: WebSocket errors?" within 1h by on_call
      give line: text "The first error line"
    escalate "Realtime works for us and not for one user: {{ line }}"
      impact "One user sees no new messages without a refresh"
      next   "Look for what stands between that browser and Supabase: a proxy, an extension, an old tab"
    stop handed over "Publication, policies, platform and our own subscription are in order: it is the browser"

verify
  allow W430 "only where the platform answers each call at its last moment, and not the first time"
  within 2m checking every 20s
    until no finding holds

prevent
  - Monitor realtime connection status, covers RB-013/prevent/1
  - Add connection health check, covers RB-013/prevent/2
  - Implement reconnection logic, covers RB-013/prevent/3
  - Alert on disconnection >30s, covers RB-013/prevent/4
