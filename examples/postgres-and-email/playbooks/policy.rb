policy "Acme"

timezone "Europe/Berlin"
holidays "DE-BE"
business hours monday to friday from 09:00 to 18:00

contact tech_lead "Tech Lead"        email "lead@acme.test"
role    on_call   "On-call engineer" from settings

approvals expire after 30m

severity P1 "High"
  escalate after 30m to tech_lead
  changes need approval by on_call
severity P2 "Medium"
  escalate after 2h to tech_lead
  changes need approval by on_call
  changes up to 1 row need no approval
