policy "À La Carte Chat"

timezone "Europe/Rome"
holidays "IT"
business hours monday to friday from 09:00 to 18:00

# every question, wait, loop and query that names no bound of its own gets this one
limits
  question  30m
  wait      4h
  loop      500 items
  query     1000 rows
  statement 10s
  call      30s
  replan    3 times

contact engineering_manager "Engineering Manager" email "manager@alacartechat.com"
contact cto                 "CTO"                 email "cto@alacartechat.com"
contact superadmin          "Superadmin"          email "hello@alacartesaas.com"
# The document names no address for these two: the settings give the channel, and worlds give one for rehearsals.
contact tech_lead           "Tech Lead"           from settings
role    on_call             "On-call engineer"    from settings

# The engineer on call is usually the operator and may approve small changes of their own.
approvals expire after 30m

severity P0 "Critical"
  # the document says both "immediately" and "after 15 minutes": at once, and again
  escalate at once to engineering_manager, cto
  escalate again after 15m without progress
  changes need approval by engineering_manager or cto
  after 5m without an answer approval by on_call
  messages to more than 10 people need approval by engineering_manager or cto
severity P1 "High"
  escalate after 30m to engineering_manager
  changes need approval by on_call or engineering_manager
  changes above 100 rows need approval by 2 of engineering_manager, cto, not the operator
  messages to more than 10 people need approval by engineering_manager or cto
severity P2 "Medium"
  escalate after 2h to tech_lead
  changes need approval by on_call
  messages to more than 10 people need approval by engineering_manager
severity P3 "Low"
  escalate next business day at 09:00 to team standup as a note
  changes need approval by on_call
  changes up to 1 row need no approval
